"""Who waits for the office because of a task, and may be told that it takes longer."""

from collections.abc import Callable
from typing import Any

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.engagements.models import Concern, Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import recipient_now
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState

Waiting = tuple[Any, Any, str]
"""The row, who waits because of it, the case number."""

# Whom we could not reach, or whose answer we wait for ourselves, is never told "you need not do anything".
WE_WAIT_FOR_THEM = frozenset({"undeliverable", "contact_gone", "on_hold", "no_answer", "silent"}) | frozenset(
    {"pause_over", "paused_long"}
)
PILOT_WAITS = frozenset({"proposal.question", "proposal.not_confirmed", "proposal.late_yes"})
APPLICANT_WAITS = frozenset({"pilot.submitted", "pilot.ask_result", "pilot.no_date", "pilot.wishes_to_end"})


def who_waits(task: Task) -> Waiting | None:
    """The row, who waits because of it, and the case number; None when nobody waits for us."""
    entity, row_id = task.row or ("", 0)
    model, finder = _FINDERS.get(entity, (None, None))
    row = db.session.get(model, row_id) if model is not None else None
    return finder(row, task) if finder is not None and row is not None else None


def _organisation(row: Any, request: HelpRequest) -> Waiting | None:
    """Whoever speaks for the organisation now; nobody once the contact person has left and nobody has followed."""
    person = recipient_now(request)
    return (row, person, request.case_number) if person is not None else None


def _request(row: HelpRequest, task: Task) -> Waiting | None:
    may = row.state is not RequestState.DRAFT and row.task not in WE_WAIT_FOR_THEM
    return _organisation(row, row) if may else None


def _proposal(row: Proposal, task: Task) -> Waiting | None:
    """The pilot who asked, or said yes and hears nothing; else the organisation."""
    request = row.help_request
    without_contact = row.task == "contact_gone" and row.state is ProposalState.ACCEPTED
    if task.kind in PILOT_WAITS or without_contact:
        return row, row.pilot.user, request.case_number
    return _organisation(row, request) if row.task not in WE_WAIT_FOR_THEM else None


def _engagement(row: Engagement, task: Task) -> Waiting | None:
    return _organisation(row, row.help_request) if row.task not in WE_WAIT_FOR_THEM else None


def _concern(row: Concern, task: Task) -> Waiting | None:
    """Whoever reported a problem, and nobody else: it is told in confidence."""
    person = db.session.get(User, row.reporter_id) if row.reporter_id is not None else None
    return (row, person, row.engagement.help_request.case_number) if person is not None else None


def _pilot(row: Pilot, task: Task) -> Waiting | None:
    return (row, row.user, "") if task.kind in APPLICANT_WAITS else None


def _message(row: OutboxMessage, task: Task) -> Waiting | None:
    """Whoever answered a mail by mail, which nobody has read yet."""
    person = db.session.get(User, row.recipient_id) if row.recipient_id is not None else None
    return (row, person, "") if task.kind == "outbox.reply" and person is not None else None


_FINDERS: dict[str, tuple[Any, Callable[[Any, Task], Waiting | None]]] = {
    "help_request": (HelpRequest, _request),
    "proposal": (Proposal, _proposal),
    "engagement": (Engagement, _engagement),
    "concern": (Concern, _concern),
    "pilot": (Pilot, _pilot),
    "outbox_message": (OutboxMessage, _message),
}
