"""``python -m tests.drills.kills [sqlite|postgresql] [EVERY] [sender|approval]``: kill at every (nth) line.

Every line of Lotsen and of smtplib, then lines spread over everything that runs. After each kill of the sender the
lease is let end and somebody else delivers: every mail must be there, with the Message-ID it was given, and only the
one in flight may be there twice. After each kill of an approval either all of it is there (ladder, ask, audit, mail,
reserved place) or nothing.
"""

import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlalchemy import select, update

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import service
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.outbox.service import Mail
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import TUESDAY

from . import approval
from .ground import Figures, Ground, chosen, ground, number_from_command
from .killing import EVERYWHERE, SENDER, fork, killed_at, lines_of

LOST, OTHER_ID, TWICE = "mails lost", "mails twice with another Message-ID", "mails twice with the same Message-ID"
TOO_MANY = "kills after which more than the mail in flight came twice"
KILLS, REFUSED = "kills of the sender", "mails refused for good and told to the office"
UNSENT, UNTOLD = "messages not marked as sent", "asks whose deadline or task does not say what became of them"
REFUSALS = ("550 5.1.1 no such mailbox", "451 4.3.0 later")
TWO_TWICE = "mails sent twice by two at once"
SPREAD = 400
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
        asked.due_at, asked.task, nonce = None, "", str(next(numbers))
        about = {"to": asked.pilot.user, "about": asked, "step": "ask", "at": clock.now(), "at_once": True}
        row = service.enqueue(note, int(nonce), **about, starts_clock=True, nonce=nonce)
    assert row is not None
    return row.message_id


@dataclass
class Sending:
    """A sender with an ask and other mails before it, and a server that answers the first of them so."""

    at: Ground
    figures: Figures
    answers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.proposal_id = factories.proposal(ProposalState.ASKED, of=factories.help_request(RequestState.ASKING)).id
        self.person_id = factories.user().id
        self.now = clock.now()

    def prepare(self) -> tuple[str, set[str]]:
        """Mails that are due. Returns the ask's Message-ID, and those of all."""
        ask = enqueue_ask(self.proposal_id)
        ids = enqueue(self.person_id, max(1, len(self.answers))) | {ask}
        self.at.sink.mails.clear()
        self.at.sink.answers.clear()
        self.at.sink.answers.extend(self.answers)
        return ask, ids

    def work(self) -> None:
        """Hand over what is due."""
        deliver(self.now)

    def lines(self, files: tuple[str, ...]) -> int:
        """How many lines of these files it runs through, once what is done the first time only is done."""
        self.prepare()
        self.finish()
        self.prepare()
        lines = lines_of(self.at.app, self.work, self.at.folder / "lines", files)
        self.finish()
        return lines

    def kill(self, point: int, files: tuple[str, ...]) -> None:
        """Kill it at a line; somebody else goes on, and the server is well again."""
        ask, ids = self.prepare()
        self.figures.count(KILLS, int(killed_at(self.at.app, point, self.work, files)))
        self.figures.count(UNTOLD, int(not _told(ask, self.proposal_id)))
        self.at.sink.answers.clear()
        self.finish()
        self._judge(ask, ids)

    def finish(self) -> None:
        """The lease ends, somebody else delivers, and what was put back comes a day later."""
        let_leases_end()
        self.work()
        deliver(self.now + timedelta(days=1))

    def _judge(self, ask: str, ids: set[str]) -> None:
        found = self.at.sink.message_ids
        rows = select(OutboxMessage.message_id, OutboxMessage.state).where(OutboxMessage.message_id.in_(ids))
        states = {message_id: state for message_id, state in db.session.execute(rows)}
        refused = {message_id for message_id, state in states.items() if state is State.FAILED}
        twice = sum(found.values()) - len(found)
        self.figures.count(REFUSED, len(refused))
        self.figures.count(LOST, len(ids - set(found) - refused))
        self.figures.count(OTHER_ID, len(set(found) - ids))
        self.figures.count(TWICE, twice)
        self.figures.count(TOO_MANY, int(twice > 1))
        self.figures.count(UNTOLD, int(not _told(ask, self.proposal_id)))
        self.figures.count(UNSENT, sum(state not in (State.SENT, State.FAILED) for state in states.values()))


def sender(at: Ground, figures: Figures, every: int) -> None:
    """Kill the sender at every (nth) line of Lotsen and of smtplib; the server takes all, then refuses some."""
    for words, answers in (("", ()), (", where the server refuses some", REFUSALS)):
        sending = Sending(at, figures, answers)
        lines = sending.lines(SENDER)
        figures.count(f"lines the sender runs through{words}", lines)
        for point in range(1, lines + 1, every):
            sending.kill(point, SENDER)


def anywhere(at: Ground, figures: Figures, many: int) -> None:
    """Kill it at so many lines spread over all of Python, the libraries included."""
    sending = Sending(at, figures)
    lines = sending.lines(EVERYWHERE)
    for point in range(1, lines + 1, max(1, lines // many)):
        sending.kill(point, EVERYWHERE)


def _told(message_id: str, proposal_id: int) -> bool:
    """Whether the ask is sent and its deadline runs, is refused and the office knows, or waits and nothing of this."""
    db.session.rollback()
    state = db.session.scalar(select(OutboxMessage.state).where(OutboxMessage.message_id == message_id))
    proposal = db.session.get_one(Proposal, proposal_id, populate_existing=True)
    runs, known = proposal.due_at is not None, proposal.task == "undeliverable"
    return (runs, known) == (state is State.SENT, state is State.FAILED)


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
    figures.count(TWO_TWICE, sum(found.values()) - len(found))


def main() -> int:
    """All of it, on each database."""
    clock._frozen.set(TUESDAY)
    failed, every = 0, number_from_command(1)
    for database in chosen():
        figures = Figures(none=(LOST, OTHER_ID, TOO_MANY, UNSENT, UNTOLD, TWO_TWICE, approval.HALF))
        try:
            with ground(database) as at:
                if "approval" not in sys.argv:
                    sender(at, figures, every)
                    anywhere(at, figures, SPREAD // every)
                    two_at_once(at, figures)
                if "sender" not in sys.argv:
                    approval.approval(at, figures, every)
                    approval.anywhere(at, figures, SPREAD // every)
        finally:  # every line takes a while: who breaks it off reads how far it came
            failed |= figures.report(f"kills on {database}")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
