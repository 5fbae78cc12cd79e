"""``python -m tests.drills.kills [sqlite|postgresql] [EVERY] [sender|approval]``: kill at every (nth) line.

After each kill of the sender the lease is let end and somebody else delivers: every mail must be there, with the
Message-ID it was given, and only the one in flight may be there twice. After each kill of an approval either all of it
is there (ladder, ask, audit, mail, reserved place) or nothing.
"""

import os
import sys
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select, update

from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.audit.models import AuditEvent
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import service
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.outbox.service import Mail
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import TUESDAY
from tests.features.core.test_races import approving
from tests.page import PageClient

from .ground import Figures, Ground, chosen, ground, number_from_command
from .killing import fork, killed_at, lines_of

APPROVAL = (
    "lotsen/proposals/service/",
    "lotsen/proposals/views/candidates.py",
    "lotsen/help_requests/service/",
    "lotsen/organisations/service.py",
    "lotsen/core/states.py",
    "lotsen/core/db.py",
    "lotsen/core/again.py",
    "lotsen/core/tokens.py",
    "lotsen/audit/service.py",
    "lotsen/outbox/service/",
    "lotsen/pilots/service/capacity.py",
)
LOST, OTHER_ID, TWICE = "mails lost", "mails twice with another Message-ID", "mails twice with the same Message-ID"
TOO_MANY, HALF = "kills after which more than the mail in flight came twice", "approvals half done"
UNSENT, UNTOLD = "messages not marked as sent", "mails sent whose deadline does not run, or the other way round"
numbers = count(1)


def note(number: int) -> Mail:
    """A mail as features have them."""
    return Mail("test.note", f"Nachricht {number}", ("Ein Absatz.",))


def enqueue(person_id: int, many: int) -> set[str]:
    """Mails that are due. Returns their Message-IDs."""
    with transaction():
        person = db.session.get_one(User, person_id)
        rows = [
            service.enqueue(note, n, to=person, about=person, step="drill", at=clock.now(), at_once=True, nonce=str(n))
            for n in (next(numbers) for _ in range(many))
        ]
        return {row.message_id for row in rows if row is not None}


def let_leases_end() -> None:
    """A minute passes on the wall clock."""
    with transaction():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.lease_token != "")
            .values(lease_until=clock.real_now() - timedelta(seconds=1))
        )


def enqueue_ask(proposal_id: int) -> str:
    """An ask that is due: the time to answer runs from its delivery. Returns its Message-ID."""
    with transaction():
        asked = db.session.get_one(Proposal, proposal_id)
        asked.due_at, nonce = None, str(next(numbers))
        about = {"to": asked.pilot.user, "about": asked, "step": "ask", "at": clock.now(), "at_once": True}
        row = service.enqueue(note, int(nonce), **about, starts_clock=True, nonce=nonce)
    assert row is not None
    return row.message_id


def sender(at: Ground, figures: Figures, every: int) -> None:
    """Kill the sender at every line."""
    asked = factories.proposal(ProposalState.ASKED, of=factories.help_request(RequestState.ASKING))
    person, proposal_id = factories.user().id, asked.id
    now = clock.now()
    enqueue(person, 1)
    enqueue_ask(proposal_id)
    lines = lines_of(at.app, lambda: deliver(now), at.folder / "lines")
    figures.count("lines the sender runs through", lines)
    for point in range(1, lines + 1, every):
        at.sink.mails.clear()
        ask = enqueue_ask(proposal_id)
        ids = enqueue(person, 1) | {ask}
        if not killed_at(at.app, point, lambda: deliver(now)):
            continue
        figures.count("kills of the sender")
        figures.count(UNTOLD, int(not _told(ask, proposal_id)))
        let_leases_end()
        deliver(now)
        found = at.sink.message_ids
        figures.count(LOST, len(ids - set(found)))
        figures.count(OTHER_ID, len(set(found) - ids))
        twice = sum(found.values()) - len(found)
        figures.count(TWICE, twice)
        figures.count(TOO_MANY, int(twice > 1))
        figures.count(UNTOLD, int(not _told(ask, proposal_id)))
        waiting = db.session.scalar(select(func.count()).where(OutboxMessage.state != State.SENT))
        figures.count(UNSENT, waiting or 0)


def _told(message_id: str, proposal_id: int) -> bool:
    """Whether the ask is sent and its deadline runs, or neither."""
    db.session.rollback()
    sent = db.session.scalar(select(OutboxMessage.state).where(OutboxMessage.message_id == message_id)) is State.SENT
    return sent == (db.session.get_one(Proposal, proposal_id, populate_existing=True).due_at is not None)


def two_at_once(at: Ground, figures: Figures, mails: int = 200) -> None:
    """Two senders share the work."""
    at.sink.mails.clear()
    ids = enqueue(factories.user().id, mails)
    now = clock.now()
    for child in [fork(at.app, lambda: deliver(now)) for _ in range(2)]:
        os.waitpid(child, 0)
    deliver(now)
    found = at.sink.message_ids
    figures.count("mails sent by two at once", len(found))
    figures.count(LOST, len(ids - set(found)))
    figures.count("mails sent twice by two at once", sum(found.values()) - len(found))


def approval(at: Ground, figures: Figures, every: int) -> None:
    """Kill an approval at every line, over HTTP, from the form to the answer."""
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

    press, *_ = prepared()
    lines = lines_of(at.app, press, at.folder / "lines", APPROVAL)
    figures.count("lines an approval runs through", lines)
    for point in range(1, lines + 1, every):
        press, request_id, proposal_id = prepared()
        if not killed_at(at.app, point, press, APPROVAL):
            continue
        figures.count("kills of an approval")
        found = traces(request_id, proposal_id)
        figures.count(HALF, int(len(set(found)) > 1))
        figures.count("approvals that were done", int(all(found)))


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
        proposal.state is ProposalState.ASKED,
        db.session.scalar(select(OutboxMessage.id).where(ask)) is not None,
        db.session.scalar(select(AuditEvent.id).where(audit | laddered)) is not None,
        db.session.get_one(Pilot, proposal.pilot_id, populate_existing=True).reserved == 1,
    ]


def main() -> int:
    """All of it, on each database."""
    clock._frozen.set(TUESDAY)
    failed, every = 0, number_from_command(1)
    for database in chosen():
        figures = Figures(none=(LOST, OTHER_ID, TOO_MANY, UNSENT, UNTOLD, "mails sent twice by two at once", HALF))
        try:
            with ground(database) as at:
                if "approval" not in sys.argv:
                    sender(at, figures, every)
                    two_at_once(at, figures)
                if "sender" not in sys.argv:
                    approval(at, figures, every)
        finally:  # every line takes a while: who breaks it off reads how far it came
            failed |= figures.report(f"kills on {database}")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
