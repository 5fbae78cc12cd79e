"""After the award: pause and come back, suspend and reinstate, end."""

from datetime import date, datetime

from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor, Role
from lotsen.core.clock import MORNING, at_local, local_date
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.states import advance, move, start_anew
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import memberships
from lotsen.outbox import service as outbox
from lotsen.pilots import mails, queries, rules
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, State

from .application import withdraw
from .capacity import touched


def pause(pilot: Pilot, start: date, until: date | None, *, by: Actor, at: datetime) -> None:
    """Rest from a day on, until a day (the first one back) or open. Nobody asks why.

    A pause that runs is extended; one that lies ahead is kept and begins by itself.

    Raises
    ------
    InvalidInput
        A date makes no sense (codes of `rules.pause_problem`).
    """
    today = local_date(at)
    if pilot.state is State.PAUSED and pilot.pause_from is not None:
        start = pilot.pause_from  # it goes on: the year after which somebody decides counts from its beginning
    from_day = max(start, today) if pilot.state is State.PAUSED else start
    if problem := rules.pause_problem(start=from_day, until=until, today=today):
        raise InvalidInput("", field="start" if problem == "start_past" else "until", code=problem)
    if pilot.pause_from is not None and (pilot.pause_from, pilot.paused_until) == (start, until):
        return
    if start > today and pilot.state is State.AWARDED:
        pilot.pause_from, pilot.paused_until = start, until
        pilot.due_at, pilot.due_step = at_local(start, MORNING), rules.START_PAUSE
        audit.record("pilot.pause_planned", pilot, by=by, at=at, on_behalf_of=_behalf(pilot, by))
    else:
        _rest(pilot, start, until, by=by, at=at)
    nonce = f"{start.isoformat()}-{until.isoformat() if until else 'open'}"
    args = (pilot, start, until)
    outbox.enqueue(
        mails.pause_confirmed, *args, to=pilot.user, about=pilot, step="pause", nonce=nonce, at=at, at_once=True
    )


def start_planned_pause(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The day of a planned pause has come."""
    if pilot.pause_from is None:
        raise Conflict(entity=pilot.entity, entity_id=pilot.id)
    _rest(pilot, pilot.pause_from, pilot.paused_until, by=by, at=at)


def _rest(pilot: Pilot, start: date, until: date | None, *, by: Actor, at: datetime) -> None:
    back_at = at_local(until, MORNING) if until else None
    move(pilot, State.PAUSED, rules, by=by, at=at, on_behalf_of=_behalf(pilot, by), due_at=back_at)
    pilot.pause_from, pilot.paused_until = start, until
    if until:
        pilot.due_step = rules.BACK
    else:
        decide_in_time(pilot, at=at)
    touched(pilot)


def decide_in_time(pilot: Pilot, *, at: datetime) -> None:
    """What is due next in an open pause comes no later than the day on which a coordinator decides, or now."""
    decision = max(at, at_local(queries.decision_on(pilot), MORNING))
    if pilot.due_at is None or decision < pilot.due_at:
        pilot.due_at, pilot.due_step = decision, rules.CALL


def resume(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """Back from the pause, or a planned pause is called off. Pressed twice: nothing more happens."""
    if pilot.state is State.AWARDED:
        if pilot.pause_from is not None:
            pilot.pause_from = pilot.paused_until = None
            start_anew(pilot, rules, at=at)
            audit.record("pilot.pause_called_off", pilot, by=by, at=at, on_behalf_of=_behalf(pilot, by))
        return
    if pilot.state is not State.PAUSED:
        raise Conflict(entity=pilot.entity, entity_id=pilot.id)
    outbox.recall(pilot, by=by, at=at, kinds=("pilots.still_paused",))
    move(pilot, State.AWARDED, rules, by=by, at=at, on_behalf_of=_behalf(pilot, by))
    pilot.pause_from = pilot.paused_until = None
    touched(pilot)
    own = by.actor_id == pilot.user_id
    outbox.enqueue(mails.welcome_back, pilot, to=pilot.user, about=pilot, step="back", at=at, at_once=own)


def spoken(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """A coordinator has looked or called: what was open is settled, the same question comes again after its time."""
    question = pilot.due_step in rules.TASK_STEPS and pilot.due_at is not None and pilot.due_at <= at
    if not (question or pilot.is_silent):
        return
    behalf = pilot.user_id if pilot.state in (State.AWARDED, State.PAUSED) else None
    audit.record("pilot.spoken", pilot, by=by, at=at, on_behalf_of=behalf)
    pilot.silent_asks = 0
    if question and pilot.state is State.PAUSED:
        advance(pilot, rules, at=at)
        if not queries.pauses_too_long(pilot, at):
            decide_in_time(pilot, at=at)
    elif question and pilot.due_step in rules.TASK_STEPS:  # a sign of life has set the awarded on their way already
        advance(pilot, rules, at=at)


def suspend(pilot: Pilot, reason: str, *, by: Actor, at: datetime) -> None:
    """Stop everything at once: not asked, not proposed, until a coordinator decides. ``reason`` is for the log.

    Raises
    ------
    InvalidInput
        No reason was given.
    """
    if not reason.strip():
        raise InvalidInput("", field="reason", code="reason_missing")
    outbox.recall(pilot, by=by, at=at)
    move(pilot, State.SUSPENDED, rules, by=by, at=at, reason=reason)
    pilot.pause_from = pilot.paused_until = None
    touched(pilot)


def reinstate(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The pilot may be asked again."""
    if pilot.state is not State.SUSPENDED:
        raise Conflict(entity=pilot.entity, entity_id=pilot.id)
    move(pilot, State.AWARDED, rules, by=by, at=at)
    touched(pilot)


def wish_to_end(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The pilot would like to stop: a task for the coordinator, who thanks and settles what still runs."""
    if pilot.wishes_to_end_at is None:
        pilot.wishes_to_end_at = at
        audit.record("pilot.wishes_to_end", pilot, by=by, at=at)


def end(pilot: Pilot, reason: EndReason, *, by: Actor, at: datetime, thank: bool = True) -> None:
    """The work ends. ``thank`` sends the thanks by mail, else they are a task.

    Deceased: every mail stops at once, and whose contact person this was needs another one.
    """
    outbox.recall(pilot, by=by, at=at)
    tokens.revoke("pilot", pilot.id, at=at)
    move(pilot, State.ENDED, rules, by=by, at=at, reason=reason.value)
    pilot.end_reason = reason.value
    pilot.pause_from = pilot.paused_until = pilot.wishes_to_end_at = None
    pilot.silent_asks = 0
    touched(pilot)
    if reason is EndReason.DECEASED:
        people.stop(pilot.user, by=by, at=at)
        outbox.recall_to(pilot.user, by=by, at=at)
        for member in memberships(pilot.user_id):
            organisations.leave(member, by=by, at=at)
    if reason in (EndReason.DECEASED, EndReason.TITLE_WITHDRAWN):
        people.revoke(pilot.user, Role.PILOT, by=by, at=at)
    elif thank:
        outbox.enqueue(mails.thanks, pilot, to=pilot.user, about=pilot, step="thanks", at=at)
    else:
        pilot.thanks_owed_at = at


def leave(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """Whoever wants to be no part of it any more is out at once: an application is withdrawn, the work ends."""
    if State.WITHDRAWN in rules.MOVES[pilot.state]:
        withdraw(pilot, by=by, at=at)
    elif State.ENDED in rules.MOVES[pilot.state]:
        end(pilot, EndReason.WISH, by=by, at=at, thank=False)


def thanked(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The thanks were said or written by hand. Pressed twice: nothing more happens."""
    if pilot.thanks_owed_at is not None:
        pilot.thanks_owed_at = None
        audit.record("pilot.thanked", pilot, by=by, at=at)


def _behalf(pilot: Pilot, by: Actor) -> int | None:
    return None if by.actor_id in (None, pilot.user_id) else pilot.user_id
