"""Asking after the start, and what follows from the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import Moved, state_moved
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.engagements import queries as cases
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import HOLDS_PLACE, Outcome, Side, State
from lotsen.outbox import service as outbox
from lotsen.outbox.service import Mail

from . import mails, queries
from .models import FollowUp
from .rules import ANSWERS, MAX_TEXT, Answer, Kind

MAILS: dict[tuple[Kind, Side], Callable[..., Mail]] = {
    (Kind.DATE_AGREED, Side.PILOT): mails.date_agreed,
    (Kind.DATE_AGREED, Side.MEMBER): mails.date_agreed,
    (Kind.HOW_WAS_IT, Side.PILOT): mails.how_was_it,
    (Kind.HOW_WAS_IT, Side.MEMBER): mails.how_was_it,
    (Kind.MONTHLY, Side.MEMBER): mails.monthly_member,
    (Kind.FEEDBACK, Side.PILOT): mails.feedback,
    (Kind.FEEDBACK, Side.MEMBER): mails.feedback,
    (Kind.STILL_IN_USE, Side.MEMBER): mails.still_in_use,
}
REMINDERS = {Kind.FEEDBACK: mails.feedback_reminder, Kind.STILL_IN_USE: mails.still_in_use_reminder}
# Open questions that stay open when an engagement comes into a state; the mails of the others are taken back.
STAY_OPEN = {State.RUNNING: {Kind.HOW_WAS_IT}, State.CLOSING: {Kind.FEEDBACK}}


@dataclass(frozen=True)
class Given:
    """What came with an answer; which fields matter depends on the question."""

    meeting_at: datetime | None = None
    place: str = ""
    goal: str = ""
    ends_on: date | None = None
    minutes: int = 0
    outcome: Outcome | None = None
    praise: str = ""
    criticism: str = ""
    text: str = ""


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
    person = cases.person(row.engagement, row.side)
    if person is not None:
        url = link("followups.answer", token=answer_link(row, at=at))
        outbox.enqueue(mail, *args, url, to=person, about=row, step=step, at=at)


@state_moved.connect
def on_moved(row: object, moved: Moved) -> None:
    """An engagement moved: questions that make no sense any more are taken back; a closing one asks for feedback."""
    if not isinstance(row, Engagement):
        return
    for followup in queries.open_of(row.id):
        if followup.kind not in STAY_OPEN.get(row.state, set()):
            outbox.recall(followup, by=moved.by, at=moved.at)
    if row.state is State.CLOSING:
        for side in Side:
            known = queries.latest(row.id, Kind.FEEDBACK, side)
            asked = known is not None and known.answered_at is None
            if not asked and cases.feedback_of(row.id, side) is None:
                ask(row, Kind.FEEDBACK, side, at=moved.at)


def answer(
    followup: FollowUp,
    word: Answer,
    given: Given,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> FollowUp | None:
    """Keep an answer and do what follows from it. Given twice: nothing more. Returns what to ask the same side next.

    Raises
    ------
    InvalidInput
        The question has no such answer, or something with it makes no sense.
    """
    if followup.answered_at is not None:
        return None
    if word not in ANSWERS[followup.kind]:
        raise InvalidInput("", field="choice", code="answer")
    followup.answered_at, followup.answer = at, word.value
    followup.text = given.text.strip()[:MAX_TEXT]
    for older in queries.open_of(followup.engagement_id):
        if (older.kind, older.side) == (followup.kind, followup.side):
            older.answered_at = at
            outbox.recall(older, by=by, at=at)
    db.session.flush()
    outbox.recall(followup, by=by, at=at)
    case = followup.engagement
    told = _Told(case, followup.side, given, by, at, on_behalf_of)
    if case.state is State.BROKEN_OFF:
        return None
    if given.minutes and followup.side is Side.PILOT:
        told.hours()
    if followup.kind is Kind.STILL_IN_USE:
        told.later(word)
    elif followup.kind is Kind.FEEDBACK:
        told.at_the_end(word)
    elif case.state in HOLDS_PLACE:
        return told.on_the_way(followup.kind, word)
    return None


@dataclass(frozen=True)
class _Told:
    """One answer on its way to the verbs of engagements."""

    case: Engagement
    side: Side
    given: Given
    by: Actor
    at: datetime
    on_behalf_of: int | None

    def hours(self) -> None:
        engagements.log_hours(
            self.case,
            local_date(self.at),
            self.given.minutes,
            "",
            by=self.by,
            at=self.at,
            on_behalf_of=self.on_behalf_of,
        )

    def on_the_way(self, kind: Kind, word: Answer) -> FollowUp | None:
        by, at, behalf, case, side = self.by, self.at, self.on_behalf_of, self.case, self.side
        if word is Answer.DONE:
            following = ask(case, Kind.FEEDBACK, side, at=at, mail=False)
            engagements.done(case, by=by, at=at, on_behalf_of=behalf)
            return following
        if kind is Kind.MONTHLY and word is Answer.YES:
            if self.given.ends_on is not None and case.state is State.RUNNING:
                engagements.extend(case, self.given.ends_on, by=by, at=at, on_behalf_of=behalf)
        elif word is Answer.YES:
            if case.state in (State.AGREED, State.FIRST_CONTACT) and self.given.meeting_at is not None:
                place = self.given.place
                engagements.set_meeting(case, self.given.meeting_at, place, by=by, at=at, on_behalf_of=behalf)
        elif word is Answer.FITS:
            goal, ends_on = self.given.goal, self.given.ends_on
            engagements.fits(case, side, by=by, at=at, goal=goal, ends_on=ends_on, on_behalf_of=behalf)
        elif word is Answer.STILL_OPEN:
            engagements.still_open(case, side, by=by, at=at, on_behalf_of=behalf)
        else:
            needs = "no_contact" if word is Answer.NO else word.value
            engagements.needs_office(case, side, needs, by=by, at=at, on_behalf_of=behalf)
        return None

    def at_the_end(self, word: Answer) -> None:
        if word is Answer.STILL_OPEN and self.given.ends_on is not None:
            if self.case.state in (State.RUNNING, State.CLOSING):
                engagements.extend(
                    self.case, self.given.ends_on, by=self.by, at=self.at, on_behalf_of=self.on_behalf_of
                )
            return
        engagements.give_feedback(
            self.case,
            self.side,
            self.given.outcome or Outcome.SOLVED,
            by=self.by,
            at=self.at,
            praise=self.given.praise,
            criticism=self.given.criticism,
            on_behalf_of=self.on_behalf_of,
        )

    def later(self, word: Answer) -> None:
        case = self.case
        case.due_at, case.due_step = None, ""
        audit.record(
            "engagement.still_in_use",
            case,
            by=self.by,
            at=self.at,
            on_behalf_of=self.on_behalf_of,
            reason=word.value,
        )
        if word is not Answer.YES:
            needs = "still_stuck" if word is Answer.STUCK else "not_in_use"
            engagements.needs_office(case, self.side, needs, by=self.by, at=self.at, on_behalf_of=self.on_behalf_of)
        said = cases.feedback_of(case.id, Side.MEMBER)
        praise = [said.praise if said is not None else "", self.given.praise.strip()]
        url = engagements.case_link(case, Side.PILOT, at=self.at)
        outbox.enqueue(
            mails.late_thanks, case, word, praise, url, to=case.pilot.user, about=case, step="thanks", at=self.at
        )


def complete_silently(engagement: Engagement, *, at: datetime) -> None:
    """Nobody said more: the engagement is over."""
    engagements.complete(engagement, by=SYSTEM, at=at)
