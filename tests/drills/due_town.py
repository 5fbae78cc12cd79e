"""A town in which every job of the timetable has something to do, and when each of them does it."""

from datetime import datetime, timedelta
from typing import Any

from lotsen.accounts.models import KnownDevice, User, UserSession
from lotsen.accounts.service import registration
from lotsen.core import clock
from lotsen.core.access import SYSTEM
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import ThrottleCounter
from lotsen.core.states import start_clock
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import sweep
from lotsen.proposals.models import Decision, Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import TUESDAY
from tests.factories.base import add
from tests.features.core.test_every_time_out import MAKE, RULES
from tests.features.privacy import scene

SOON = timedelta(minutes=20)
WHEN: dict[str, timedelta] = {
    "pilots.due": timedelta(weeks=8),
    "help_requests.due": timedelta(weeks=8),
    "proposals.due": timedelta(weeks=8),
    "followups.due": timedelta(weeks=8),
    "help_requests.intakes": timedelta(days=3),
    "home.morning": timedelta(days=7, hours=-2),  # Tuesday, half past seven in Stadthagen is over
    "privacy.retention": timedelta(days=1300),
    "accounts.unconfirmed": timedelta(days=9),
    "housekeeping": timedelta(days=1),
}
"""How long after everything was made a job runs; soon after where nothing is said."""


def when(name: str) -> datetime:
    """The instant at which a job is killed."""
    return TUESDAY + WHEN.get(name, SOON)


def build() -> None:
    """Rows of every kind, every state with its time-out, and what only one of the jobs looks for."""
    known = scene.build()
    factories.administrator(email="technik@example.org")
    for entity, rules in RULES.items():
        for state in rules.TIMEOUTS:
            row = MAKE[entity](state)
            if row.due_at is None and row.due_step:
                with transaction():
                    start_clock(row, rules, at=clock.now())
    _out_of_step()
    _named_and_waited_for()
    _decided(known.pilot.id)
    _left_over(known.person)
    db.session.remove()


def _out_of_step() -> None:
    """Asks of requests that ended, of pilots who left, and of requests that were changed."""
    for _ in range(2):
        stopped = factories.help_request(RequestState.ASKING)
        factories.proposal(ProposalState.ASKED, of=stopped)
        gone = factories.proposal(ProposalState.ASKED, of=factories.help_request(RequestState.ASKING))
        changed = factories.proposal(ProposalState.ASKED, of=factories.help_request(RequestState.ASKING))
        with transaction():
            stopped.state = RequestState.WITHDRAWN
            gone.pilot.state = PilotState.ENDED
            changed.help_request.revision += 1
            changed.help_request.languages = ["uk"]


def _named_and_waited_for() -> None:
    """Pilots who named organisations before there were any, and requests that wait although somebody fits."""
    for name in ("Kegelclub Sülbeck", "Landfrauen Enzen"):
        factories.pilot(excluded_names=[name])
        factories.organisation(name=name)
    for _ in range(3):
        waiting = factories.help_request(RequestState.OPEN)
        sweep.run(at=clock.now())
        with transaction():
            waiting.state = RequestState.WAITING
    for _ in range(3):
        factories.help_request(RequestState.OPEN)  # not scored yet


def _decided(pilot_id: int) -> None:
    """Decisions from which weights are learned, some of this hour."""
    rows = db.session.scalars(db.select(Proposal).order_by(Proposal.id)).all()
    with transaction():
        for number, row in enumerate(rows):
            for outcome, pilot in (("chosen", row.pilot_id), ("passed_over", pilot_id)):
                features = dict.fromkeys(sweep.learn.fixed_weights(), 0.1 * (number % 9))
                values: dict[str, Any] = {"features": features, "outcome": outcome, "shown": 1.0}
                add(Decision(help_request_id=row.help_request_id, pilot_id=pilot, at=clock.now(), rank=1, **values))


def _left_over(person: User) -> None:
    """What the night drops by the wall's clock; accounts that nobody confirmed."""
    old = real_now() - timedelta(days=400)
    with transaction():
        for number in range(3):
            registration.open_account(name="Neu", email=f"neu{number}@example.org", by=SYSTEM, at=clock.now())
            mine: dict[str, Any] = {"user_id": person.id, "digest": f"old-{number}", "created_at": old}
            add(UserSession(last_seen_at=old, device="Firefox", **mine))
            add(KnownDevice(last_used_at=old, device="Firefox", **mine))
            add(ThrottleCounter(key=f"old-{number}", window_starts_at=old, count=1))
