"""Places of a pilot: the database decides, whoever asks at the same time."""

import multiprocessing
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from lotsen.accounts.models import User
from lotsen.core import again as core
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.errors import CapacityExhausted, Conflict
from lotsen.core.extensions import db
from lotsen.pilots import queries, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.pilots.service.capacity import OWN_WISH
from tests import factories
from tests.conftest import Time
from tests.features.pilots.conftest import again
from tests.page import PageClient

PROCESSES, TRIES = 8, 6


@pytest.mark.parametrize("state", State)
def test_only_an_awarded_pilot_gives_a_place(app: object, time: Time, state: State) -> None:
    pilot_id = factories.pilot(state, capacity=1).id
    if state is State.AWARDED:
        with transaction():
            service.reserve(pilot_id, at=clock.now())
        assert again(pilot_id).reserved == 1
    else:
        with pytest.raises(CapacityExhausted), transaction():
            service.reserve(pilot_id, at=clock.now())
        assert again(pilot_id).reserved == 0


def test_the_last_place_is_given_once_and_what_the_session_knows_is_true(app: object, time: Time) -> None:
    pilot = factories.pilot(capacity=1)
    with transaction():
        row = db.session.get_one(Pilot, pilot.id)
        service.reserve(row.id, at=clock.now())
        assert row.free_places == 0
        with pytest.raises(CapacityExhausted):
            service.reserve(row.id, at=clock.now())


def test_a_place_is_not_given_back_twice(app: object, time: Time) -> None:
    pilot_id = factories.pilot().id
    with transaction():
        service.reserve(pilot_id, at=clock.now())
        service.release(pilot_id, at=clock.now())
    with pytest.raises(Conflict), transaction():
        service.release(pilot_id, at=clock.now())


def _change(step: Callable[..., None], pilot_id: int) -> None:
    """One write as the edge does it: again when the database asks."""

    def write() -> None:
        with transaction():
            step(pilot_id, at=clock.now())

    core.again(write)


def _grab(app: Flask, pilot_id: int, go: Any, out: Any) -> None:
    """Another process: try to take places, give some back, tell how many it holds."""
    held = 0
    with app.app_context():
        db.engine.dispose(close=False)  # the parent's connections stay the parent's
        go.wait()
        for turn in range(TRIES):
            try:
                _change(service.reserve, pilot_id)
                held += 1
            except CapacityExhausted:
                pass
            if turn % 3 == 2 and held:
                _change(service.release, pilot_id)
                held -= 1
    out.put(held)


@pytest.mark.parametrize("capacity", [1, 3])
def test_eight_processes_at_once_never_exceed_the_places(app: Flask, time: Time, capacity: int) -> None:
    pilot_id = factories.pilot(capacity=capacity).id
    db.session.remove()
    db.engine.dispose()
    context = multiprocessing.get_context("fork")
    go, out = context.Event(), context.Queue()
    workers = [context.Process(target=_grab, args=(app, pilot_id, go, out)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    go.set()
    held = [out.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(timeout=60)
    assert sum(held) == again(pilot_id).reserved <= capacity


def test_of_one_reason_the_longer_block_counts_and_each_reason_has_its_own(
    app: object, time: Time, coordinator: User, run: Callable[..., object]
) -> None:
    pilot, club = factories.pilot(), factories.organisation()
    by = {"by": coordinator, "at": clock.now()}
    revision = again(pilot.id).revision
    run(service.exclude_organisation, pilot, club, "refused", until=date(2027, 11, 24), **by)
    run(service.exclude_organisation, pilot, club, "conflict", until=None, **by)
    run(service.exclude_organisation, pilot, club, "refused", until=date(2027, 1, 1), **by)
    row = again(pilot.id)
    assert [(e.reason, e.until) for e in row.exclusions] == [("refused", date(2027, 11, 24)), ("conflict", None)]
    assert row.revision == revision + 2
    run(service.lift_exclusion, pilot, row.exclusions[1], **by)
    assert [e.lifted_at for e in again(pilot.id).exclusions] == [None, clock.now()]


def test_a_block_that_is_over_begins_anew_and_the_matcher_hears_of_it(
    app: object, time: Time, coordinator: User, run: Callable[..., object]
) -> None:
    pilot, club = factories.pilot(), factories.organisation()
    run(service.exclude_organisation, pilot, club, "refused", until=date(2026, 12, 1), by=coordinator, at=time.at)
    revision = again(pilot.id).revision
    later = time.forward(days=30)
    run(service.exclude_organisation, pilot, club, "refused", until=date(2027, 12, 1), by=coordinator, at=later)
    row = again(pilot.id)
    assert [e.until for e in row.exclusions] == [date(2026, 12, 1), date(2027, 12, 1)]
    assert row.revision == revision + 1


def test_the_own_wish_outlasts_what_the_organisation_said(
    app: object, time: Time, coordinator: User, run: Callable[..., object]
) -> None:
    pilot, club = factories.pilot(), factories.organisation()
    run(service.exclude_organisation, pilot, club, "refused", until=date(2027, 11, 24), by=coordinator, at=time.at)
    run(service.exclude_by_name, pilot, club.name, by=pilot.user, at=time.at)
    row = again(pilot.id)
    assert [(e.reason, e.until) for e in row.exclusions] == [
        ("refused", date(2027, 11, 24)),
        (OWN_WISH, None),
    ]
    run(service.lift_exclusion, pilot, row.exclusions[0], by=coordinator, at=time.at)
    assert again(pilot.id).excluded_names == [club.name], "the pilot's own word stays"
    run(service.allow_name, pilot, club.name, by=pilot.user, at=time.at)
    assert all(e.lifted_at for e in again(pilot.id).exclusions)


def test_not_before_keeps_the_later_day(app: object, time: Time, coordinator: User, run: Callable[..., object]) -> None:
    pilot = factories.pilot()
    for day in (date(2027, 1, 10), date(2026, 12, 1)):
        run(service.not_before, pilot, day, by=coordinator, at=clock.now())
    assert again(pilot.id).not_before == date(2027, 1, 10)


def test_the_matcher_loads_all_pilots_in_four_statements(app: object, time: Time, statements: list[str]) -> None:
    with factories.base.writing():
        for _ in range(30):
            factories.pilot(topics={"website": 2, "it-security": 1})
    db.session.remove()
    statements.clear()
    rows = queries.for_matching()
    seen = [(len(row.topics), len(row.areas), len(row.exclusions), row.topics[0].topic.slug) for row in rows]
    assert seen == [(2, 0, 0, "website")] * 30
    assert len([s for s in statements if s.startswith("SELECT")]) <= 6
    assert [row.id for row in queries.for_matching([rows[3].id])] == [rows[3].id]


def test_a_block_that_is_over_does_not_stand_on_the_page_beside_the_one_that_followed(
    as_coordinator: PageClient, time: Time, coordinator: User, run: Callable[..., object]
) -> None:
    pilot, club = factories.pilot(), factories.organisation(name="SV Wieder da")
    run(service.exclude_organisation, pilot, club, "refused", until=date(2026, 12, 1), by=coordinator, at=time.at)
    assert as_coordinator.get("pilots.detail", pilot_id=pilot.id).text.count("bis Dienstag, 1. Dezember 2026") == 1
    later = time.forward(days=30)
    run(service.exclude_organisation, pilot, club, "refused", until=date(2027, 12, 1), by=coordinator, at=later)
    text = as_coordinator.get("pilots.detail", pilot_id=pilot.id).text
    assert "bis Dienstag, 1. Dezember 2026" not in text and "bis Mittwoch, 1. Dezember 2027" in text
