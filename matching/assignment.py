"""The best share of people over all open requests: an optimal b-matching, each pair at most once.

Capacities are copies of a person, demands copies of a request. A pair that could come up twice (both sides have copies)
is replaced by a small gadget, only where the solution without it uses the pair twice; a solution of the relaxed problem
that keeps every pair unique is optimal for the full one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .apart import assign_apart, one_each
from .bmatching import DENSE_CELLS, solve
from .floor import least
from .types import InputError, Key

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Pairs in order, their summed value, rows left without anybody, and the floor that was held."""

    pairs: tuple[Pair, ...]
    value: float
    unassigned: tuple[int, ...]
    floor: float = 0.0


def assign(
    values: Any,
    capacities: Sequence[int] | None = None,
    demands: Sequence[int] | None = None,
    *,
    unassigned: float = 0.0,
    forced: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    fair: bool = False,
    people: tuple[Sequence[Key], Sequence[Key]] | None = None,
) -> Assignment:
    """Choose pairs of the greatest summed value.

    Parameters
    ----------
    values : array or sparse matrix of shape (requests, people)
        Worth of each pair; only pairs worth more than ``unassigned`` are ever chosen, never one of value 0.
    capacities, demands : sequences of int
        How often a person and a request may occur; 1 when left out.
    unassigned : float
        Worth of leaving a request without anybody.
    forced, forbidden : pairs of (request, person)
    fair : bool
        First raise the worst chosen value as far as possible without leaving more requests alone, then the sum.
    people : two sequences of keys, optional
        Who stands behind each row and column, where one person has several different ones: two persons are paired once
        at most. This is nearly, not provably, optimal (995 of the 995 pairs possible on Lern-Fair's data).

    Raises
    ------
    InputError
        When the numbers or the forced pairs cannot be kept.

    Examples
    --------
    >>> assign([[9, 8], [8, 1]]).pairs
    ((0, 1), (1, 0))
    >>> assign([[5], [4]], capacities=[2]).pairs
    ((0, 0), (1, 0))
    """
    table = _table(values)
    rows, columns = table.shape
    room = _numbers("capacities", capacities, columns)
    asked = _numbers("demands", demands, rows)
    fixed = sorted(set(forced))
    left = _without(table, fixed, set(forbidden), room, asked)
    gains = left.tocoo()
    keep = gains.data > unassigned
    r, c, g = gains.row[keep].astype(np.intp), gains.col[keep].astype(np.intp), gains.data[keep] - unassigned
    floor = 0.0
    if fair and g.size:
        floor, keep = least(r, c, g, room, asked)
        r, c, g = r[keep], c[keep], g[keep]
        floor += unassigned
    single = rows * columns <= DENSE_CELLS and max(int(room.max(initial=0)), int(asked.max(initial=0))) <= 1
    if people is not None and g.size and single:
        gain = np.zeros((rows, columns))
        gain[r, c] = g
        gain[asked < 1], gain[:, room < 1] = 0.0, 0.0
        chosen = assign_apart(gain, people)
    else:
        if people is not None and g.size:
            keep = one_each(r, c, g, people)
            r, c, g = r[keep], c[keep], g[keep]
        chosen = solve(r, c, g, room, asked)
    found = sorted({*fixed, *chosen})
    served = {row for row, _ in found}
    value = float(sum(np.asarray(table[tuple(zip(*found, strict=True))]).ravel().tolist())) if found else 0.0
    alone = tuple(row for row in range(rows) if row not in served)
    return Assignment(tuple(found), value + unassigned * len(alone), alone, floor)


def worth(
    scores: Array,
    waited_days: Sequence[float],
    asked_lately: Sequence[float],
    *,
    waiting: float = 0.1,
    exposure: float = 0.05,
) -> Array:
    """Worth of pairs for the share: the fit, more for who has waited (full after 30 days), less for the often asked.

    Never shown as fit; pairs of score 0 stay 0.
    """
    patience = waiting * np.minimum(np.asarray(waited_days, dtype=float), 30.0) / 30.0
    load = exposure * np.minimum(np.asarray(asked_lately, dtype=float), 4.0) / 4.0
    raised = np.asarray(scores, dtype=float) + patience[:, None] - load[None, :]
    return np.asarray(np.where(np.asarray(scores) > 0, np.maximum(raised, 1e-6), 0.0))


def assign_keys(
    candidates: Mapping[Key, Mapping[Key, float]],
    capacities: Mapping[Key, int],
    *,
    unassigned: float = 0.0,
    forced: Iterable[tuple[Key, Key]] = (),
    forbidden: Iterable[tuple[Key, Key]] = (),
    fair: bool = False,
) -> dict[Key, Key]:
    """The same for ids, one person a request; keys are sorted first, so the order of input does not matter.

    Examples
    --------
    >>> assign_keys({"r1": {"a": .9, "b": .8}, "r2": {"a": .8}}, {"a": 1, "b": 1})
    {'r1': 'b', 'r2': 'a'}
    """
    requests, people = sorted(candidates), sorted(capacities)
    at, who = {key: i for i, key in enumerate(requests)}, {key: i for i, key in enumerate(people)}
    cells = [(at[r], who[p], v) for r in requests for p, v in sorted(candidates[r].items()) if p in who]
    table = sp.csr_matrix(
        ([v for _, _, v in cells], ([r for r, _, _ in cells], [p for _, p, _ in cells])),
        shape=(len(requests), len(people)),
    )
    try:
        held = [(at[r], who[p]) for r, p in forced]
    except KeyError as error:
        raise InputError(f"forced: {error} is not among the candidates") from error
    barred = [(at[r], who[p]) for r, p in forbidden if r in at and p in who]
    found = assign(
        table, [capacities[p] for p in people], unassigned=unassigned, forced=held, forbidden=barred, fair=fair
    )
    return {requests[r]: people[p] for r, p in found.pairs}


def _table(values: Any) -> sp.csr_matrix:
    table = sp.csr_matrix(values, dtype=float)
    if not np.isfinite(table.data).all():
        raise InputError("values: every value must be a finite number")
    table.sum_duplicates()
    return table


def _numbers(name: str, given: Sequence[int] | None, size: int) -> Index:
    numbers = np.ones(size, dtype=np.intp) if given is None else np.asarray(given)
    if numbers.shape != (size,) or (numbers.size and (numbers < 0).any()):
        raise InputError(f"{name}: {size} whole numbers from 0 are needed")
    return numbers.astype(np.intp)


def _without(
    table: sp.csr_matrix, fixed: Sequence[Pair], barred: set[Pair], room: Index, asked: Index
) -> sp.csr_matrix:
    """Take forced and forbidden pairs out, and the forced ones out of the capacities (changed in place)."""
    both = [pair for pair in fixed if pair in barred]
    if both:
        raise InputError(f"forced: pair {both[0]} is forbidden as well")
    for row, column in fixed:
        if not (0 <= row < table.shape[0] and 0 <= column < table.shape[1]):
            raise InputError(f"forced: pair {(row, column)} does not exist")
        room[column] -= 1
        asked[row] -= 1
        if room[column] < 0 or asked[row] < 0:
            raise InputError(f"forced: pair {(row, column)} has no room left")
    if not fixed and not barred:
        return table
    out = table.tolil(copy=True)
    for row, column in {*fixed, *barred}:
        if 0 <= row < table.shape[0] and 0 <= column < table.shape[1]:
            out[row, column] = 0.0
    return out.tocsr()
