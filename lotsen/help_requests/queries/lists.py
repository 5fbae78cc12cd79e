"""Lists of requests, who may see one, and what is due."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import defer

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import CLOSED, LIVE, Answers, Channel, State, fold_text
from lotsen.organisations.queries import organisation_ids

FILTERS: dict[str, tuple[Any, frozenset[State]]] = {
    "laufend": (_l("alle laufenden"), LIVE),
    "pruefen": (_l("zu prüfen"), frozenset({State.SUBMITTED})),
    "suche": (_l("Suche läuft"), frozenset({State.OPEN, State.ASKING, State.WAITING})),
    "entwurf": (_l("noch nicht bestätigt"), frozenset({State.DRAFT})),
    "rueckfrage": (_l("Rückfrage oder ruht"), frozenset({State.QUERY, State.ON_HOLD})),
    "begleitung": (_l("gefunden oder läuft"), frozenset({State.MATCHED, State.RUNNING})),
    "fertig": (_l("abgeschlossen oder beendet"), CLOSED | {State.COMPLETED}),
    "alle": (_l("alle"), frozenset(State)),
}
_CASE = re.compile(r"^\s*\[?(?:\d{4}-)?0*(\d{1,9})\]?\s*$")
_CASE_WITH_YEAR = re.compile(r"^\s*\[?\d{4}-0*(\d{1,9})\]?\s*$")


def found(*, states: frozenset[State], text: str = "", organisation_id: int | None = None) -> Select[Any]:
    """Requests in these states, newest first; every word of ``text`` must occur, or it is a case number."""
    statement = select(HelpRequest).options(
        defer(HelpRequest.description), defer(HelpRequest.search_text), defer(HelpRequest.short_text)
    )
    if states != frozenset(State):
        statement = statement.where(HelpRequest.state.in_(sorted(states)))
    if organisation_id is not None:
        statement = statement.where(HelpRequest.organisation_id == organisation_id)
    case = _CASE_WITH_YEAR.match(text)
    if case:
        statement = statement.where(HelpRequest.id == int(case.group(1)))
    elif text.strip():
        statement = statement.where(_matches(text))
    return statement.order_by(HelpRequest.id.desc())


def _matches(text: str) -> Any:
    words = sorted(fold_text(text).split()[:8], key=str.isalpha)  # numbers first: few texts hold one
    everywhere = and_(*(HelpRequest.search_text.contains(word, autoescape=True) for word in words))
    digits = "".join(c for c in text if c.isdigit())
    plain = re.fullmatch(r"[\d\s/()+.\-–]+", text.strip())
    if plain and digits:
        number = HelpRequest.search_text.contains(digits, autoescape=True)
        case = _CASE.match(text)
        return or_(everywhere, number, HelpRequest.id == int(case.group(1))) if case else or_(everywhere, number)
    return everywhere


def of_member(person_id: int) -> Select[Any]:
    """The requests of everything a person acts for, newest first; the parts of one stand on its page."""
    ids = organisation_ids(person_id)
    return (
        select(HelpRequest)
        .where(HelpRequest.organisation_id.in_(ids), HelpRequest.state != State.DRAFT, HelpRequest.parent_id.is_(None))
        .order_by(HelpRequest.id.desc())
    )


def same_call(answers: Answers, *, since: datetime) -> HelpRequest | None:
    """The same words of the same person, taken on the telephone since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(HelpRequest)
        .where(
            HelpRequest.channel == Channel.PHONE,
            HelpRequest.description == answers.description,
            HelpRequest.contact_name == answers.contact_name,
            HelpRequest.organisation_name == answers.organisation_name,
            HelpRequest.created_at > since,
        )
        .limit(1)
    )


def same_brought(pilot_id: int, organisation_name: str, what: str, *, since: datetime) -> HelpRequest | None:
    """What a pilot told in the same words since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(HelpRequest)
        .where(
            HelpRequest.brought_by_id == pilot_id,
            HelpRequest.organisation_name == organisation_name,
            HelpRequest.description == what,
            HelpRequest.created_at >= since,
        )
        .limit(1)
    )


def drafts_brought_by(pilot_id: int) -> Sequence[HelpRequest]:
    """What a pilot told of and the organisation has not confirmed yet."""
    return db.session.scalars(
        select(HelpRequest)
        .where(HelpRequest.brought_by_id == pilot_id, HelpRequest.state == State.DRAFT)
        .order_by(HelpRequest.id)
    ).all()


def of_organisation(organisation_id: int | None, *, but: int) -> Sequence[HelpRequest]:
    """The organisation's other requests, newest first."""
    if organisation_id is None:
        return []
    return db.session.scalars(
        select(HelpRequest)
        .where(HelpRequest.organisation_id == organisation_id, HelpRequest.id != but)
        .order_by(HelpRequest.id.desc())
        .limit(10)
    ).all()


def parts_of(request: HelpRequest) -> Sequence[HelpRequest]:
    """All parts of the split request that this one is, or belongs to; none when it was never split."""
    if request.state is not State.SPLIT and request.parent_id is None:
        return []
    return db.session.scalars(
        select(HelpRequest)
        .where(HelpRequest.parent_id == request.group_id, HelpRequest.state != State.SPLIT)
        .order_by(HelpRequest.id)
    ).all()


def merged_into(request: HelpRequest) -> Sequence[HelpRequest]:
    """The requests that were merged into this one and still are."""
    return db.session.scalars(
        select(HelpRequest)
        .where(HelpRequest.merged_into_id == request.id, HelpRequest.state == State.MERGED)
        .order_by(HelpRequest.id)
    ).all()


def side_by_side(organisation_id: int) -> Select[Any]:
    """An organisation's requests, what goes on first, then the newest."""
    ended = HelpRequest.state.in_(sorted(CLOSED | {State.COMPLETED}))
    return (
        select(HelpRequest).where(HelpRequest.organisation_id == organisation_id).order_by(ended, HelpRequest.id.desc())
    )


def live_of_contact(organisation_id: int, person_id: int) -> Sequence[HelpRequest]:
    """What goes on for an organisation with this contact person."""
    return db.session.scalars(
        select(HelpRequest)
        .where(
            HelpRequest.organisation_id == organisation_id,
            HelpRequest.contact_id == person_id,
            HelpRequest.state.in_(sorted(LIVE)),
        )
        .order_by(HelpRequest.id)
    ).all()


def with_address(person_id: int, email: str) -> Sequence[HelpRequest]:
    """What names this address of a person: the own requests, and drafts that nobody has confirmed yet."""
    unconfirmed = HelpRequest.contact_id.is_(None) & (HelpRequest.state == State.DRAFT)
    return db.session.scalars(
        select(HelpRequest)
        .where(HelpRequest.contact_email == email, (HelpRequest.contact_id == person_id) | unconfirmed)
        .order_by(HelpRequest.id)
    ).all()


def may_see(request: HelpRequest, person_id: int) -> bool:
    """Whether the person acts for the request's organisation now."""
    return request.organisation_id is not None and request.organisation_id in organisation_ids(person_id)


def due_ids(at: datetime, *, limit: int = 500) -> Sequence[int]:
    """Requests whose time-out has come, oldest first."""
    return db.session.scalars(
        select(HelpRequest.id).where(HelpRequest.due_at <= at).order_by(HelpRequest.due_at).limit(limit)
    ).all()


def next_due() -> datetime | None:
    """When the next time-out of a request comes."""
    return db.session.scalar(select(func.min(HelpRequest.due_at)).where(HelpRequest.due_at.is_not(None)))


def find_intake_by_key(key: str) -> Intake | None:
    """The half-filled form with this key, whoever typed it."""
    return db.session.scalar(select(Intake).where(Intake.key == key))


def find_intake(key: str, browser: str) -> Intake | None:
    """The half-filled form with this key that was typed in this browser."""
    return db.session.scalar(select(Intake).where(Intake.key == key, Intake.browser == browser))
