"""Learning: simulated decisions with known truth do not make the weights drift."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from matching import InputError
from matching.learning import NO_ORDER, NOT_WORSE, WORSE_LOSS, WORSE_ORDER, Decision, dump, load, refit
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


def lists(number: int, seed: int, take: Callable[[np.ndarray, np.ndarray], int]) -> list[Decision]:
    """Requests with five people shown and three at random each, of whom the coordinator takes one."""
    chance, out = np.random.default_rng(seed), []
    weights = np.array([WEIGHTS[name] for name in COMPONENTS])
    for request in range(number):
        everybody = chance.random((30, len(COMPONENTS)))
        order = np.argsort(-(everybody @ weights))
        shown, rest = everybody[order[:5]], everybody[chance.choice(order[5:], 3, replace=False)]
        taken = take(shown, shown @ weights)
        outcomes = ["accepted" if at == taken else "passed_over" for at in range(5)] + ["random"] * 3
        for values, outcome in zip([*shown, *rest], outcomes, strict=True):
            seen = dict(zip(COMPONENTS, values.tolist(), strict=True))
            out.append(Decision(request, START + timedelta(days=request), seen, outcome))
    return out


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("number", [10, 30, 100])
def test_a_coordinator_who_always_takes_the_first_moves_nothing_much(number: int, seed: int) -> None:
    """The matcher's own habits come back as decisions; they must not become its knowledge."""
    found = refit(lists(number, seed, lambda _shown, scores: int(scores.argmax())), WEIGHTS)
    for name in COMPONENTS:
        assert abs(found.weights[name] / WEIGHTS[name] - 1) < 0.25


@pytest.mark.parametrize("seed", range(3))
def test_a_coordinator_who_takes_anybody_moves_nothing_much(seed: int) -> None:
    chance = np.random.default_rng(seed)
    found = refit(lists(100, seed, lambda _shown, _scores: int(chance.integers(5))), WEIGHTS)
    for name in COMPONENTS:
        assert abs(found.weights[name] / WEIGHTS[name] - 1) < 0.25


def pair(request: int, right: tuple[float, float], wrong: tuple[float, float]) -> list[Decision]:
    """A request with one who was right and one who was not, by topics and text."""
    return [
        Decision(request, START + timedelta(days=request), {"topics": topics, "text": text}, outcome)
        for (topics, text), outcome in ((right, "accepted"), (wrong, "expertise"))
    ]


EVEN = {"topics": 0.5, "text": 0.5}
TEXT_SAYS_IT = [row for request in range(400) for row in pair(request, (0.3, 0.9), (0.6, 0.1))]


def late(*rows: Sequence[Decision]) -> list[Decision]:
    """What was decided last, a hundred requests after one another."""
    return [
        Decision(400 + 100 * at + n, START + timedelta(days=400 + 100 * at + n), row.features, row.outcome)
        for n in range(100)
        for at, one in enumerate(rows)
        for row in one
    ]


def test_the_gate_passes_what_is_worse_by_neither_measure() -> None:
    found = refit([*TEXT_SAYS_IT, *late(pair(0, (0.3, 0.9), (0.6, 0.1)))], EVEN, anchor=10.0)
    assert found.accepted and found.reason == NOT_WORSE
    assert found.loss_after < found.loss_before and found.ndcg_after == found.ndcg_before == 1.0
    assert found.weights["text"] > 0.5


def test_the_gate_refuses_weights_that_put_the_right_ones_further_back() -> None:
    """Log loss alone lets these weights pass: they are surer of many and turn the order of few."""
    sure, turned = pair(0, (0.3, 0.9), (0.6, 0.1)), pair(0, (0.56, 0.5), (0.5, 0.54))
    found = refit([*TEXT_SAYS_IT, *late(sure)[:160], *late(turned)[:40]], EVEN, anchor=10.0)
    assert found.loss_after <= found.loss_before and found.ndcg_after < found.ndcg_before
    assert (found.accepted, found.reason, dict(found.weights)) == (False, WORSE_ORDER, EVEN)


def test_the_gate_refuses_weights_that_predict_worse() -> None:
    found = refit([*TEXT_SAYS_IT, *late(pair(0, (0.9, 0.3), (0.1, 0.6)))], EVEN, anchor=10.0)
    assert (found.accepted, found.reason, dict(found.weights)) == (False, WORSE_LOSS, EVEN)


def test_without_a_list_to_judge_by_nothing_may_be_used() -> None:
    alone = [row for row in late(pair(0, (0.3, 0.9), (0.6, 0.1))) if row.outcome == "accepted"]
    found = refit([*TEXT_SAYS_IT, *alone], EVEN, anchor=10.0)
    assert (found.accepted, found.reason, found.judged) == (False, NO_ORDER, 0)


def test_of_equals_the_right_one_counts_as_last() -> None:
    same = [row for request in range(50) for row in pair(request, (0.5, 0.5), (0.5, 0.5))]
    assert refit(same, EVEN).ndcg_before == pytest.approx(1 / np.log2(3))


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
