"""Two persons meet once, also where each stands behind several rows or columns that differ.

The plain optimum is found first; where it pairs two persons twice the better pair stays, and whoever is left over is
placed again along augmenting paths, many at a time. This is nearly, not provably, optimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bmatching import heaviest
from .types import Key

Array = NDArray[np.float64]
Index = NDArray[np.intp]
LONGEST = 10
"""Steps of an augmenting path; short ones are looked for first, they cost little."""


def assign_apart(values: Array, people: tuple[Sequence[Key], Sequence[Key]]) -> list[tuple[int, int]]:
    """Pairs of rows and columns, one each, no two persons twice; only values above 0 are chosen.

    Parameters
    ----------
    values : array of shape (rows, columns)
    people : two sequences of keys
        Who stands behind each row and column.

    Examples
    --------
    >>> assign_apart(np.array([[2.0, 1.0], [1.0, 2.0]]), (["r", "r"], ["c", "c"]))
    [(0, 0)]
    """
    state = _State(values, people)
    for longest in (2, 3, LONGEST):
        while state.place(longest):
            pass
    rows = np.flatnonzero(state.column >= 0)
    return list(zip(rows.tolist(), state.column[rows].tolist(), strict=True))


class _State:
    """A matching without pairs of persons that come twice, and who is left over."""

    def __init__(self, values: Array, people: tuple[Sequence[Key], Sequence[Key]]) -> None:
        self.values = values
        codes = [np.unique(np.asarray(keys), return_inverse=True)[1] for keys in people]
        self.behind = codes
        self.rows_of = [np.flatnonzero(codes[0] == k) for k in range(int(codes[0].max(initial=-1)) + 1)]
        self.columns_of = [np.flatnonzero(codes[1] == k) for k in range(int(codes[1].max(initial=-1)) + 1)]
        self.column: Index = np.full(values.shape[0], -1, dtype=np.intp)
        self.row: Index = np.full(values.shape[1], -1, dtype=np.intp)
        self.open: Array = np.where(values > 0, values, -np.inf)
        r, c = np.nonzero(values > 0)
        chosen = heaviest(r, c, values[r, c], values.shape)
        r, c = r[chosen], c[chosen]
        for at in np.argsort(-values[r, c], kind="stable").tolist():
            if self.open[r[at], c[at]] > -np.inf:
                self._take(int(r[at]), int(c[at]))

    def _cells(self, r: int, c: int) -> Any:
        return np.ix_(self.rows_of[self.behind[0][r]], self.columns_of[self.behind[1][c]])

    def _take(self, r: int, c: int) -> None:
        self.column[r], self.row[c] = c, r
        self.open[self._cells(r, c)] = -np.inf

    def _free(self, r: int) -> None:
        c = int(self.column[r])
        cells = self._cells(r, c)
        self.open[cells] = np.where(self.values[cells] > 0, self.values[cells], -np.inf)
        self.column[r] = self.row[c] = -1

    def place(self, longest: int) -> bool:
        """Place left-over rows along the best paths that do not touch each other; False when none is found."""
        left = active = np.flatnonzero(self.column < 0)
        gain: Array = np.full(self.column.size, -np.inf)
        gain[left] = 0.0
        best: Array = np.full(self.row.size, -np.inf)
        came = np.full(self.row.size, -1, dtype=np.intp)
        every, unused = np.arange(self.row.size), np.flatnonzero(self.row < 0)
        for step in range(longest):
            to = unused if step == longest - 1 else every
            if not active.size or not to.size:
                break
            reached = gain[active, None] + (self.open[active] if to is every else self.open[np.ix_(active, to)])
            from_ = reached.argmax(axis=0)
            value = reached[from_, np.arange(to.size)]
            better = np.flatnonzero(value > best[to] + 1e-12)
            best[to[better]], came[to[better]] = value[better], active[from_[better]]
            taken = to[better][self.row[to[better]] >= 0]
            owner = self.row[taken]
            moved = best[taken] - self.values[owner, taken]
            raised = moved > gain[owner] + 1e-12
            active = owner[raised]
            gain[active] = moved[raised]
        ends = np.flatnonzero((self.row < 0) & (best > 1e-9))
        done: set[int] = set()
        placed = False
        for end in ends[np.argsort(-best[ends], kind="stable")].tolist():
            path = self._path(end, came)
            if path and done.isdisjoint(r for r, _ in path) and self._apply(path):
                done.update(r for r, _ in path)
                placed = True
        return placed

    def _path(self, end: int, came: Index) -> list[tuple[int, int]]:
        """Rows with their new columns, from the end back to a row that is left over; empty for a circle."""
        path: list[tuple[int, int]] = []
        column, seen = end, set()
        while True:
            row = int(came[column])
            if row < 0 or row in seen:
                return []
            seen.add(row)
            path.append((row, column))
            if self.column[row] < 0:
                return path
            column = int(self.column[row])

    def _apply(self, path: list[tuple[int, int]]) -> bool:
        """Move along a path if that pairs no two persons twice and gains; undone otherwise."""
        old = [(r, int(self.column[r])) for r, _ in path]
        before = sum(self.values[r, c] for r, c in old if c >= 0)
        if sum(self.values[r, c] for r, c in path) <= before + 1e-12:
            return False
        for r, c in old:
            if c >= 0:
                self._free(r)
        made: list[int] = []
        for r, c in path:
            if self.row[c] >= 0 or self.open[r, c] == -np.inf:
                break
            self._take(r, c)
            made.append(r)
        if len(made) == len(path):
            return True
        for r in made:
            self._free(r)
        for r, c in old:
            if c >= 0:
                self._take(r, c)
        return False


def one_each(r: Index, c: Index, g: Array, people: tuple[Sequence[Key], Sequence[Key]]) -> NDArray[np.bool_]:
    """Cells to keep so that two persons can meet only once: the best of each pair of persons, ties spread evenly."""
    codes = [np.unique(np.asarray(keys), return_inverse=True)[1] for keys in people]
    both = codes[0][r].astype(np.int64) * (int(codes[1].max(initial=0)) + 1) + codes[1][c]
    spread = (r * 7919 + c * 104729) % 1009
    order = np.lexsort((spread, -np.round(g, 9), both))
    first = np.r_[True, both[order][1:] != both[order][:-1]]
    keep = np.zeros(r.size, dtype=bool)
    keep[order[first]] = True
    return keep
