"""Keeping a question and sending it; taking back what makes no sense any more."""

from collections.abc import Callable, Sequence
from datetime import datetime

from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.core.states import Moved, state_moved
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.engagements import queries as cases
from lotsen.engagements import rules as case_rules
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side, State
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.outbox import service as outbox
from lotsen.outbox.service import Mail
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import GONE, EndReason
from lotsen.pilots.rules import State as PilotState

from .. import mails, queries
from ..models import FollowUp
from ..rules import Kind

MAILS: dict[tuple[Kind, Side], Callable[..., Mail]] = {
    (Kind.DATE_AGREED, Side.PILOT): mails.date_agreed,
    (Kind.DATE_AGREED, Side.MEMBER): mails.date_agreed,
    (Kind.HOW_WAS_IT, Side.PILOT): mails.how_was_it,
    (Kind.HOW_WAS_IT, Side.MEMBER): mails.how_was_it,
    (Kind.MONTHLY, Side.MEMBER): mails.monthly_member,
    (Kind.FEEDBACK, Side.PILOT): mails.feedback,
    (Kind.FEEDBACK, Side.MEMBER): mails.feedback,
    (Kind.STILL_IN_USE, Side.MEMBER): mails.still_in_use,
    (Kind.PAUSE_OVER, Side.PILOT): mails.pause_over,
    (Kind.PAUSE_OVER, Side.MEMBER): mails.pause_over,
}
REMINDERS = {Kind.FEEDBACK: mails.feedback_reminder, Kind.STILL_IN_USE: mails.still_in_use_reminder}
# Open questions that stay open when an engagement comes into a state; the mails of the others are taken back.
STAY_OPEN = {State.RUNNING: {Kind.HOW_WAS_IT}, State.CLOSING: {Kind.FEEDBACK}}

ABOUT_WHAT_COMES = frozenset({Kind.DATE_AGREED, Kind.MONTHLY, Kind.PAUSE_OVER})


def ask(engagement: Engagement, kind: Kind, side: Side, *, at: datetime, mail: bool = True) -> FollowUp:
    """Keep one question to one side and send it; without ``mail`` it waits on the page that the person is on."""
    before = queries.latest(engagement.id, kind, side)
    row = FollowUp(
        engagement_id=engagement.id, kind=kind, side=side, visit=before.visit + 1 if before else 1, asked_at=at
    )
    db.session.add(row)
    db.session.flush()
    if mail:
        _send(MAILS[kind, side], row, (row,), step="ask", at=at)
    return row


def ask_month(rows: Sequence[Engagement], *, at: datetime) -> list[FollowUp]:
    """Ask a pilot about all these cases with one mail."""
    asked = [ask(row, Kind.MONTHLY, Side.PILOT, at=at, mail=False) for row in rows]
    _send(mails.monthly, asked[0], (asked,), step="ask", at=at)
    return asked


def ask_about_rest(rows: Sequence[Engagement], *, at: datetime) -> None:
    """Ask a pilot who rests about each of these cases, with one mail; who says nothing is called."""
    asked = [ask(row, Kind.PILOT_RESTS, Side.PILOT, at=at, mail=False) for row in rows]
    for row in rows:
        engagements.expect_word(row, at=at)
    _send(mails.pilot_rests, asked[0], (asked,), step="ask", at=at)


def remind(followup: FollowUp, *, at: datetime) -> None:
    """Send an open question once more."""
    _send(REMINDERS[followup.kind], followup, (followup,), step="remind", at=at)


def answer_link(followup: FollowUp, *, at: datetime) -> str:
    """A fresh secret for the page of one question."""
    person = cases.person(followup.engagement, followup.side)
    return tokens.issue(
        Purpose.FOLLOW_UP, "followup", followup.id, at=at, user_id=person.id if person is not None else None
    )


def _send(mail: Callable[..., Mail], row: FollowUp, args: tuple[object, ...], *, step: str, at: datetime) -> None:
    person = cases.reader(row.engagement, row.side)
    if person is not None:
        url = link("followups.answer", token=answer_link(row, at=at))
        outbox.enqueue(mail, *args, url, to=person, about=row, step=step, at=at)


@organisations.contact_left.connect
def on_contact_left(member: Member, by: Actor, at: datetime) -> None:
    """Who has gone answers no question for the organisation any more."""
    for engagement in cases.of_contact(member.organisation_id, member.user_id):
        _close_links(engagement, at=at)


@help_requests.contact_followed.connect
def on_contact_followed(request: HelpRequest, by: Actor, at: datetime) -> None:
    """Nor does whoever spoke for it before."""
    for engagement in cases.of_request(request.id):
        _close_links(engagement, at=at)


def _close_links(engagement: Engagement, *, at: datetime) -> None:
    for followup in queries.of_engagement(engagement.id):
        if followup.side is Side.MEMBER:
            tokens.revoke(followup.entity, followup.id, at=at)


@state_moved.connect
def on_moved(row: object, moved: Moved) -> None:
    """Questions that make no sense any more are taken back; a closing engagement asks for feedback.

    A pilot who begins to rest is asked about each engagement; one who is gone is asked nothing more.
    """
    if isinstance(row, Pilot):
        _pilot_moved(row, moved)
    if not isinstance(row, Engagement):
        return
    for followup in queries.open_of(row.id):
        if followup.kind not in STAY_OPEN.get(row.state, set()):
            outbox.recall(followup, by=moved.by, at=moved.at)
    if row.state is State.CLOSING:
        for side in Side:
            known = queries.latest(row.id, Kind.FEEDBACK, side)
            asked = known is not None and known.answered_at is None
            if not asked and cases.feedback_of(row.id, side) is None and not queries.is_gone(row, side):
                ask(row, Kind.FEEDBACK, side, at=moved.at)


def _pilot_moved(pilot: Pilot, moved: Moved) -> None:
    held = cases.held_by_pilot(pilot.id)
    if pilot.state is PilotState.PAUSED:
        rows = [row for row in held if row.state in case_rules.CAN_PAUSE and row.handing_over_at is None]
        if rows:
            ask_about_rest(rows, at=moved.at)
    elif moved.before is PilotState.PAUSED and pilot.state is PilotState.AWARDED:
        for row in held:
            engagements.no_more_asking(row, at=moved.at)
            _take_back(row.id, {Kind.PILOT_RESTS}, moved)
    elif pilot.state in GONE:
        for row in cases.live_of_pilot(pilot.id):
            _take_back(row.id, set(Kind), moved, side=Side.PILOT)
        _say_nothing_of(pilot, moved)


def _say_nothing_of(pilot: Pilot, moved: Moved) -> None:
    """No question leaves that names a pilot who is gone as one who comes, nor any that names one who has died."""
    died = moved.reason == EndReason.DECEASED.value
    for engagement in cases.live_of_pilot(pilot.id):
        for followup in queries.open_of(engagement.id):
            if died or followup.kind in ABOUT_WHAT_COMES:
                outbox.recall(followup, by=moved.by, at=moved.at)


def _take_back(engagement_id: int, kinds: set[Kind], moved: Moved, side: Side | None = None) -> None:
    for followup in queries.open_of(engagement_id):
        if followup.kind in kinds and side in (None, followup.side):
            outbox.recall(followup, by=moved.by, at=moved.at)
            followup.answered_at = moved.at
