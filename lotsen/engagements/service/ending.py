"""How an engagement ends: with both sides' words, by itself, or early."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.core.states import move

from .. import mails, queries, rules
from ..models import Engagement, Feedback
from ..rules import BreakOffReason, Outcome, Side, State
from .course import done
from .handing import stop_seeking
from .post import take_back_at_the_end, tell_others
from .standing import after_the_end, free_place


def give_feedback(
    engagement: Engagement,
    side: Side,
    outcome: Outcome,
    *,
    by: Actor,
    at: datetime,
    praise: str = "",
    criticism: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """Keep one side's word at the end, or change it; both words complete the engagement."""
    row = queries.feedback_of(engagement.id, side)
    if row is None:
        row = Feedback(engagement_id=engagement.id, side=side, created_at=at)
        db.session.add(row)
    row.outcome, row.praise, row.criticism = outcome, praise.strip(), criticism.strip()
    audit.record(
        "engagement.feedback",
        engagement,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        side=side.value,
        outcome=outcome.value,
    )
    db.session.flush()
    if engagement.state in rules.HOLDS_PLACE:
        done(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    if engagement.state is State.CLOSING and queries.both_gave_feedback(engagement.id):
        complete(engagement, by=by, at=at)


def complete(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """The engagement is over; the request too when nothing else runs for it. Nobody needs to follow any more."""
    move(engagement, State.COMPLETED, rules, by=by, at=at)
    if engagement.task == rules.CONTACT_GONE:
        engagement.task = ""
    _nobody_follows(engagement, by=by, at=at)
    after_the_end(engagement, by=by, at=at)


def break_off(
    engagement: Engagement,
    reason: BreakOffReason,
    side: Side | None,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """It ends early: the place is free, the other side is told, the coordinator decides whether to search again.

    ``side`` None: the office says it, both sides are told. Called off twice: nothing more happens.
    """
    if engagement.state is State.BROKEN_OFF:
        return
    take_back_at_the_end(engagement, by=by, at=at)
    move(engagement, State.BROKEN_OFF, rules, by=by, at=at, reason=reason.value, on_behalf_of=on_behalf_of)
    engagement.break_off_reason, engagement.break_off_text = reason.value, text.strip()
    engagement.broken_off_by = side.value if side is not None else "office"
    engagement.task = ""
    free_place(engagement, at=at)
    tell_others(engagement, mails.broken_off, side, step="broken_off", at=at)
    if queries.live_of_request(engagement.help_request_id):
        _nobody_follows(engagement, by=by, at=at)
    after_the_end(engagement, by=by, at=at)


def _nobody_follows(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """What was to be handed over has ended: the search for somebody who follows ends too."""
    if engagement.handing_over_at is None:
        return
    engagement.handing_over_at = None
    if queries.handing_over(engagement.help_request_id) is None:
        stop_seeking(engagement.help_request, by=by, at=at)
