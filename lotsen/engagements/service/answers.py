"""Answers to a proposal that may begin an engagement."""

from datetime import date, datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.waiting import give_task
from lotsen.help_requests.queries import agreed_beforehand
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState

from ..models import Engagement
from .begin import begin


def pilot_says_yes(
    proposal: Proposal, *, by: Actor, at: datetime, from_date: date | None = None, on_behalf_of: int | None = None
) -> Engagement | None:
    """The pilot says yes; who said "I take whoever you propose" need not be asked, so that it begins at once.

    That is one person's word: once she has left, whoever follows is asked.
    """
    proposals.accept(proposal, by=by, at=at, from_date=from_date, on_behalf_of=on_behalf_of)
    if proposal.state is ProposalState.ACCEPTED and agreed_beforehand(proposal.help_request):
        return begin(proposal, by=by, at=at, on_behalf_of=on_behalf_of)
    return None


@proposals.needs_no_word.connect
def on_late_yes(proposal: Proposal, by: Actor, at: datetime) -> None:
    """A late yes was taken and nobody need be asked any more: it begins."""
    begin(proposal, by=by, at=at)


def member_asks(proposal: Proposal, text: str, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The organisation has a question before it says yes: a task for the coordinator.

    Raises
    ------
    Conflict
        The yes is not waiting any more.
    """
    if proposal.state is not ProposalState.ACCEPTED:
        raise Conflict(entity="proposal", entity_id=proposal.id)
    give_task(proposal, "member_question", at=at)
    proposal.answer_text = text.strip()
    audit.record("proposal.member_question", proposal, by=by, at=at, on_behalf_of=on_behalf_of)
