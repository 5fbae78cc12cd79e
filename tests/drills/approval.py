"""An approval killed on its way from the form to the answer, over HTTP: all of it is kept, or nothing."""

from typing import Any

from sqlalchemy import select

from lotsen.accounts.service import sessions
from lotsen.audit.models import AuditEvent
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.features.core.test_races import approving
from tests.page import PageClient

from .ground import Figures, Ground
from .killing import EVERYWHERE, PACKAGE, killed_at, lines_of

HALF, DONE = "approvals half done", "approvals that were done"


def approval(at: Ground, figures: Figures, every: int) -> None:
    """Kill an approval at every (nth) line of Lotsen that it runs through."""
    press = presser(at)
    lines = lines_of(at.app, press()[0], at.folder / "lines", (PACKAGE,))
    figures.count("lines of Lotsen an approval runs through", lines)
    for point in range(1, lines + 1, every):
        kill(at, figures, press(), point, (PACKAGE,))


def anywhere(at: Ground, figures: Figures, many: int) -> None:
    """Kill it at so many lines spread over all of Python, the libraries included."""
    press = presser(at)
    press()[0]()  # what is done the first time only is done
    lines = lines_of(at.app, press()[0], at.folder / "lines", EVERYWHERE)
    for point in range(1, lines + 1, max(1, lines // many)):
        kill(at, figures, press(), point, EVERYWHERE)


def kill(at: Ground, figures: Figures, pressed: tuple[Any, int, int], point: int, files: tuple[str, ...]) -> None:
    """Kill one at a line, and look at what it left."""
    work, request_id, proposal_id = pressed
    if not killed_at(at.app, point, work, files):
        return
    figures.count("kills of an approval")
    found = traces(request_id, proposal_id)
    figures.count(HALF, int(len(set(found)) > 1))
    figures.count(DONE, int(all(found)))


def presser(at: Ground) -> Any:
    """A coordinator before one new request after the other. Each call: what presses, request's and proposal's ids."""
    coordinator = factories.coordinator()
    client = at.app.test_client()
    with transaction():
        token = sessions.start(coordinator)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    browser = PageClient(client)

    def prepared() -> tuple[Any, int, int]:
        proposal = factories.proposal()
        return approving(browser, proposal.help_request_id, proposal.id), proposal.help_request_id, proposal.id

    return prepared


def traces(request_id: int, proposal_id: int) -> list[bool]:
    """What an approval leaves, each kept or not."""
    db.session.rollback()
    proposal = db.session.get_one(Proposal, proposal_id, populate_existing=True)
    ask = (OutboxMessage.about_entity == "proposal") & (OutboxMessage.about_id == proposal_id)
    audit = (AuditEvent.action == "ladder.approved") & (AuditEvent.entity_id == request_id)
    ladder = db.session.scalar(select(Ladder.id).where(Ladder.help_request_id == request_id))
    laddered = (AuditEvent.action == "ladder.approved") & (AuditEvent.entity_id == (ladder or 0))
    return [
        ladder is not None,
        proposal.state is State.ASKED,
        db.session.scalar(select(OutboxMessage.id).where(ask)) is not None,
        db.session.scalar(select(AuditEvent.id).where(audit | laddered)) is not None,
        db.session.get_one(Pilot, proposal.pilot_id, populate_existing=True).reserved == 1,
    ]
