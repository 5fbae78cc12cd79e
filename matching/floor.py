"""The worst first: the greatest least gain with which nobody more is left alone."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import maximum_bipartite_matching

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def least(r: Index, c: Index, g: Array, room: Index, asked: Index) -> tuple[float, NDArray[np.bool_]]:
    """The greatest least gain with which as many are served as without any; by bisection over the gains."""
    steps = np.unique(g)
    most = _served(r, c, room, asked)
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high + 1) // 2
        keep = g >= steps[middle]
        if _served(r[keep], c[keep], room, asked) == most:
            low = middle
        else:
            high = middle - 1
    return float(steps[low]), g >= steps[low]


def _served(r: Index, c: Index, room: Index, asked: Index) -> int:
    """The most requests that can have somebody at all."""
    capacity = np.minimum(room, np.bincount(c, minlength=room.size))
    first = np.concatenate([[0], np.cumsum(capacity)]).astype(np.intp)
    edge = np.repeat(np.arange(r.size), capacity[c] * (asked[r] > 0))
    if not edge.size:
        return 0
    copy = np.arange(edge.size) - np.repeat(np.cumsum(np.r_[0, np.bincount(edge)[:-1]]), np.bincount(edge))
    graph = sp.csr_matrix(
        (np.ones(edge.size), (r[edge], first[c[edge]] + copy)), shape=(int(asked.size), int(first[-1]))
    )
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
