"""An engagement in the middle of things, and how its people speak."""

from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import service
from lotsen.engagements.rules import Side, State
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import State as ProposalState
from tests import factories

RUNS = {State.RUNNING, State.PAUSED, State.CLOSING}


def case_in(state=State.RUNNING, *, pilot=None, request=None, **values):
    """An engagement whose request stands where it must."""
    request = request or factories.help_request(RequestState.RUNNING if state in RUNS else RequestState.MATCHED)
    of = factories.proposal(ProposalState.CONFIRMED, of=request, pilot=pilot or factories.pilot())
    return factories.engagement(state, of=of, **values)


def mails(case=None):
    """Kind and recipient of every message, oldest first."""
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [(row.kind, row.recipient_id) for row in rows]


def mail_of(kind):
    """The newest message of a kind."""
    found = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc()).limit(1)
    return db.session.scalars(found).one()


def do(verb, row, *args, by=None, at, **values):
    """One verb in a transaction of its own."""
    with transaction():
        return verb(row, *args, by=by or row.help_request.contact, at=at, **values)


def link_of(case, side, at):
    """The secret of one side's link."""
    with transaction():
        return service.case_link(case, side, at=at).rpartition("/")[2]


def find_somebody(request, *, pilot=None, by, at):
    """The coordinator approves an order of one, the pilot says yes, the organisation too."""
    with transaction():
        proposal = factories.proposal(of=request, pilot=pilot or factories.pilot(name="Nora Nachfolge"))
        proposals.approve_ladder(request, [proposal], by=by, at=at)
    with transaction():
        service.pilot_says_yes(proposal, by=proposal.pilot.user, at=at)
    with transaction():
        return service.begin(proposal, by=request.contact, at=at)


__all__ = ["Side", "State", "case_in", "do", "find_somebody", "link_of", "mail_of", "mails"]
