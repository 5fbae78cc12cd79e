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
from scipy.optimize import minimize

from .types import InputError, Match

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
    """What a refit found: weights to use, whether they may be used, and the losses on the last fifth of time."""

    weights: Mapping[str, float]
    accepted: bool
    reason: str
    loss_before: float
    loss_after: float
    decisions: int


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
        With the old weights when there is too little to learn from, or when the new ones are no better.

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
        return Report(dict(weights), False, "too few decisions of both kinds", 0.0, 0.0, len(useful))
    x, y, w = _table(early, names)
    centre = (x.T @ w) / w.sum()

    def loss(z: Array) -> float:
        move, bias = z[:-1], z[-1]
        logit = SLOPE * ((x - centre) @ (old * np.exp(move))) + bias
        return float(w @ _log_loss(logit, y) + anchor * (move @ move))

    found = minimize(loss, np.zeros(len(names) + 1), method="L-BFGS-B")
    new = old * np.exp(np.clip(found.x[:-1], -1.0, 1.0))
    new = new / new.sum() * old.sum()
    bias = float(found.x[-1])
    before, after = (_judge(late, names, candidate, centre, bias) for candidate in (old, new))
    better = after <= before
    chosen = dict(zip(names, new.tolist(), strict=True)) if better else dict(weights)
    reason = "not worse on the latest decisions" if better else "worse on the latest decisions"
    return Report(chosen, better, reason, before, after, len(useful))


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
