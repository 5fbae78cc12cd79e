"""Children are there: only who has shown a certificate of good conduct is suggested and asked."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.errors import Forbidden, InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements import queries as engagements
from lotsen.pilots import queries, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.proposals import queries as proposals
from lotsen.proposals import service as asking
from lotsen.proposals import sweep
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import Time
from tests.page import PageClient

TODAY = date(2026, 11, 24)
SEEN = {"clearance_seen_on": TODAY, "clearance_until": date(2031, 11, 24)}


def fresh(row: Any) -> Any:
    """The row as the database has it."""
    cls, key = type(row), db.session.merge(row).id
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(cls, key)


def kinds(app: Flask, part: Callable[..., list]) -> list[str]:
    db.session.rollback()
    with app.test_request_context():
        return [task.kind for task in part(clock.now())]


def suggested(request_id: int) -> set[int]:
    sweep.index.forget()
    sweep.run(at=clock.now())
    return set(db.session.scalars(select(Proposal.pilot_id).where(Proposal.help_request_id == request_id)))


def test_a_coordinator_records_that_she_has_seen_it_and_strikes_it_out_again(
    as_coordinator: PageClient, coordinator: User, time: Time
) -> None:
    pilot = factories.pilot()
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert "nein – nicht bei Kindern und Jugendlichen" in page.text
    after = page.click("Führungszeugnis gesehen").submit("Gesehen eintragen")
    assert "von Karin Koordination, neu zeigen lassen bis Montag, 24. November 2031" in after.text
    row = fresh(pilot)
    assert (row.clearance_seen_on, row.clearance_seen_by) == (TODAY, coordinator.id) and row.revision == 2
    gone = after.click("Führungszeugnis streichen").submit("Eintrag streichen")
    assert "nein – nicht bei Kindern und Jugendlichen" in gone.text and fresh(pilot).revision == 3
    about = AuditEvent.action.contains("clearance")
    actions = db.session.scalars(select(AuditEvent.action).where(about).order_by(AuditEvent.id)).all()
    assert actions == ["pilot.clearance_seen", "pilot.clearance_revoked"]


@pytest.mark.parametrize(("year", "told"), [("2027", "einen früheren Tag"), ("2020", "zu alt")])
def test_a_certificate_from_the_future_or_long_ago_is_refused(
    as_coordinator: PageClient, time: Time, year: str, told: str
) -> None:
    pilot = factories.pilot()
    page = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="fuehrungszeugnis")
    refused = page.submit("Gesehen eintragen", **{"seen_on-jahr": year})
    assert told in refused.text and fresh(pilot).clearance_until is None


def test_nobody_records_the_own_certificate(app: Flask, time: Time) -> None:
    boss = factories.coordinator()
    pilot = factories.pilot(user=boss)
    with pytest.raises(Forbidden), transaction():
        service.record_clearance(pilot, TODAY, by=boss, at=time.at)


def test_no_pilot_without_seen_certificate_is_suggested_where_children_are(app: Flask, time: Time) -> None:
    with_it, without = factories.pilot(**SEEN), factories.pilot()
    over = factories.pilot(clearance_seen_on=TODAY, clearance_until=TODAY - timedelta(days=1))
    kita = factories.help_request(with_children=True)
    club = factories.help_request()
    assert suggested(kita.id) == {with_it.id}
    assert suggested(club.id) == {with_it.id, without.id, over.id}
    assert "clearance" in sweep.why_not(kita, without)
    with transaction():
        service.revoke_clearance(db.session.get_one(Pilot, with_it.id), by=factories.coordinator(), at=time.at)
    sweep.run(at=time.at)
    db.session.rollback()
    assert db.session.scalars(select(Proposal).where(Proposal.help_request_id == kita.id)).all() == []


def test_when_children_come_to_a_request_the_others_are_not_suggested_any_more(app: Flask, time: Time) -> None:
    factories.pilot()
    request = factories.help_request()
    assert len(suggested(request.id)) == 1
    with factories.base.writing():
        row = db.session.merge(request)
        row.with_children, row.revision = True, row.revision + 1
    sweep.run(at=time.at)
    db.session.rollback()
    assert db.session.scalars(select(Proposal)).all() == []


def test_nobody_without_certificate_is_put_on_the_list_by_hand(app: Flask, coordinator: User, time: Time) -> None:
    kita = factories.help_request(with_children=True)
    with pytest.raises(InvalidInput), transaction():
        asking.suggest_by_hand(kita, factories.pilot(), by=coordinator, at=time.at)
    with transaction():
        assert asking.suggest_by_hand(kita, factories.pilot(**SEEN), by=coordinator, at=time.at)


def test_whose_certificate_ended_meanwhile_is_passed_over_when_the_turn_comes(
    app: Flask, coordinator: User, time: Time
) -> None:
    kita = factories.help_request(with_children=True)
    first = factories.proposal(of=kita, pilot=factories.pilot(**SEEN))
    second = factories.proposal(of=kita, pilot=factories.pilot(**SEEN), rank=2)
    with transaction():
        service.revoke_clearance(db.session.merge(first.pilot), by=coordinator, at=time.at)
    with app.test_request_context():
        shown = proposals.candidates(kita, at=time.at)
    assert [(c.proposal.id, c.obstacle) for c in shown] == [(second.id, ""), (first.id, "clearance")]
    with transaction():
        asking.approve_ladder(kita, [first, second], by=coordinator, at=time.at)
    assert (first.state, second.state) == (ProposalState.SKIPPED, ProposalState.ASKED)


def test_a_certificate_that_ends_while_somebody_is_asked_is_an_urgent_task(
    app: Flask, coordinator: User, time: Time
) -> None:
    kita = factories.help_request(with_children=True)
    asked = factories.proposal(ProposalState.ASKED, of=kita, pilot=factories.pilot(**SEEN))
    assert kinds(app, proposals.tasks) == []
    with transaction():
        service.revoke_clearance(db.session.merge(asked.pilot), by=coordinator, at=time.at)
    assert kinds(app, proposals.tasks) == ["proposal.clearance"]


def test_children_in_a_running_case_are_a_task_until_the_certificate_was_seen(
    app: Flask, coordinator: User, time: Time
) -> None:
    case = factories.engagement()
    assert kinds(app, engagements.tasks) == []
    with factories.base.writing():
        db.session.merge(case.help_request).with_children = True
    assert kinds(app, engagements.tasks) == ["engagement.clearance"]
    with transaction():
        service.record_clearance(db.session.merge(case.pilot), TODAY, by=coordinator, at=time.at)
    assert kinds(app, engagements.tasks) == []


def test_the_coordinator_is_reminded_before_it_must_be_shown_anew(app: Flask, time: Time) -> None:
    pilot = factories.pilot(**SEEN)
    factories.pilot(State.ENDED, **SEEN)
    with factories.base.writing():
        db.session.merge(pilot).due_at = None
    time.set(clock.at_local(date(2031, 9, 20), clock.MORNING))
    assert kinds(app, queries.tasks) == []
    time.forward(days=8)
    assert kinds(app, queries.tasks) == ["pilot.clearance"]
