"""Learning: simulated decisions with known truth do not make the weights drift."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from matching import InputError
from matching.learning import Decision, dump, load, refit
from matching.matcher import COMPONENTS, WEIGHTS

START = datetime(2026, 1, 1, tzinfo=UTC)


def decisions(number: int, truth: dict[str, float], seed: int = 3) -> list[Decision]:
    chance = np.random.default_rng(seed)
    out = []
    for at in range(number):
        seen = dict(zip(COMPONENTS, chance.random(len(COMPONENTS)).tolist(), strict=True))
        score = sum(truth[name] * seen[name] for name in COMPONENTS)
        yes = chance.random() < 1 / (1 + np.exp(-8 * (score - 0.5)))
        out.append(Decision(at // 3, START + timedelta(days=at), seen, "accepted" if yes else "expertise"))
    return out


@pytest.mark.parametrize("number", [10, 30, 100])
def test_few_decisions_move_no_weight_by_a_quarter(number: int) -> None:
    found = refit(decisions(number, dict(WEIGHTS)), WEIGHTS)
    for name in COMPONENTS:
        assert abs(found.weights[name] / WEIGHTS[name] - 1) < 0.25


def test_a_coordinator_who_always_takes_the_first_teaches_little() -> None:
    made = []
    for row in decisions(300, dict(WEIGHTS)):
        outcome = "accepted" if row.features["topics"] > 0.5 else "passed_over"
        made.append(Decision(row.request, row.at, row.features, outcome))
    found = refit(made, WEIGHTS)
    assert found.weights["topics"] < 1.5 * WEIGHTS["topics"]
    assert all(found.weights[name] > 0.5 * WEIGHTS[name] for name in COMPONENTS)


def test_many_decisions_move_the_weights_towards_the_truth() -> None:
    truth = {**WEIGHTS, "topics": 0.25, "text": 0.45}
    found = refit(decisions(6000, truth), WEIGHTS)
    assert found.accepted
    assert found.weights["text"] > WEIGHTS["text"]
    assert found.weights["topics"] < WEIGHTS["topics"]


def test_time_and_distance_teach_nothing() -> None:
    rows = [Decision(d.request, d.at, d.features, "distance") for d in decisions(200, dict(WEIGHTS))]
    assert refit(rows, WEIGHTS).decisions == 0


def test_a_foreign_file_and_a_missing_feature_are_refused() -> None:
    assert load(dump(WEIGHTS, "2")) == dict(WEIGHTS)
    with pytest.raises(InputError, match="format"):
        load({"format": "other"})
    with pytest.raises(InputError, match="feature text"):
        refit([Decision(7, START, {"topics": 1.0}, "accepted")], {"topics": 0.5, "text": 0.5})
