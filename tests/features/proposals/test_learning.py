"""Weights by hand, frozen decisions, the refit that only proposes, and the way back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import insert, select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.proposals import jobs, queries, service, sweep
from lotsen.proposals.models import Decision, Weighting
from lotsen.proposals.rules import NotChosenReason
from tests import factories
from tests.page import PageClient


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    sweep.index.forget()


@pytest.fixture
def request_(app: Flask, at: datetime) -> HelpRequest:
    """A request scored among three website pilots and a bookkeeper."""
    for name in ("Wiebke Web", "Willi Web", "Wanda Web"):
        factories.pilot(name=name)
    factories.pilot(
        name="Berta Buch", topics={"accounting-invoicing": 3}, headline="Buchhaltung", about="Ich mache Buchhaltung."
    )
    made = factories.help_request(RequestState.OPEN)
    sweep.run(at=at)
    return made


def outcomes() -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in db.session.scalars(select(Decision)):
        counted[row.outcome] = counted.get(row.outcome, 0) + 1
    return counted


def test_approving_freezes_who_was_chosen_and_who_was_passed_over(
    request_: HelpRequest, at: datetime, coordinator: User
) -> None:
    first = queries.suggestions(request_.id)[0]
    shown = {share["component"]: share["feature"] for share in first.shares}
    with transaction():
        service.approve_ladder(request_, [first], by=coordinator, at=at)
    assert outcomes() == {"chosen": 1, "passed_over": 3}
    kept = db.session.scalars(select(Decision).where(Decision.outcome == "chosen")).one()
    assert (kept.features, kept.rank, kept.shown) == (shown, 1, 1.0)
    assert set(shown) == {"topics", "text", "availability", "distance", "org_kind", "record"}


def test_what_was_frozen_stays_when_the_profile_changes(request_: HelpRequest, at: datetime, coordinator: User) -> None:
    first = queries.suggestions(request_.id)[0]
    with transaction():
        service.approve_ladder(request_, [first], by=coordinator, at=at)
    before = [row.features for row in queries.decisions()]
    with transaction():
        first.pilot.about, first.pilot.revision = "Ich kann nur noch Handys.", first.pilot.revision + 1
    sweep.run(at=at)
    assert [row.features for row in queries.decisions()] == before


def test_a_no_for_want_of_expertise_teaches_and_one_for_the_time_does_not(
    request_: HelpRequest, at: datetime, coordinator: User
) -> None:
    rows = queries.suggestions(request_.id)
    with transaction():
        service.not_this_one(rows[2], NotChosenReason.EXPERTISE, by=coordinator, at=at)
        service.not_this_one(rows[3], NotChosenReason.TIME_OR_PLACE, by=coordinator, at=at)
    assert outcomes() == {"expertise": 1, "other": 1}


def test_people_at_random_are_frozen_once_beside_a_decision(
    request_: HelpRequest, at: datetime, coordinator: User
) -> None:
    for number in range(5):
        factories.pilot(name=f"Rita Rand {number}", topics={"accessibility": 2})
    with transaction():
        service.approve_ladder(request_, queries.suggestions(request_.id)[:1], by=coordinator, at=at)
    assert jobs.sample(at) == 1
    assert outcomes()["random"] == 5
    assert jobs.sample(at) == 0


def make_decisions(request: HelpRequest, at: datetime, *, requests: int) -> None:
    """Frozen decisions in which the words say it and the topics mislead."""
    pilot_id = queries.suggestions(request.id)[0].pilot_id
    with transaction():
        for number in range(requests):
            for outcome, topics, text in (("accepted", 0.2, 0.9), ("expertise", 0.9, 0.1)):
                features = {"topics": topics, "text": text, "availability": 1.0}
                features |= {"distance": 1.0, "org_kind": 0.8, "record": 0.5}
                row = Decision(help_request_id=request.id, pilot_id=pilot_id, rank=1, shown=1.0, outcome=outcome)
                row.at, row.features = at + timedelta(days=number), features
                db.session.add(row)


def test_too_few_decisions_change_nothing_and_the_command_says_so(
    app: Flask, request_: HelpRequest, at: datetime
) -> None:
    make_decisions(request_, at, requests=1)
    with transaction():
        row = sweep.learn.refit(by=SYSTEM, at=at)
    assert (row.report["accepted"], row.report["reason"]) == (False, sweep.learn.TOO_FEW)
    assert row.weights == pytest.approx(sweep.preview.shipped_weights())
    assert queries.active_weighting() is None


def test_the_weekly_job_proposes_and_never_activates(request_: HelpRequest, at: datetime) -> None:
    assert jobs.learn(at) == 0, "nothing was decided yet"
    make_decisions(request_, at, requests=6)
    assert jobs.learn(at + timedelta(days=7)) == 1
    assert queries.newest_learned() is not None
    assert queries.active_weighting() is None
    assert jobs.learn(at + timedelta(days=7)) == 0, "nothing new since"


def like(request: HelpRequest, number: int) -> Sequence[int]:
    """So many more requests like one; their ids."""
    values = dict(
        db.session.execute(select(HelpRequest.__table__).where(HelpRequest.id == request.id)).mappings().one()
    )
    del values["id"]
    made = insert(HelpRequest.__table__).returning(HelpRequest.__table__.c.id)
    return db.session.scalars(made, [values] * number).all()


@pytest.mark.parametrize("number", [10, 30, 100])
def test_weights_stay_near_the_shipped_ones_when_the_first_is_always_taken_and_each_proposal_used(
    request_: HelpRequest, at: datetime, coordinator: User, number: int
) -> None:
    """The matcher's own order comes back as decisions, week after week; used each time, it must not feed on itself."""
    shipped, chance = sweep.preview.shipped_weights(), Random(number)
    pilot_id, used = queries.suggestions(request_.id)[0].pilot_id, 0
    for week in range(number // 10):
        now = at + timedelta(days=7 * week)
        active = queries.active_weighting()
        weights = active.weights if active else shipped
        with transaction():
            for request_id in like(request_, 10):
                people = [{name: chance.random() for name in shipped} for _one in range(5)]
                people.sort(key=lambda seen: -sum(weights[name] * seen[name] for name in shipped))
                for rank, seen in enumerate(people, start=1):
                    outcome = "accepted" if rank == 1 else "passed_over" if rank < 4 else "random"
                    row = Decision(help_request_id=request_id, pilot_id=pilot_id, rank=rank, shown=1.0, outcome=outcome)
                    row.at, row.features = now, seen
                    db.session.add(row)
        assert jobs.learn(now) == 1
        learned = queries.newest_learned()
        assert {"loss_before", "loss_after", "ndcg_before", "ndcg_after", "judged"} <= learned.report.keys()
        for name, weight in learned.weights.items():
            assert abs(weight / shipped[name] - 1) < 0.25, (week, name)
        if learned.report["accepted"]:
            used += 1
            with transaction():
                service.activate_weighting(learned, by=coordinator, at=now, seen=active.id if active else None)
    assert used, "a proposal that is never offered proves nothing"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (sweep.learn.NOT_WORSE, "An den neuesten Entscheidungen geprüft: nicht schlechter als bisher."),
        (sweep.learn.WORSE_LOSS, "sagt es schlechter voraus"),
        (sweep.learn.WORSE_ORDER, "stünden die Richtigen weiter hinten"),
    ],
)
def test_the_page_shows_both_measures_of_a_proposal(
    as_coordinator: PageClient, app: Flask, at: datetime, reason: str, words: str
) -> None:
    measures = {"loss_before": 0.5123, "loss_after": 0.5, "ndcg_before": 0.81, "ndcg_after": 0.8349}
    report = {"decisions": 40, "judged": 7, "accepted": reason == sweep.learn.NOT_WORSE, "reason": reason, **measures}
    with transaction():
        service.keep_weighting(sweep.preview.shipped_weights(), "learned", by=SYSTEM, at=at, report=report)
    page = as_coordinator.get("proposals.weights")
    for expected in (words, "vorher 0,512, nachher 0,500", "vorher 0,810, nachher 0,835"):
        assert expected in page.text
    assert ("Diese Zahlen nutzen" in page.text) == report["accepted"]


NUMBERS = {"topics": 0, "text": 100, "availability": 0, "distance": 0, "org_kind": 0, "record": 0}


def test_weights_are_tried_out_before_they_are_saved(
    as_coordinator: PageClient, request_: HelpRequest, at: datetime
) -> None:
    page = as_coordinator.get("proposals.weights")
    assert "Es gelten die Zahlen, mit denen das Programm kommt" in page.text
    tried = as_coordinator.post("proposals.change_weights", {**NUMBERS, "seen": ""})
    assert "Was sich ändern würde" in tried.text
    assert queries.active_weighting() is None
    as_coordinator.post("proposals.change_weights", {**NUMBERS, "seen": "", "speichern": "1"})
    active = queries.active_weighting()
    assert active is not None and active.weights["text"] == 1.0
    assert sweep.run(at=at) == 1, "the open request is scored anew"
    shares = {share["component"]: share["value"] for share in queries.suggestions(request_.id)[0].shares}
    assert shares["topics"] == 0 and shares["text"] > 0
    actions = set(db.session.scalars(select(AuditEvent.action).where(AuditEvent.entity == "weighting")))
    assert actions == {"weighting.kept", "weighting.activated"}


def test_all_zero_is_refused_with_a_reason_and_the_numbers_stay(as_coordinator: PageClient, app: Flask) -> None:
    page = as_coordinator.post("proposals.change_weights", {**NUMBERS, "text": 0, "seen": ""}, status=400)
    assert "mindestens einem Teil mehr als 0 Punkte" in page.text
    assert db.session.scalar(select(Weighting)) is None


def test_one_step_back_and_the_second_presser_is_told(
    as_coordinator: PageClient, app: Flask, at: datetime, coordinator: User
) -> None:
    weights = sweep.preview.shipped_weights()
    with transaction():
        first = service.keep_weighting(weights, "hand", by=coordinator, at=at)
        service.activate_weighting(first, by=coordinator, at=at, seen=None)
        second = service.keep_weighting(weights, "learned", by=coordinator, at=at)
        service.activate_weighting(second, by=coordinator, at=at, seen=first.id)
    as_coordinator.post("proposals.roll_back_weights", {"seen": second.id})
    assert queries.active_weighting() == first
    as_coordinator.post("proposals.roll_back_weights", {"seen": second.id}, status=409)
    assert queries.active_weighting() == first


def test_the_command_prints_its_report(app: Flask, at: datetime) -> None:
    from lotsen.cli.learning import learn

    result = CliRunner().invoke(learn, ["--activate", "--rollback"])
    assert result.exit_code == 2 and "Choose one" in result.output
