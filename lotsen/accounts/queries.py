"""Reading people and what they agreed to."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from lotsen.audit.models import AuditEvent
from lotsen.audit.queries import events_of
from lotsen.audit.queries.words import phrase
from lotsen.core.access import STAFF, Role
from lotsen.core.errors import Change
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_datetime

from .models import Consent, User, UserRole
from .rules import ConsentFor

# The words people agree to, said in forms and shown again beside "zurücknehmen". Who changes them changes the version.
CONSENT_TEXTS = {
    ConsentFor.PILOT_APPLICATION: _l(
        "Ich habe die Hinweise zum Datenschutz gelesen. Meine Angaben dürfen für die Bewerbung und für Vorschläge "
        "genutzt werden."
    ),
    ConsentFor.HELP_REQUEST: _l(
        "Ich habe gelesen, wie Sie mit meinen Angaben umgehen, und möchte, dass Sie meine Anfrage bearbeiten."
    ),
    ConsentFor.PUBLIC_PROFILE: _l(
        "Mein Name wie im Profil gewählt, Kurztitel, Text, Themen und Sprachen dürfen öffentlich im Internet stehen."
    ),
}


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id, in one statement; who is gone, and None, are left out."""
    wanted = {person_id for person_id in ids if person_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {person_id: name for person_id, name in rows}


def live_consents(user_id: int, purpose: str) -> Sequence[Consent]:
    """The rows of one purpose that were not withdrawn, the newest first."""
    return db.session.scalars(
        select(Consent)
        .where(Consent.user_id == user_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id.desc())
    ).all()


def consent(user_id: int, purpose: str) -> Consent | None:
    """That the person agrees now, or None."""
    return next(iter(live_consents(user_id, purpose)), None)


def with_role(role: Role) -> Sequence[User]:
    """Everybody who may log in and has a role, in order of the alphabet."""
    return db.session.scalars(
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == role, User.active)
        .order_by(User.name, User.id)
    ).all()


def who_decides_instead(of: int | None) -> Sequence[User]:
    """Who decides in somebody's own affair: the other coordinators, else the administration; empty: nobody is there."""
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        others = [user for user in with_role(role) if user.id != of]
        if others:
            return others
    return []


def first_step(deciders: Sequence[User]) -> str:
    """What somebody does first who decides instead without being a coordinator; empty where nobody needs to.

    Office pages stay closed to the administration: the role is taken for this on the page that is
    closed, with one press, in the log, and given back.
    """
    if not deciders or any(Role.COORDINATOR in user.roles for user in deciders):
        return ""
    return _("Wer verwaltet, öffnet dafür diese Seite und übernimmt dort mit einem Knopf die Rolle Koordination.")


def ids_by_name(words: str) -> Select[Any]:
    """Ids of people whose name or address holds each of these words, as a subquery."""
    statement = select(User.id)
    for word in words.split()[:8]:
        statement = statement.where(
            or_(User.name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True))
        )
    return statement


def history(
    entity: str,
    entity_id: int,
    *,
    since: datetime | None = None,
    limit: int = 50,
    detail: Callable[[AuditEvent], str] | None = None,
) -> list[Change]:
    """Who did what to a row and when, newest first, in the words of the log; names in one statement.

    ``detail`` says more about an event, after a colon: a reason, what was changed.
    """
    events = events_of(entity, entity_id, since=since, limit=limit)
    known = names(i for event in events for i in (event.actor_id, event.on_behalf_of))

    def what(event: AuditEvent) -> str:
        more = detail(event) if detail else ""
        return ": ".join(filter(None, (phrase(event.action, event.before), more)))

    return [Change(at=plain_datetime(event.at), who=_who(event, known), what=what(event)) for event in events]


def told_discreetly(events: Sequence[AuditEvent], *, reader_id: int | None) -> list[Change]:
    """The same for people outside the office: whether it was they themselves, the office or somebody else."""
    actors = {event.actor_id for event in events if event.actor_id is not None}
    office = set(
        db.session.scalars(select(UserRole.user_id).where(UserRole.user_id.in_(actors), UserRole.role.in_(STAFF)))
    )

    def who(actor_id: int | None) -> str:
        if actor_id is None:
            return _("automatisch")
        if actor_id == reader_id:
            return _("Sie selbst")
        return _("die Koordination") if actor_id in office else _("jemand anderes")

    return [Change(at=plain_datetime(e.at), who=who(e.actor_id), what=phrase(e.action, e.before)) for e in events]


def _who(event: AuditEvent, known: dict[int, str]) -> str:
    who = known.get(event.actor_id or 0, _("automatisch") if event.actor_id is None else _("gelöschte Person"))
    if event.on_behalf_of not in (None, event.actor_id) and event.on_behalf_of in known:
        return _("%(who)s für %(other)s", who=who, other=known[event.on_behalf_of])
    return who
