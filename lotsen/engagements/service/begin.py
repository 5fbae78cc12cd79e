"""Both said yes: the engagement begins, contact data is released."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.help_requests import service as help_requests
from lotsen.outbox import service as outbox
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState

from .. import mails, queries, rules
from ..models import Engagement
from ..rules import Side, State


def begin(proposal: Proposal, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> Engagement:
    """Both said yes: contact data is released, the pilot calls first. Pressed twice: the same engagement.

    Raises
    ------
    Conflict
        The proposal is not accepted any more.
    """
    existing = queries.of_proposal(proposal.id)
    if existing is not None:
        return existing
    if proposal.state is not ProposalState.ACCEPTED:
        raise Conflict(entity="proposal", entity_id=proposal.id)
    proposals.confirm(proposal, by=by, at=at, on_behalf_of=on_behalf_of)
    engagement = Engagement(
        help_request_id=proposal.help_request_id, pilot_id=proposal.pilot_id, proposal_id=proposal.id, created_at=at
    )
    enter(engagement, State.AGREED, rules, at=at)
    db.session.add(engagement)
    db.session.flush()
    audit.record("engagement.agreed", engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    help_requests.to_matched(proposal.help_request, by=by, at=at)
    for side in Side:
        _release_contact(engagement, side, at=at)
    return engagement


def _release_contact(engagement: Engagement, side: Side, *, at: datetime) -> None:
    person = queries.person(engagement, side)
    if person is not None:
        outbox.enqueue(
            mails.contact_data,
            engagement,
            side,
            case_link(engagement, side, at=at),
            to=person,
            about=engagement,
            step=f"contact-{side.value}",
            at=at,
            at_once=True,
        )


def case_link(engagement: Engagement, side: Side, *, at: datetime) -> str:
    """A link that shows one side its engagement without a log-in."""
    person = queries.person(engagement, side)
    user_id = person.id if person is not None else None
    raw = tokens.issue(Purpose.ENGAGEMENT, f"engagement:{side.value}", engagement.id, at=at, user_id=user_id)
    return link("engagements.by_link", token=raw)
