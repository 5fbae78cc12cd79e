"""What the scheduler does about engagements: ask, remind, complete, tell the coordinator."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.rows import rows_one_by_one
from lotsen.core.states import advance, rests
from lotsen.core.waiting import give_task_if_free
from lotsen.engagements import queries as cases
from lotsen.engagements import rules
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side, State
from lotsen.municipality.queries import town
from lotsen.pilots.rules import GONE

from . import queries, service
from .rules import SAME_MAIL_DAYS, Answer, Kind

log = logging.getLogger(__name__)


def run_due(at: datetime) -> int:
    """Do one step of every engagement whose time has come, each in a transaction of its own."""
    return rows_one_by_one(cases.due_ids(at), lambda engagement_id: _due(engagement_id, at), log=log)


def _due(engagement_id: int, at: datetime) -> None:
    engagement = db.session.get_one(Engagement, engagement_id, populate_existing=True)
    if engagement.due_at is not None and engagement.due_at <= at and not rests(engagement, at=at):
        if engagement.pilot.state in GONE and engagement.state in rules.HOLDS_PLACE:
            engagement.due_at, engagement.due_step = None, ""  # nobody is asked for a pilot who is gone: that is a task
        elif engagement.due_step == rules.PILOT_RESTS:
            _no_word(engagement, at)
        else:
            _STEPS[engagement.state](engagement, at)


def next_due() -> datetime | None:
    """When the next time-out comes."""
    return cases.next_due()


def _no_word(row: Engagement, at: datetime) -> None:
    """The pilot rests and did not say what becomes of this case: a coordinator calls."""
    give_task_if_free(row, rules.PILOT_RESTS, at=at)
    engagements.set_due(row, at=at)


def _agreed(row: Engagement, at: datetime) -> None:
    """No date yet: ask the pilot, then the organisation, then it is the coordinator's turn."""
    if row.due_step == "ask_pilot":
        service.ask(row, Kind.DATE_AGREED, Side.PILOT, at=at)
    elif row.due_step == "ask_member":
        service.ask(row, Kind.DATE_AGREED, Side.MEMBER, at=at)
    else:
        give_task_if_free(row, "no_date", at=at)
    advance(row, rules, at=at)


def _first_contact(row: Engagement, at: datetime) -> None:
    """Ask both how the meeting was, or for a date as long as there is none; then once more whoever was silent."""
    if row.due_step == "task":
        give_task_if_free(row, "no_answer" if row.meeting_at else "no_date", at=at)
    elif row.meeting_at is None:
        sides = (Side.PILOT,) if row.due_step == "ask_how_it_was" else tuple(Side)
        for side in sides:
            service.ask(row, Kind.DATE_AGREED, side, at=at)
    else:
        for side in Side:
            if row.due_step == "ask_how_it_was" or _owes_a_word(row, side):
                service.ask(row, Kind.HOW_WAS_IT, side, at=at)
    advance(row, rules, at=at)


def _owes_a_word(row: Engagement, side: Side) -> bool:
    asked = queries.latest(row.id, Kind.HOW_WAS_IT, side)
    return asked is None or asked.answered_at is None or asked.answer == Answer.STILL_OPEN


def _running(row: Engagement, at: datetime) -> None:
    """At its end ask both whether it is done; else once a month the pilot, with all cases in one mail."""
    if row.due_step == "monthly":
        _month(row, at)
        return
    if row.due_step == "silent":
        give_task_if_free(row, "silent", at=at)
    else:
        for side in Side:
            known = queries.latest(row.id, Kind.FEEDBACK, side)
            if row.due_step == "end_again" and known is not None:
                if known.answered_at is None:
                    service.remind(known, at=at)
            else:
                service.ask(row, Kind.FEEDBACK, side, at=at)
    advance(row, rules, at=at)


def _month(row: Engagement, at: datetime) -> None:
    silent = queries.silent_months(row.id)
    if silent >= town().silent_months:
        give_task_if_free(row, "silent", at=at)
        row.due_at = None
        return
    soon = at + timedelta(days=SAME_MAIL_DAYS)
    together = [
        other
        for other in cases.running_of_pilot(row.pilot_id)
        if other.id == row.id or (other.due_step == "monthly" and other.due_at is not None and other.due_at <= soon)
    ]
    service.ask_month(together, at=at)
    if silent:
        service.ask(row, Kind.MONTHLY, Side.MEMBER, at=at)
    for other in together:
        ends = other.ends_on if other.ends_on is not None and other.ends_on >= local_date(at) else None
        other.due_at, other.due_step = cases.running_due(ends, at=at)


def _paused(row: Engagement, at: datetime) -> None:
    """Asked on the date whoever paused; the place is free after 30 days; in the end it is the coordinator's turn."""
    step = row.due_step
    if step == rules.ASK_BACK:
        for side in Side:
            if row.paused_by in (side.value, "office", ""):
                service.ask(row, Kind.PAUSE_OVER, side, at=at)
    elif step == "free_place":
        engagements.free_place(row, at=at)
    else:
        give_task_if_free(row, "paused_long", at=at)
    row.due_at, row.due_step = cases.paused_due(row, at=at, after=step)


def _closing(row: Engagement, at: datetime) -> None:
    """Remind whoever gave no word yet; then it is over."""
    if row.due_step == "complete":
        service.complete_silently(row, at=at)
        return
    for side in Side:
        if cases.feedback_of(row.id, side) is None and not queries.is_gone(row, side):
            open_one = queries.latest(row.id, Kind.FEEDBACK, side)
            if open_one is None or open_one.answered_at is not None:
                service.ask(row, Kind.FEEDBACK, side, at=at)
            else:
                service.remind(open_one, at=at)
    advance(row, rules, at=at)


def _completed(row: Engagement, at: datetime) -> None:
    """Six weeks later: what lasted? Asked once more after a week; then the pilot reads the thanks given at the end."""
    known = queries.latest(row.id, Kind.STILL_IN_USE, Side.MEMBER)
    if row.due_step == "thanks":
        service.thank(row, at=at)
    elif known is None:
        service.ask(row, Kind.STILL_IN_USE, Side.MEMBER, at=at)
    elif known.answered_at is None:
        service.remind(known, at=at)
    advance(row, rules, at=at)


def _nothing(row: Engagement, at: datetime) -> None:
    row.due_at = None


_STEPS: dict[State, Callable[[Engagement, datetime], None]] = {
    State.AGREED: _agreed,
    State.FIRST_CONTACT: _first_contact,
    State.RUNNING: _running,
    State.PAUSED: _paused,
    State.CLOSING: _closing,
    State.COMPLETED: _completed,
    State.BROKEN_OFF: _nothing,
}
