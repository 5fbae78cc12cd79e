"""Measures of a run against graded judgements, the same formulas as the test collection's own ``evaluate.py``."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

CUT, TOP, ABLE = 10, 5, 2
METRICS = ("ndcg@10", "mrr@10", "recall@10", "p@1")
VIEWS = ("expertise", "effective")
Grades = Mapping[Any, int]


def dcg(grades: Sequence[int], k: int = CUT) -> float:
    """Discounted cumulative gain, gain 2^grade - 1.

    Examples
    --------
    >>> round(dcg([3, 2, 1]), 6)
    9.392789
    """
    return float(sum((2.0**grade - 1.0) / math.log2(rank + 2) for rank, grade in enumerate(grades[:k])))


def ndcg(ranking: Sequence[Any], grades: Grades, k: int = CUT) -> float | None:
    """Normalised dcg; None when nothing is relevant.

    Examples
    --------
    >>> ndcg(["a", "b", "c"], {"a": 3, "b": 2, "c": 1})
    1.0
    """
    ideal = dcg(sorted(grades.values(), reverse=True), k)
    return None if ideal == 0 else dcg([grades.get(key, 0) for key in ranking[:k]], k) / ideal


def mrr(ranking: Sequence[Any], grades: Grades, k: int = CUT) -> float | None:
    """One over the rank of the first who is able."""
    if not any(grade >= ABLE for grade in grades.values()):
        return None
    return next((1.0 / (rank + 1) for rank, key in enumerate(ranking[:k]) if grades.get(key, 0) >= ABLE), 0.0)


def recall(ranking: Sequence[Any], grades: Grades, k: int = CUT) -> float | None:
    """Share of the able among the first ``k``."""
    able = {key for key, grade in grades.items() if grade >= ABLE}
    return len(able & set(ranking[:k])) / len(able) if able else None


def p_at_1(ranking: Sequence[Any], grades: Grades) -> float | None:
    """Whether the first is able."""
    if not any(grade >= ABLE for grade in grades.values()):
        return None
    return float(bool(ranking) and grades.get(ranking[0], 0) >= ABLE)


def abstention(said: Collection[Any], true: Collection[Any], neutral: Collection[Any] = ()) -> dict[str, Any]:
    """Precision, recall and F1 of saying that nobody fits."""
    told, gold = set(said) - set(neutral), set(true) - set(neutral)
    hits = len(told & gold)
    precision = hits / len(told) if told else None
    found = hits / len(gold) if gold else None
    f1: float | None = None
    if precision is not None and found is not None:
        f1 = 2 * precision * found / (precision + found) if precision and found else 0.0
    return {
        "precision": precision,
        "recall": found,
        "f1": f1,
        "said_nobody": len(told),
        "truly_nobody": len(gold),
        "hits": hits,
    }


def evaluate(
    judgements: Iterable[Mapping[str, Any]], rankings: Mapping[Any, Sequence[Any]], nobody: Collection[Any]
) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    """Measures for each request in both views, and the abstention."""
    rows: dict[Any, dict[str, Any]] = {}
    judged = list(judgements)
    for judgement in judged:
        key = judgement["request"]
        ranking = rankings.get(key, [])
        row: dict[str, Any] = {}
        for view in VIEWS:
            grades = {
                x["lotse"]: x["grade"] for x in judgement["relevant"] if view == "expertise" or not x["infeasible"]
            }
            if judgement["nobody"] or not any(grade >= ABLE for grade in grades.values()):
                grades = {}
            values = (ndcg(ranking, grades), mrr(ranking, grades), recall(ranking, grades), p_at_1(ranking, grades))
            row[view] = dict(zip(METRICS, values, strict=True))
        shown = [] if key in nobody else ranking[:TOP]
        barred = judgement["infeasible_all"]
        row["infeasible@5"] = sum(x in barred for x in shown) / len(shown) if shown else None
        rows[key] = row
    gold = {j["request"] for j in judged if j["nobody"]}
    return rows, abstention(nobody, gold, {j["request"] for j in judged if j.get("no_feasible")})


def mean_and_interval(values: Iterable[float | None], seed: int = 7, times: int = 2000) -> dict[str, float] | None:
    """Mean with a bootstrap interval of 95 %; None without values."""
    known = np.array([value for value in values if value is not None], dtype=float)
    if not known.size:
        return None
    drawn = known[np.random.default_rng(seed).integers(0, known.size, (times, known.size))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"mean": float(known.mean()), "lo": float(low), "hi": float(high), "n": int(known.size)}


def summary(rows: Mapping[Any, Mapping[str, Any]], abstained: Mapping[str, Any]) -> dict[str, Any]:
    """Means with intervals over all requests."""
    out: dict[str, Any] = {
        view: {m: mean_and_interval(row[view][m] for row in rows.values()) for m in METRICS} for view in VIEWS
    }
    out["infeasible@5"] = mean_and_interval(row["infeasible@5"] for row in rows.values())
    out["abstention"] = dict(abstained)
    return out
