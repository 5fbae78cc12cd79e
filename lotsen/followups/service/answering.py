"""What follows from an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lotsen.audit import service as audit
from lotsen.core.access import SYSTEM, Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements import queries as cases
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import HOLDS_PLACE, Outcome, Side, State
from lotsen.outbox import service as outbox

from .. import mails, queries
from ..models import FollowUp
from ..rules import ANSWERS, MAX_TEXT, Answer, Kind
from .asking import ask


@dataclass(frozen=True)
class Given:
    """What came with an answer; which fields matter depends on the question."""

    meeting_at: datetime | None = None
    place: str = ""
    goal: str = ""
    ends_on: date | None = None
    minutes: int = 0
    hours_day: date | None = None
    outcome: Outcome | None = None
    praise: str = ""
    criticism: str = ""
    text: str = ""


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
        The question has no such answer (any more), or something with it makes no sense.
    """
    if followup.answered_at is not None:
        return None
    if word not in ANSWERS[followup.kind]:
        raise InvalidInput("", field="choice", code="answer")
    if followup.kind is Kind.FEEDBACK and word is Answer.STILL_OPEN and not cases.may_go_on(followup.engagement):
        raise InvalidInput("", field="choice", code="ended")
    followup.answered_at, followup.answer = at, word.value
    goes_on = (given.praise, given.criticism) if word is Answer.STILL_OPEN else ()  # no end yet to keep them with
    followup.text = "\n".join(filter(None, (part.strip() for part in (given.text, *goes_on))))[:MAX_TEXT]
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
            self.given.hours_day or local_date(self.at),
            self.given.minutes,
            "",
            by=self.by,
            at=self.at,
            on_behalf_of=self.on_behalf_of,
        )

    def on_the_way(self, kind: Kind, word: Answer) -> FollowUp | None:
        by, at, behalf, case, side = self.by, self.at, self.on_behalf_of, self.case, self.side
        if kind in (Kind.PAUSE_OVER, Kind.PILOT_RESTS) and word is not Answer.DONE:
            self.about_a_pause(kind, word)
            return None
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

    def about_a_pause(self, kind: Kind, word: Answer) -> None:
        common: dict[str, Any] = {"by": self.by, "at": self.at, "on_behalf_of": self.on_behalf_of}
        case, side = self.case, self.side
        if word is Answer.PAUSE:
            until = self.given.ends_on
            if kind is Kind.PILOT_RESTS and case.pilot.paused_until is not None:
                until = case.pilot.paused_until if case.pilot.paused_until > local_date(self.at) else None
            engagements.pause(case, until, side, **common)
        elif word is Answer.HAND_OVER or (word is Answer.NO and side is Side.PILOT):
            engagements.hand_over(case, side, text=self.given.text, **common)
            if case.due_at is None:
                engagements.set_due(case, at=self.at)
        elif word is Answer.NO:
            engagements.needs_office(case, side, "pause_over", **common)
        elif kind is Kind.PAUSE_OVER:
            engagements.resume(case, side, **common)
        else:
            engagements.no_more_asking(case, at=self.at)

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


def thank(engagement: Engagement, *, at: datetime) -> None:
    """The organisation said thanks at the end and nothing since: the pilot reads it now."""
    said = cases.feedback_of(engagement.id, Side.MEMBER)
    if said is not None and said.praise:
        url = engagements.case_link(engagement, Side.PILOT, at=at)
        outbox.enqueue(
            mails.praise, engagement, said.praise, url, to=engagement.pilot.user, about=engagement, step="praise", at=at
        )
