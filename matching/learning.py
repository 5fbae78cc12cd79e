"""Learning from decisions, last and small: a logistic model anchored to the fixed weights, behind a gate.

A town makes perhaps 150 decisions a year. Features are frozen when a proposal is made; what a decision teaches depends
on its reason. Protected attributes are never features: only the six components of a score are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .evaluation import ndcg
from .results import Match
from .types import InputError

Array = NDArray[np.float64]
FORMAT = "lotsen-weights-1"
WORTH: Mapping[str, tuple[int, float]] = {
    "accepted": (1, 1.0),
    "expertise": (0, 1.0),
    "passed_over": (0, 0.3),
    "random": (0, 0.1),
}
"""What an outcome teaches about the fit: label and weight. Time, distance and all else teach nothing about it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One outcome with the features of the moment when it was proposed."""

    request: Any
    at: datetime
    features: Mapping[str, float]
    outcome: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a refit found: weights to use, whether they may be used, and both measures on the last fifth of time."""

    weights: Mapping[str, float]
    accepted: bool
    reason: str
    loss_before: float
    loss_after: float
    decisions: int
    ndcg_before: float = 0.0
    ndcg_after: float = 0.0
    judged: int = 0
    """Requests of the last fifth in which somebody was right and somebody else was there: only they have an order."""


def features(match: Match, weights: Mapping[str, float]) -> dict[str, float]:
    """Component values of a match, each in [0, 1], to be kept with the proposal."""
    return {s.component: s.value / weights[s.component] if weights[s.component] else 0.0 for s in match.shares}


def refit(decisions: Sequence[Decision], weights: Mapping[str, float], *, anchor: float = 400.0) -> Report:
    """Move the weights towards the decisions, as far as the anchor lets them, and judge the result on the latest fifth.

    Parameters
    ----------
    decisions : sequence of Decision
    weights : mapping of component to weight
        The fixed weights, to which the model is tied.
    anchor : float
        Strength of the tie; the default keeps 30 decisions from moving any weight by a quarter.

    Returns
    -------
    Report
        With the old weights when there is too little to learn from, or when the new ones are worse by log loss or
        by nDCG on the latest fifth.

    Examples
    --------
    >>> refit([], {"topics": .6, "text": .4}).accepted
    False
    """
    names = list(weights)
    old = np.array([weights[name] for name in names])
    useful = sorted((d for d in decisions if d.outcome in WORTH), key=lambda d: (d.at, str(d.request)))
    _check(useful, names)
    early, late = _by_time(useful)
    if not early or not late or len({WORTH[d.outcome][0] for d in early}) < 2:
        return Report(dict(weights), False, TOO_FEW, 0.0, 0.0, len(useful))
    x, y, w = _table(early, names)
    centre = (x.T @ w) / w.sum()

    def loss(z: Array) -> float:
        move, bias = z[:-1], z[-1]
        logit = SLOPE * ((x - centre) @ (old * np.exp(move))) + bias
        return float(w @ _log_loss(logit, y) + anchor * (move @ move))

    from scipy.optimize import minimize  # only here, and slow to load

    found = minimize(loss, np.zeros(len(names) + 1), method="L-BFGS-B")
    new = old * np.exp(np.clip(found.x[:-1], -1.0, 1.0))
    new = new / new.sum() * old.sum()
    bias = float(found.x[-1])
    loss_before, loss_after = (_judge(late, names, candidate, centre, bias) for candidate in (old, new))
    orders = [_orders(late, names, candidate) for candidate in (old, new)]
    judged = len(orders[0])
    before, after = (float(np.mean(order)) if judged else 0.0 for order in orders)
    reason = NOT_WORSE
    if not judged:
        reason = NO_ORDER
    elif loss_after > loss_before:
        reason = WORSE_LOSS
    elif after < before - TINY:
        reason = WORSE_ORDER
    chosen = dict(zip(names, new.tolist(), strict=True)) if reason == NOT_WORSE else dict(weights)
    return Report(chosen, reason == NOT_WORSE, reason, loss_before, loss_after, len(useful), before, after, judged)


NOT_WORSE = "not worse on the latest decisions"
WORSE_LOSS = "worse log loss on the latest decisions"
WORSE_ORDER = "worse order on the latest decisions"
NO_ORDER = "no request among the latest decisions has a right one and another"
TOO_FEW = "too few decisions of both kinds"
TINY = 1e-12
SLOPE = 8.0
"""How steeply the chance of a fit rises with the score."""


def dump(weights: Mapping[str, float], version: str) -> dict[str, Any]:
    """Weights as a record that names its format and version."""
    return {"format": FORMAT, "version": version, "weights": dict(weights)}


def load(record: Any) -> dict[str, float]:
    """Weights of a record; refuses any other format.

    Examples
    --------
    >>> load(dump({"topics": 1.0}, "2"))
    {'topics': 1.0}
    """
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InputError(f"weights: a record of format {FORMAT} is needed")
    weights = record.get("weights")
    if not isinstance(weights, dict) or not all(
        isinstance(v, int | float) and np.isfinite(v) and v >= 0 for v in weights.values()
    ):
        raise InputError("weights: numbers from 0 are needed")
    return {str(name): float(value) for name, value in weights.items()}


def _check(decisions: Sequence[Decision], names: Sequence[str]) -> None:
    for decision in decisions:
        for name in names:
            if not np.isfinite(decision.features.get(name, float("nan"))):
                raise InputError(f"decision on {decision.request}: feature {name} is missing or no number")


def _by_time(decisions: Sequence[Decision]) -> tuple[list[Decision], list[Decision]]:
    """The latest fifth of the requests apart; a request is never on both sides."""
    order = list(dict.fromkeys(d.request for d in decisions))
    late = set(order[int(len(order) * 0.8) :])
    return [d for d in decisions if d.request not in late], [d for d in decisions if d.request in late]


def _table(decisions: Sequence[Decision], names: Sequence[str]) -> tuple[Array, Array, Array]:
    x = np.array([[d.features[name] for name in names] for d in decisions])
    taught = [WORTH[d.outcome] for d in decisions]
    return x, np.array([label for label, _ in taught], dtype=float), np.array([weight for _, weight in taught])


def _log_loss(logit: Array, y: Array) -> Array:
    return np.asarray(np.logaddexp(0.0, logit) - y * logit)


def _judge(decisions: Sequence[Decision], names: Sequence[str], weights: Array, centre: Array, bias: float) -> float:
    x, y, w = _table(decisions, names)
    return float(w @ _log_loss(SLOPE * ((x - centre) @ weights) + bias, y) / w.sum())


def _orders(decisions: Sequence[Decision], names: Sequence[str], weights: Array) -> list[float]:
    """nDCG of each request in which somebody was right and somebody was not; of equals the right one comes last."""
    by_request: dict[Any, list[Decision]] = {}
    for decision in decisions:
        by_request.setdefault(decision.request, []).append(decision)
    out = []
    for rows in by_request.values():
        x, y, _ = _table(rows, names)
        if 0 < y.sum() < len(y):
            order = np.lexsort((y, -np.round(x @ weights, 12)))
            out.append(ndcg(order.tolist(), dict(enumerate(y.astype(int).tolist()))) or 0.0)
    return out
