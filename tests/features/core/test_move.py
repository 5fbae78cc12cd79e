"""``move()``: every pair of states of every lifecycle, allowed and forbidden, with exactly one audit row."""

from collections.abc import Callable
from datetime import datetime
from itertools import product
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.states import advance, enter, move
from lotsen.engagements import rules as engagement_rules
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests.service import delete_draft
from lotsen.pilots import rules as pilot_rules
from lotsen.pilots.service import timeouts
from lotsen.proposals import rules as proposal_rules
from tests import factories

LIFECYCLES: list[tuple[ModuleType, Callable[[], Any]]] = [
    (pilot_rules, factories.pilot),
    (request_rules, factories.help_request),
    (proposal_rules, factories.proposal),
    (engagement_rules, factories.engagement),
]


def audit_rows(row: Any) -> int:
    return db.session.scalar(
        select(func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.entity == row.entity, AuditEvent.entity_id == row.id)
    )


@pytest.mark.parametrize(("rules", "make"), LIFECYCLES, ids=lambda v: getattr(v, "__name__", ""))
def test_every_pair_of_states_is_allowed_or_refused_as_the_table_says(
    app: Flask, at: datetime, rules: ModuleType, make: Callable[[], Any]
) -> None:
    row = make()
    for before, after in product(rules.State, rules.State):
        with transaction():
            enter(row, before, rules, at=at)
        known, visit = audit_rows(row), row.visit
        if after in rules.MOVES[before]:
            with transaction():
                move(row, after, rules, by=SYSTEM, at=at)
            assert row.state is after
            assert row.state_since == at
            assert row.visit == visit + 1
            assert audit_rows(row) == known + 1, f"{before} -> {after}"
            mine = select(AuditEvent).where(AuditEvent.entity == row.entity, AuditEvent.entity_id == row.id)
            event = db.session.scalars(mine.order_by(AuditEvent.id.desc()).limit(1)).one()
            assert (event.before, event.after, event.entity_id) == (before.value, after.value, row.id)
            assert event.action == f"{row.entity}.{after.value}"
            steps = rules.TIMEOUTS.get(after, ())
            assert row.due_step == (steps[0].name if steps else "")
            assert (row.due_at is not None) == bool(steps and not steps[0].from_delivery)
        else:
            with pytest.raises(TransitionForbidden), transaction():
                move(row, after, rules, by=SYSTEM, at=at)
            db.session.refresh(row)
            assert row.state is before
            assert audit_rows(row) == known


@pytest.mark.parametrize(("rules", "make"), LIFECYCLES, ids=lambda v: getattr(v, "__name__", ""))
def test_every_state_can_be_reached_and_is_left_or_final_on_purpose(rules: ModuleType, make: Callable[[], Any]) -> None:
    final = {"confirmed", "not_chosen", "expired", "refused", "withdrawn", "superseded", "skipped", "removed"}
    final |= {"broken_off", "completed"}
    first = {rules.State.DRAFT} if hasattr(rules.State, "DRAFT") else {next(iter(rules.State))}
    reached = set().union(*rules.MOVES.values()) | first
    assert set(rules.State) == set(rules.MOVES), "a state without a row in MOVES"
    assert reached == set(rules.State), f"no way into {set(rules.State) - reached}"
    for state, following in rules.MOVES.items():
        assert following or state.value in final, f"no way out of {state}"
    for state, steps in rules.TIMEOUTS.items():
        assert len({step.name for step in steps}) == len(steps), f"{state}: a step twice"


def test_a_row_that_somebody_else_moved_is_a_conflict_and_changes_nothing(app: Flask, at: datetime) -> None:
    row = factories.proposal()
    with pytest.raises(Conflict) as raised, transaction():
        _ = row.state
        db.session.execute(
            update(type(row))
            .where(type(row).id == row.id)
            .values(state="approved", visit=2)
            .execution_options(synchronize_session=False)
        )
        move(row, proposal_rules.State.APPROVED, proposal_rules, by=SYSTEM, at=at)
    assert (raised.value.entity, raised.value.entity_id) == ("proposal", row.id)
    db.session.refresh(row)
    assert row.state is proposal_rules.State.SUGGESTED


def test_advance_goes_through_the_steps_in_order_and_each_counts_from_the_one_before(app: Flask, time: Any) -> None:
    row = factories.engagement()
    names = []
    while row.due_step:
        names.append(row.due_step)
        due = row.due_at
        late = time.set(due.replace(hour=due.hour + 5))
        with transaction():
            advance(row, engagement_rules, at=late)
        assert row.due_at is None or row.due_at > late
    assert names == [step.name for step in engagement_rules.TIMEOUTS[engagement_rules.State.AGREED]]


def test_a_step_done_by_another_process_is_a_conflict(app: Flask, at: datetime) -> None:
    row = factories.engagement()
    with pytest.raises(Conflict), transaction():
        _ = row.due_step
        db.session.execute(
            update(type(row))
            .where(type(row).id == row.id)
            .values(due_step="task")
            .execution_options(synchronize_session=False)
        )
        advance(row, engagement_rules, at=at)


@pytest.mark.parametrize("kind", ["help_request", "pilot"])
def test_what_somebody_sends_in_the_moment_of_its_deletion_stays(app: Flask, at: datetime, kind: str) -> None:
    made = getattr(factories, kind)(request_rules.State.DRAFT if kind == "help_request" else pilot_rules.State.DRAFT)
    model, row_id = type(made), made.id
    with pytest.raises(Conflict), transaction():
        row = db.session.get_one(model, row_id)
        sent = update(model).where(model.id == row_id).values(state="submitted", visit=row.visit + 1)
        db.session.execute(sent, execution_options={"synchronize_session": False})
        if kind == "pilot":
            timeouts.delete(row, by=SYSTEM, at=at)
        else:
            delete_draft(row, by=SYSTEM, at=at)
    assert db.session.get(model, row_id) is not None
