"""Both said yes: the engagement begins, contact data is released."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.help_requests import service as help_requests
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState

from .. import mails, queries, rules
from ..models import Engagement
from ..rules import Side, State
from .handing import followed_by
from .post import tell
from .standing import settle


def begin(
    proposal: Proposal,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
    release: tuple[bool, bool] | None = None,
) -> Engagement:
    """Both said yes: contact data is released, the pilot calls first. Pressed twice: the same engagement.

    ``release``: whether the pilot may have the organisation's telephone number and mail address; None: as the request
    says. A pilot who hands over is followed by this one.

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
    old = queries.handing_over(proposal.help_request_id)
    phone, email = release if release is not None else (None, None)
    engagement = Engagement(
        help_request_id=proposal.help_request_id,
        pilot_id=proposal.pilot_id,
        proposal_id=proposal.id,
        member_phone=phone,
        member_email=email,
        created_at=at,
    )
    enter(engagement, State.AGREED, rules, at=at)
    db.session.add(engagement)
    db.session.flush()
    audit.record("engagement.agreed", engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    help_requests.to_matched(proposal.help_request, by=by, at=at)
    if old is not None:
        followed_by(old, engagement, by=by, at=at)
    settle(proposal.help_request, by=by, at=at)
    for side in Side:
        tell(engagement, mails.contact_data, side, step="contact", at=at, at_once=True)
    return engagement
