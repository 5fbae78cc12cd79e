"""Reading questions and answers."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date
from lotsen.engagements.models import Engagement, HoursEntry
from lotsen.engagements.rules import LIVE, Side, State
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox import queries as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import GONE

from .models import FollowUp
from .rules import Answer, Kind

QUESTIONS = {
    Kind.DATE_AGREED: _l("Haben Sie einen Termin?"),
    Kind.HOW_WAS_IT: _l("Wie war es?"),
    Kind.MONTHLY: _l("Wie läuft es?"),
    Kind.FEEDBACK: _l("Ist es geschafft?"),
    Kind.STILL_IN_USE: _l("Nutzen Sie es noch?"),
    Kind.PAUSE_OVER: _l("Kann es weitergehen?"),
    Kind.PILOT_RESTS: _l("Was wird in Ihrer Pause aus Ihren Begleitungen?"),
}
ANSWERS = {
    Answer.YES: _l("Ja"),
    Answer.NO: _l("Nein"),
    Answer.STUCK: _l("Es hakt"),
    Answer.FITS: _l("Es passt"),
    Answer.STILL_OPEN: _l("Noch offen"),
    Answer.FITS_NOT: _l("Es passt nicht"),
    Answer.NO_SHOW: _l("Jemand ist nicht gekommen"),
    Answer.DONE: _l("Geschafft"),
    Answer.PAUSE: _l("Pause"),
    Answer.HAND_OVER: _l("Jemand anderes soll weitermachen"),
}


def what_it_is_about(followup: FollowUp) -> list[str]:
    """Who helps whom since when, with what, and the goal they agreed on, as the asked side reads it."""
    engagement, member = followup.engagement, followup.side is Side.MEMBER
    request, over = engagement.help_request, followup.kind is Kind.STILL_IN_USE
    words = {"day": plain_date(local_date(engagement.created_at)), "who": request.organisation_name}
    if member:
        words["who"] = engagement.pilot.public_name
        if over:
            first = _("%(who)s hat Ihnen geholfen, ab %(day)s.", **words)
        else:
            first = _("%(who)s hilft Ihnen seit %(day)s.", **words)
    else:
        first = _("Sie helfen %(who)s seit %(day)s.", **words)
    about = (
        _("Es ging um „%(title)s“.", title=request.title) if over else _("Es geht um „%(title)s“.", title=request.title)
    )
    goal = [_("Das war Ihr Ziel: „%(goal)s“", goal=engagement.goal)] if engagement.goal else []
    return [f"{first} {about}", *goal]


def of_engagement(engagement_id: int) -> Sequence[FollowUp]:
    """All questions about an engagement, newest first."""
    return db.session.scalars(
        select(FollowUp).where(FollowUp.engagement_id == engagement_id).order_by(FollowUp.id.desc())
    ).all()


def latest(engagement_id: int, kind: Kind, side: Side) -> FollowUp | None:
    """The newest question of a kind to one side."""
    return db.session.scalar(
        select(FollowUp)
        .where(FollowUp.engagement_id == engagement_id, FollowUp.kind == kind, FollowUp.side == side)
        .order_by(FollowUp.visit.desc())
        .limit(1)
    )


def is_gone(engagement: Engagement, side: Side) -> bool:
    """Whether this side is a pilot who helps nobody now: nothing is asked any more."""
    return side is Side.PILOT and engagement.pilot.state in GONE


def open_of(engagement_id: int) -> Sequence[FollowUp]:
    """Questions about an engagement that nobody has answered."""
    return db.session.scalars(
        select(FollowUp)
        .where(FollowUp.engagement_id == engagement_id, FollowUp.answered_at.is_(None))
        .order_by(FollowUp.id)
    ).all()


def open_months_of(pilot_id: int) -> Sequence[FollowUp]:
    """A pilot's open monthly lines, the newest of each running case."""
    return open_together(pilot_id, Kind.MONTHLY, frozenset({State.RUNNING}))


def open_together(pilot_id: int, kind: Kind, states: frozenset[State]) -> Sequence[FollowUp]:
    """A pilot's open questions of one kind that are answered on one page, the newest of each case in these states."""
    newest = (
        select(func.max(FollowUp.id))
        .join(Engagement, Engagement.id == FollowUp.engagement_id)
        .where(
            Engagement.pilot_id == pilot_id,
            Engagement.state.in_(states),
            FollowUp.kind == kind,
            FollowUp.side == Side.PILOT,
        )
        .group_by(FollowUp.engagement_id)
    )
    return db.session.scalars(
        select(FollowUp)
        .where(FollowUp.id.in_(newest), FollowUp.answered_at.is_(None))
        .options(joinedload(FollowUp.engagement).joinedload(Engagement.help_request))
        .order_by(FollowUp.id)
    ).all()


def asked_together(row: FollowUp) -> Sequence[FollowUp]:
    """The questions that one mail asked, one for each case: same kind, reader and instant."""
    if row.kind not in (Kind.MONTHLY, Kind.PILOT_RESTS) or row.side is not Side.PILOT:
        return [row]
    return db.session.scalars(
        select(FollowUp)
        .join(Engagement, Engagement.id == FollowUp.engagement_id)
        .where(Engagement.pilot_id == row.engagement.pilot_id)
        .where(FollowUp.kind == row.kind, FollowUp.side == row.side, FollowUp.asked_at == row.asked_at)
        .order_by(FollowUp.id)
    ).all()


def engagements_asked(ids: Collection[int]) -> set[int]:
    """The engagements about which these questions, and those in the same mail, ask."""
    rows = db.session.scalars(select(FollowUp).where(FollowUp.id.in_(ids))).all() if ids else []
    return {each.engagement_id for row in rows for each in asked_together(row)}


def silent_months(engagement_id: int) -> int:
    """How many of the pilot's latest monthly lines in a row stayed without a word.

    Hours entered since are a word; a line that came back is no silence.
    """
    called_instead = (OutboxMessage.state == MailState.CALLED) & (OutboxMessage.address != "")
    came_back = exists().where(  # one mail asks about all cases: known by its instant and reader
        OutboxMessage.kind == "followups.monthly",
        or_(OutboxMessage.state == MailState.FAILED, called_instead),
        OutboxMessage.created_at == FollowUp.asked_at,
        OutboxMessage.recipient_id == Pilot.user_id,
        Pilot.id == Engagement.pilot_id,
        Engagement.id == FollowUp.engagement_id,
    )
    hours_since = exists().where(
        HoursEntry.engagement_id == FollowUp.engagement_id, HoursEntry.created_at >= FollowUp.asked_at
    )
    rows = db.session.scalars(
        select(or_(FollowUp.answered_at.is_not(None), hours_since))
        .where(FollowUp.engagement_id == engagement_id, FollowUp.kind == Kind.MONTHLY, FollowUp.side == Side.PILOT)
        .where(~came_back)
        .order_by(FollowUp.visit.desc())
        .limit(12)
    ).all()
    return next((number for number, said in enumerate(rows) if said), len(rows))


def open_for(user: User, *, limit: int = 10) -> Sequence[FollowUp]:
    """Questions that wait for a person's answer, oldest first; of a question asked twice only the newest."""
    newest = (
        select(func.max(FollowUp.id))
        .join(Engagement, Engagement.id == FollowUp.engagement_id)
        .join(Pilot, Pilot.id == Engagement.pilot_id)
        .join(HelpRequest, HelpRequest.id == Engagement.help_request_id)
        .where(
            ((FollowUp.side == Side.PILOT) & (Pilot.user_id == user.id))
            | ((FollowUp.side == Side.MEMBER) & (HelpRequest.contact_id == user.id)),
            Engagement.state.in_(LIVE | {State.COMPLETED}),
        )
        .group_by(FollowUp.engagement_id, FollowUp.side)
    )
    return db.session.scalars(
        select(FollowUp)
        .where(FollowUp.id.in_(newest), FollowUp.answered_at.is_(None))
        .options(
            joinedload(FollowUp.engagement).joinedload(Engagement.help_request),
            joinedload(FollowUp.engagement).joinedload(Engagement.pilot).joinedload(Pilot.user),
        )
        .order_by(FollowUp.asked_at)
        .limit(limit)
    ).all()


def messages_of(engagement_id: int, *, limit: int = 20) -> Sequence[OutboxMessage]:
    """The newest messages about an engagement or a question of its course, without their bodies."""
    asked = select(FollowUp.id).where(FollowUp.engagement_id == engagement_id)
    about, row_id = OutboxMessage.about_entity, OutboxMessage.about_id
    of_case = and_(about == Engagement.entity, row_id == engagement_id)
    of_course = and_(about == FollowUp.entity, row_id.in_(asked))
    return db.session.scalars(outbox.messages().where(or_(of_case, of_course)).limit(limit)).all()
