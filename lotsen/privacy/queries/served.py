"""What has served its time: for each class of the retention, the rows that go with a cut-off."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, or_, select
from sqlalchemy.orm import aliased

from lotsen.accounts.models import Consent, User, UserRole, UserSession
from lotsen.accounts.rules import ERASED_NAME
from lotsen.audit.models import AuditEvent, FileReading
from lotsen.core.access import Role
from lotsen.core.clock import local_date
from lotsen.core.models import JobRun, Token
from lotsen.engagements.models import Appointment, Concern, Engagement, Feedback, HoursEntry, Message
from lotsen.engagements.rules import LIVE as LIVE_CASES
from lotsen.followups.models import FollowUp
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CLOSED, GOING_ON
from lotsen.help_requests.rules import LIVE as LIVE_REQUESTS
from lotsen.help_requests.rules import State as RequestState
from lotsen.notes.models import Note
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.privacy.models import BarrierReport, RetentionRun
from lotsen.privacy.register import GOODBYE
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import LIVE as LIVE_PROPOSALS
from lotsen.proposals.rules import State as ProposalState

OPEN_MAILS = (MailState.WAITING, MailState.HELD, MailState.CALL)
SETTLED = frozenset(ProposalState) - LIVE_PROPOSALS  # a confirmed one goes with its engagement
GONE = (PilotState.ENDED, PilotState.REJECTED, PilotState.WITHDRAWN)


def requests_closed(before: datetime) -> Select[Any]:
    """Requests that ended before: contact and texts go. A split one ends with the last of its parts."""
    ended = HelpRequest.state.in_([*CLOSED, RequestState.COMPLETED])
    named = or_(HelpRequest.contact_name != ERASED_NAME, HelpRequest.contact_id.is_not(None))
    part = aliased(HelpRequest)
    goes_on = exists().where(
        part.parent_id == HelpRequest.id, or_(part.state.in_(LIVE_REQUESTS), part.state_since >= before)
    )
    return select(HelpRequest.id).where(ended, HelpRequest.state_since < before, named, ~goes_on)


def case_texts(before: datetime) -> Select[Any]:
    """Engagements that ended before and in which words of people still stand."""
    said = or_(
        *(column != "" for column in (Engagement.goal, Engagement.meeting_place, Engagement.break_off_text)),
        Engagement.handing_over_text != "",
        _has(Feedback, Feedback.praise != "", Feedback.criticism != ""),
        _has(FollowUp, FollowUp.text != ""),
        _has(Concern, Concern.text != "", Concern.phone != "", Concern.settled_text != ""),
        _has(Appointment, Appointment.place != ""),
        _has(HoursEntry, HoursEntry.note != ""),
        _has(Message, Message.text != ""),
    )
    return select(Engagement.id).where(Engagement.state.not_in(LIVE_CASES), Engagement.state_since < before, said)


def proposal_texts(before: datetime) -> Select[Any]:
    """Proposals that were settled before and still hold reasons or words of an answer."""
    said = or_(Proposal.answer_text != "", cast(Proposal.reasons, String) != "{}")
    return select(Proposal.id).where(Proposal.state.in_(SETTLED), Proposal.state_since < before, said)


def _has(model: Any, *said: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(model.engagement_id == Engagement.id, or_(*said))


def pilots_ended(before: datetime) -> Select[Any]:
    """Pilots whose lifecycle takes the personal data away by then."""
    return select(Pilot.id).where(Pilot.state == PilotState.ENDED, Pilot.due_at < before)


def pilots_rejected(before: datetime) -> Select[Any]:
    """Applications that their lifecycle deletes by then."""
    gone = Pilot.state.in_([PilotState.REJECTED, PilotState.WITHDRAWN])
    return select(Pilot.id).where(gone, Pilot.due_at < before)


def accounts_idle(before: datetime) -> Select[Any]:
    """People without a task here who gave no sign since: neither staff nor pilots, nothing open, nothing new."""
    held = (Role.COORDINATOR, Role.ADMINISTRATOR)
    return select(User.id).where(
        User.erased_at.is_(None),
        User.is_demo.is_(False),
        User.created_at < before,
        ~exists().where(UserRole.user_id == User.id, UserRole.role.in_(held)),
        ~exists().where(Pilot.user_id == User.id, Pilot.state.not_in(GONE)),
        ~exists().where(Pilot.user_id == User.id, Pilot.due_at.is_not(None)),
        ~exists().where(
            HelpRequest.contact_id == User.id,
            or_(HelpRequest.state.in_(LIVE_REQUESTS), HelpRequest.state_since >= before),
        ),
        ~exists().where(UserSession.user_id == User.id, UserSession.last_seen_at >= before),
        ~exists().where(AuditEvent.actor_id == User.id, AuditEvent.at >= before),
        ~exists().where(AuditEvent.on_behalf_of == User.id, AuditEvent.at >= before),
        ~exists().where(OutboxMessage.recipient_id == User.id, OutboxMessage.state.in_(OPEN_MAILS)),
    )


def notes(before: datetime) -> Select[Any]:
    """Notes written before, without a date that still lies ahead."""
    return select(Note.id).where(Note.created_at < before, or_(Note.due_on.is_(None), Note.done_at.is_not(None)))


def mail_texts(before: datetime) -> Select[Any]:
    """Texts of mails that will not be sent any more."""
    going_on = sorted(set(MailState) - {MailState.RECALLED, MailState.CALLED, MailState.SENT})
    over = OutboxMessage.state.not_in(going_on)  # in one go; by the state's index every mail ever sent is looked up
    failed = and_(OutboxMessage.state == MailState.FAILED, OutboxMessage.due_at < before)
    return select(OutboxMessage.id).where(
        or_(over, failed), OutboxMessage.created_at < before, OutboxMessage.text != ""
    )


def mails(before: datetime) -> Select[Any]:
    """Messages that are settled."""
    return select(OutboxMessage.id).where(OutboxMessage.created_at < before, OutboxMessage.state.not_in(OPEN_MAILS))


def links(before: datetime) -> Select[Any]:
    """Links that were over before."""
    return select(Token.id).where(Token.expires_at < before)


def consents(before: datetime) -> Select[Any]:
    """Consents withdrawn before, or of people erased before."""
    erased = select(User.id).where(User.erased_at < before)
    return select(Consent.id).where(or_(Consent.withdrawn_at < before, Consent.user_id.in_(erased)))


def audit(before: datetime) -> Select[Any]:
    """Events of the log."""
    return select(AuditEvent.id).where(AuditEvent.at < before)


def readings(before: datetime) -> Select[Any]:
    """Who opened which file."""
    return select(FileReading.id).where(FileReading.day < local_date(before))


def barriers(before: datetime) -> Select[Any]:
    """Reports of barriers that were seen to."""
    return select(BarrierReport.id).where(BarrierReport.done_at < before)


def job_errors(before: datetime) -> Select[Any]:
    """Traces of failed jobs."""
    return select(JobRun.name).where(JobRun.failed_at < before, JobRun.error != "")


def runs(before: datetime) -> Select[Any]:
    """Old numbers of the retention itself."""
    return select(RetentionRun.id).where(RetentionRun.at < before)


def erased_rest() -> Select[Any]:
    """Erased people of whom a text waited for the end of its case."""
    text = exists().where(
        HelpRequest.contact_id == User.id, HelpRequest.state.not_in(GOING_ON), HelpRequest.description != ""
    )
    goal = exists().where(
        Engagement.help_request_id == HelpRequest.id,
        HelpRequest.contact_id == User.id,
        Engagement.state.not_in(LIVE_CASES),
        Engagement.goal != "",
    )
    return select(User.id).where(User.erased_at.is_not(None), or_(text, goal))


def goodbyes() -> Select[Any]:
    """The last mail to somebody erased, once it is on its way: the address goes too."""
    return select(OutboxMessage.id).where(
        OutboxMessage.about_entity == User.entity,  # by its index; else every mail ever sent is read
        OutboxMessage.kind == GOODBYE,
        OutboxMessage.state.not_in(OPEN_MAILS),
        OutboxMessage.address != "",
    )


DUE: dict[str, Callable[[datetime], Select[Any]]] = {
    function.__name__: function
    for function in (
        requests_closed,
        case_texts,
        proposal_texts,
        pilots_ended,
        pilots_rejected,
        accounts_idle,
        notes,
        mail_texts,
        mails,
        links,
        consents,
        audit,
        readings,
        barriers,
        job_errors,
    )
}
