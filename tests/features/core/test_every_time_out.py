"""Every time-out of the four tables comes, one step after the other, when nobody acts; and no other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lotsen.accounts.service import registration
from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date, now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.states import start_clock
from lotsen.engagements import rules as engagement_rules
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as E
from lotsen.followups import jobs as followups_jobs
from lotsen.help_requests import jobs as request_jobs
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests.rules import State as R
from lotsen.pilots import jobs as pilot_jobs
from lotsen.pilots import rules as pilot_rules
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import State as L
from lotsen.proposals import jobs as proposal_jobs
from lotsen.proposals import rules as proposal_rules
from tests import factories
from tests.conftest import Time
from tests.features.engagements.scene import case_in


def days(number: int) -> Any:
    return local_date(now()) + timedelta(days=number)


def steps_taken(row: Any, job: Callable[[datetime], int], time: Time, *, most: int = 8) -> list[str]:
    """The time-outs that came one after the other while nobody acted; each mail is handed over at once."""
    taken: list[str] = []
    state = row.state
    while row.state is state and row.due_step and len(taken) < most:
        if row.due_at is None:
            with transaction():
                start_clock(row, RULES[row.entity], at=time.at)
        if row.due_step in taken:
            break  # it repeats
        taken.append(row.due_step)
        job(time.set(row.due_at))
        db.session.expire_all()
        if db.session.get(type(row), row.id) is None:
            break  # deleted
    return taken


RULES: dict[str, Any] = {
    "help_request": request_rules,
    "proposal": proposal_rules,
    "engagement": engagement_rules,
    "pilot": pilot_rules,
}
JOBS: dict[str, Callable[[datetime], int]] = {
    "help_request": request_jobs.run_due,
    "proposal": proposal_jobs.run_due,
    "engagement": followups_jobs.run_due,
    "pilot": pilot_jobs.run_due,
}
# States with more than one way through their time-outs: which row takes which.
WAYS: dict[Any, list[tuple[Callable[[], Any], list[str]]]] = {
    ("help_request", R.ON_HOLD): [(lambda: factories.help_request(R.ON_HOLD, hold_until=days(28)), ["ask", "task"])],
    ("engagement", E.RUNNING): [
        (lambda: case_in(E.RUNNING), ["monthly"]),
        (lambda: ends_tomorrow(), ["end", "end_again", "silent"]),
    ],
    ("pilot", L.DRAFT): [
        (lambda: draft(confirmed=False), ["remind_unconfirmed", "delete_unconfirmed"]),
        (lambda: draft(confirmed=True), ["remind", "remind_again", "delete"]),
    ],
    ("pilot", L.INTERVIEW): [
        (lambda: in_talks(None), ["no_date"]),
        (lambda: in_talks(3), ["ask_result"]),
    ],
}
MAKE: dict[str, Callable[[Any], Any]] = {
    "help_request": lambda state: factories.help_request(state),
    "proposal": lambda state: factories.proposal(state, of=factories.help_request(R.ASKING)),
    "engagement": case_in,
    "pilot": lambda state: factories.pilot(state),
}


def ends_tomorrow() -> Any:
    row = case_in(E.FIRST_CONTACT)
    with transaction():
        engagements.fits(row, Side.PILOT, by=row.pilot.user, at=now(), ends_on=days(1))
    return row


def draft(*, confirmed: bool) -> Any:
    with transaction():
        person = (
            factories.user()
            if confirmed
            else registration.register(name="Neu", email="neu@example.org", phone="", by=SYSTEM, at=now())
        )
        return pilots.apply(person, "Ich kann Tabellen.", by=person, at=now())


def in_talks(after: int | None) -> Any:
    row = factories.pilot(L.SUBMITTED)
    with transaction():
        pilots.arrange_talk(row, now() + timedelta(days=after) if after else None, by=SYSTEM, at=now())
    return row


@pytest.mark.parametrize("entity", RULES)
def test_every_time_out_comes_in_its_order_when_nobody_acts(app: Flask, time: Time, entity: str) -> None:
    wrong = {}
    for state, steps in RULES[entity].TIMEOUTS.items():
        names = [step.name for step in steps]
        ways = WAYS.get((entity, state), [(lambda state=state: MAKE[entity](state), names)])
        assert {name for _make, way in ways for name in way} == set(names)
        for make, way in ways:
            if (taken := steps_taken(make(), JOBS[entity], time)) != way:
                wrong[f"{state.value}: {way}"] = taken
    assert wrong == {}
