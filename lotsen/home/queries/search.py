"""The telephone rings: people, organisations and cases by name, number, club or case number, from one field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import defer, joinedload, lazyload, selectinload

from lotsen.accounts.models import User
from lotsen.accounts.rules import digits
from lotsen.core.extensions import db
from lotsen.core.folding import fold_for_search
from lotsen.help_requests import queries as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import LIVE, State
from lotsen.organisations.models import Member, Organisation
from lotsen.pilots.models import Pilot

from .persons import Open, open_for

SHOWN = 10
MOST_WORDS = 6
FEWEST_DIGITS = 3
_NUMBER = re.compile(r"[\d\s/()+.\-–]+")


@dataclass(frozen=True)
class Person:
    """Somebody who may be on the line, with what is open."""

    user: User
    pilot: Pilot | None
    organisations: Sequence[Organisation]
    open: Sequence[Open]


@dataclass(frozen=True)
class Found:
    """What the words found; ``more`` says that there is more than is shown."""

    people: list[Person] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    requests: list[HelpRequest] = field(default_factory=list)
    more: bool = False

    @property
    def nothing(self) -> bool:
        """Whether nothing was found."""
        return not (self.people or self.organisations or self.requests)


def find(text: str) -> Found:
    """Everything the words may mean, what is open first. Always the same number of statements."""
    words = fold_for_search(text).split()[:MOST_WORDS]
    number = digits(text) if _NUMBER.fullmatch(text.strip()) else ""
    if not words:
        return Found()
    users = _users(text, words, number)
    organisations = _organisations(words, number)
    requests = _requests(text, users, organisations)
    people = _people(users[:SHOWN])
    more = max(len(users), len(organisations), len(requests)) > SHOWN
    return Found(people, list(organisations[:SHOWN]), list(requests[:SHOWN]), more)


def _users(text: str, words: list[str], number: str) -> Sequence[User]:
    conditions: list[ColumnElement[bool]] = [
        and_(*(User.search_name.contains(word, autoescape=True) for word in words)),
        User.email == text.strip().casefold(),
    ]
    if len(number) >= FEWEST_DIGITS:
        conditions.append(User.phone_digits.contains(number, autoescape=True))
    return db.session.scalars(
        select(User).where(or_(*conditions)).order_by(User.active.desc(), User.search_name, User.id).limit(SHOWN + 1)
    ).all()


def _organisations(words: list[str], number: str) -> Sequence[Organisation]:
    if number:
        return []
    return db.session.scalars(
        select(Organisation)
        .where(and_(*(Organisation.search_name.contains(word, autoescape=True) for word in words)))
        .options(selectinload(Organisation.members).joinedload(Member.user))
        .order_by(Organisation.search_name, Organisation.id)
        .limit(SHOWN + 1)
    ).all()


def _requests(text: str, users: Sequence[User], organisations: Sequence[Organisation]) -> list[HelpRequest]:
    """Cases that the words name, and the live ones of the people and organisations found."""
    theirs = (
        select(HelpRequest)
        .where(
            or_(
                HelpRequest.contact_id.in_([row.id for row in users[:SHOWN]]),
                HelpRequest.organisation_id.in_([row.id for row in organisations[:SHOWN]]),
            ),
            HelpRequest.state.in_(LIVE),
        )
        .options(defer(HelpRequest.description), defer(HelpRequest.search_text), defer(HelpRequest.short_text))
        .order_by(HelpRequest.id.desc())
        .limit(SHOWN + 1)
    )
    named = help_requests.found(states=frozenset(State), text=text)
    first = case((HelpRequest.state.in_(LIVE), 0), else_=1)
    named = named.order_by(None).order_by(first, HelpRequest.id.desc()).limit(SHOWN + 1)
    rows = {row.id: row for statement in (named, theirs) for row in db.session.scalars(statement)}
    return sorted(rows.values(), key=lambda row: (row.state not in LIVE, -row.id))


def _people(users: Sequence[User]) -> list[Person]:
    ids = [row.id for row in users]
    known = {row.user_id: row for row in db.session.scalars(select(Pilot).where(Pilot.user_id.in_(ids)))}
    clubs: dict[int, list[Organisation]] = {}
    members = select(Member).where(Member.user_id.in_(ids), Member.left_at.is_(None))
    for member in db.session.scalars(members.options(joinedload(Member.organisation), lazyload(Member.user))):
        clubs.setdefault(member.user_id, []).append(member.organisation)
    pending = open_for(ids)
    return [Person(row, known.get(row.id), clubs.get(row.id, []), pending[row.id]) for row in users]


def person(user: User) -> Person:
    """One person with everything that is open."""
    return _people([user])[0]
