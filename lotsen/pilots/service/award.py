"""Awarding the title: its conditions, one by one, and the act."""

from datetime import date, datetime, timedelta

from lotsen.accounts.service import people
from lotsen.accounts.service.own_affairs import check_own_affair
from lotsen.audit import service as audit
from lotsen.core.access import Actor, Role
from lotsen.core.clock import local_date
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.states import move
from lotsen.outbox import service as outbox
from lotsen.pilots import mails, rules
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State

from .capacity import touched


def record_conditions(
    pilot: Pilot,
    *,
    talk_held_on: date | None,
    duties_signed_on: date | None,
    cover_explained: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Keep what the award requires; who records the signed duties is who has seen them (§ 43 NKomVG).

    Raises
    ------
    InvalidInput
        A date lies in the future.
    Conflict
        The person is not in a talk.
    """
    if pilot.state is not State.INTERVIEW:
        raise Conflict(entity=pilot.entity, entity_id=pilot.id)
    for name, day in (("talk_held_on", talk_held_on), ("duties_signed_on", duties_signed_on)):
        if day is not None and day > local_date(at):
            raise InvalidInput("", field=name, code="future")
    if duties_signed_on != pilot.duties_signed_on:
        pilot.duties_seen_by = by.actor_id if duties_signed_on else None
    before = (pilot.talk_held_on, pilot.duties_signed_on, pilot.cover_explained)
    pilot.talk_held_on, pilot.duties_signed_on = talk_held_on, duties_signed_on
    pilot.cover_explained = cover_explained
    if before != (talk_held_on, duties_signed_on, cover_explained):
        audit.record("pilot.conditions", pilot, by=by, at=at)


def set_ceremony(pilot: Pilot, day: date | None, *, by: Actor, at: datetime) -> None:
    """Keep the day on which the title is handed over in a ceremony, or that there is none. Nothing waits for it.

    Raises
    ------
    InvalidInput
        The day is years away (``years_away``).
    """
    if day is not None and abs(day - local_date(at)) > timedelta(days=rules.CEREMONY_WITHIN_DAYS):
        raise InvalidInput("", field="ceremony_on", code="years_away")
    if pilot.ceremony_on != day:
        pilot.ceremony_on = day
        audit.record("pilot.ceremony", pilot, by=by, at=at)


def award(pilot: Pilot, *, by: Actor, at: datetime, own_case_reason: str = "") -> None:
    """Give the title.

    Raises
    ------
    InvalidInput
        Something is missing; ``code`` lists what (``talk,profile,duties,cover``). Or it would be the own title, as
        `check_own_affair` says.
    Conflict
        Somebody else decided meanwhile.
    """
    own = not rules.may_be_awarded_by(pilot_user_id=pilot.user_id, actor_id=by.actor_id)
    if own:
        check_own_affair(own_case_reason, by=by)
    missing = pilot.award_conditions.missing()
    if pilot.state is State.INTERVIEW and missing:
        raise InvalidInput("", code=",".join(missing))
    outbox.recall(pilot, by=by, at=at)
    reason = own_case_reason.strip() if own else ""
    move(pilot, State.AWARDED, rules, by=by, at=at, reason=reason, only_from={State.INTERVIEW})
    pilot.awarded_on = local_date(at)
    people.grant(pilot.user, Role.PILOT, by=by, at=at)
    touched(pilot)
    outbox.enqueue(mails.awarded, pilot, to=pilot.user, about=pilot, step="awarded", at=at)
