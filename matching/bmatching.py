"""Maximum-weight b-matching with unique pairs: copies, a solver of scipy, and gates where a pair came up twice."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Array = NDArray[np.float64]
Index = NDArray[np.intp]
DENSE_CELLS, DENSE_SHARE = 6_000_000, 0.3
"""A table of so many cells at most, so many of them possible, is solved in full; else the sparse solver is quicker."""


def solve(r: Index, c: Index, g: Array, room: Index, asked: Index) -> list[tuple[int, int]]:
    """Pairs of the greatest summed gain; ``r``, ``c``, ``g`` are the possible pairs, all gains positive."""
    if not g.size:
        return []
    capacity = np.minimum(room, np.bincount(c, minlength=room.size))
    demand = np.minimum(asked, np.bincount(r, minlength=asked.size))
    guarded = np.zeros(g.size, dtype=bool)
    while True:
        found = _relaxed(r, c, g, capacity, demand, guarded)
        edges, times = np.unique(found, return_counts=True)
        twice = edges[times > 1]
        if not twice.size:
            return [(int(r[e]), int(c[e])) for e in edges.tolist()]
        guarded[twice] = True


def _relaxed(r: Index, c: Index, g: Array, capacity: Index, demand: Index, guarded: NDArray[np.bool_]) -> Index:
    """Edges chosen when only guarded pairs are kept unique."""
    top, left = np.concatenate([[0], np.cumsum(demand)]), np.concatenate([[0], np.cumsum(capacity)])
    plain = np.flatnonzero(~guarded)
    sizes = demand[r[plain]] * capacity[c[plain]]
    edge = np.repeat(plain, sizes)
    rank = np.arange(edge.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    row = top[r[edge]] + rank // np.maximum(capacity[c[edge]], 1)
    column = left[c[edge]] + rank % np.maximum(capacity[c[edge]], 1)
    value, owner = g[edge], edge
    rows, columns = int(top[-1]), int(left[-1])
    bonus = 4.0 * float(g.max())
    extra: list[tuple[Index, Index, Array, Index]] = [(row, column, value, owner)]
    for number, e in enumerate(np.flatnonzero(guarded).tolist()):
        gate_row, gate_column = rows + number, columns + number
        units = np.arange(top[r[e]], top[r[e] + 1])
        slots = np.arange(left[c[e]], left[c[e] + 1])
        extra.append((np.array([gate_row]), np.array([gate_column]), np.array([bonus]), np.array([-1])))
        extra.append(
            (units, np.full(units.size, gate_column), np.full(units.size, g[e] + bonus / 2), np.full(units.size, e))
        )
        extra.append((np.full(slots.size, gate_row), slots, np.full(slots.size, bonus / 2), np.full(slots.size, -1)))
    row, column, value, owner = (np.concatenate(parts) for parts in zip(*extra, strict=True))
    total = (rows + int(guarded.sum()), columns + int(guarded.sum()))
    chosen = heaviest(row.astype(np.intp), column.astype(np.intp), value, total)
    kept = owner[chosen]
    return np.asarray(kept[kept >= 0], dtype=np.intp)


def heaviest(row: Index, column: Index, value: Array, shape: tuple[int, int]) -> Index:
    """Numbers of the cells of a maximum-weight matching; every value is positive, each cell occurs once."""
    cells = shape[0] * shape[1]
    if cells <= DENSE_CELLS and value.size >= DENSE_SHARE * cells:
        dense = np.zeros(shape)
        dense[row, column] = value
        number = np.full(shape, -1, dtype=np.intp)
        number[row, column] = np.arange(value.size)
        found = number[linear_sum_assignment(dense, maximize=True)]
        return np.asarray(found[found >= 0])
    if not value.size:
        return np.zeros(0, dtype=np.intp)
    high = float(value.max()) + 1.0
    alone = np.arange(shape[0])
    matrix = sp.csr_matrix(
        (
            np.concatenate([high - value, np.full(shape[0], high)]),
            (np.concatenate([row, alone]), np.concatenate([column, shape[1] + alone])),
        ),
        shape=(shape[0], shape[1] + shape[0]),
    )
    first, second = min_weight_full_bipartite_matching(matrix)
    number = sp.csr_matrix((np.arange(1, value.size + 1), (row, column)), shape=shape)
    inside = second < shape[1]
    return np.asarray(np.asarray(number[first[inside], second[inside]]).ravel() - 1, dtype=np.intp)
