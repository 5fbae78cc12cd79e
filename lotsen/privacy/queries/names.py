"""Other people's names in what a person gets: they become roles."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from lotsen.accounts.models import User, UserRole
from lotsen.core.access import Role
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.pilots.models import Pilot
from lotsen.privacy.register import Subject

SHORTEST_WORD = 3


class Roles:
    """Who somebody is, as a role."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.of: dict[int, set[Role]] = {}
        for user_id, role in db.session.execute(select(UserRole.user_id, UserRole.role)):
            self.of.setdefault(user_id, set()).add(role)

    def word(self, user_id: int | None) -> str:
        """The role of a person by id."""
        if user_id is None:
            return _("das Programm")
        if user_id == self.subject.user_id:
            return _("Sie selbst")
        roles = self.of.get(user_id, set())
        words = {
            Role.COORDINATOR: _("Koordination"),
            Role.ADMINISTRATOR: _("Verwaltung"),
            Role.PILOT: _("Lotsin oder Lotse"),
            Role.MEMBER: _("Ansprechperson"),
        }
        return next((word for role, word in words.items() if role in roles), _("andere Person"))


class Redactor:
    """Puts a role in the place of other people's names, addresses and numbers.

    Whoever had to do with the person is known by each word of the name, everybody else by the whole name.
    """

    def __init__(self, subject: Subject, roles: Roles, texts: Iterable[str]) -> None:
        everything = "\n".join(texts).casefold()
        self.words: dict[str, str] = {}
        close = _close_to(subject)
        own: set[str] = set()
        rows = db.session.execute(select(User.id, User.name, User.email, User.phone)).all()
        for row in rows:
            if row.id == subject.user_id:
                own = {part.casefold() for part in (*row.name.split(), row.name, row.email or "", row.phone)}
        for row in rows:
            if row.id == subject.user_id:
                continue
            parts = [row.name, row.email or "", row.phone]
            if row.id in close or roles.of.get(row.id, set()) & {Role.COORDINATOR, Role.ADMINISTRATOR}:
                parts += row.name.split()
            for part in parts:
                folded = part.casefold()
                if len(folded) >= SHORTEST_WORD and folded not in own and folded in everything:
                    self.words[folded] = f"[{roles.word(row.id)}]"
        longest = sorted(self.words, key=len, reverse=True)
        found = "|".join(re.escape(word) for word in longest)
        self.pattern = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE) if found else None

    def __call__(self, value: Any) -> Any:
        """The value with roles in the place of names, inside lists and mappings too."""
        if isinstance(value, str):
            if self.pattern is None:
                return value
            return self.pattern.sub(lambda match: self.words[match.group(0).casefold()], value)
        if isinstance(value, list):
            return [self(item) for item in value]
        if isinstance(value, dict):
            return {key: self(item) for key, item in value.items()}
        return value


def _close_to(subject: Subject) -> set[int]:
    """Ids of people on the other side of her cases, and of those who speak for the same organisations."""
    cases = select(Engagement.help_request_id, Engagement.pilot_id).where(
        or_(Engagement.id.in_(subject.helping()), Engagement.id.in_(subject.helped()))
    )
    found = cases.subquery()
    contacts = select(HelpRequest.contact_id).where(HelpRequest.id.in_(select(found.c.help_request_id)))
    pilots = select(Pilot.user_id).where(Pilot.id.in_(select(found.c.pilot_id)))
    own = select(Member.organisation_id).where(Member.user_id == subject.user_id)
    colleagues = select(Member.user_id).where(Member.organisation_id.in_(own))
    return {row for query in (contacts, pilots, colleagues) for row in db.session.scalars(query) if row is not None}
