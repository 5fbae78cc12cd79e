"""The best share of all free people over all open requests: a dry run. Nothing is stored, nobody is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.proposals import queries
from lotsen.proposals.models import Proposal

WAITING_A_DAY, WAITING_MOST = 0.002, 0.1
LITTLE_ASKED = 0.03
"""Waiting time and exposure belong to the objective, never to the fit: judgement, said in docs/matching.md."""
OTHERS = 5
Pair = tuple[int, int]


@dataclass(frozen=True)
class Placed:
    """One request with whom it would get, and whom else it could get."""

    request: HelpRequest
    proposal: Proposal | None
    others: list[Proposal] = field(default_factory=list)
    without: Proposal | None = None
    """Who would have got it without the wishes, where that is somebody else."""


@dataclass(frozen=True)
class Share:
    """The share with its worth, the sum of the scores, and what the wishes cost against the best one."""

    rows: list[Placed]
    worth: float
    best_worth: float
    alone: int

    @property
    def cost_percent(self) -> float:
        """By how many per cent the whole is worse than without the wishes."""
        return 100 * (1 - self.worth / self.best_worth) if self.best_worth else 0.0


def share(*, forced: Iterable[Pair] = (), at: datetime) -> Share:
    """Work out who would go where; pairs are (request id, pilot id), those that nobody suggests are left out.

    Raises
    ------
    matching.InputError
        The forced pairs cannot be kept, because a pilot has no more room.
    """
    requests = queries.to_share()
    rows = queries.suggested_for([request.id for request in requests])
    asked = queries.asks_this_month(list({row.pilot_id for row in rows}), at=at)
    free = [row for row in rows if not queries.obstacle(row.pilot, at=at, asked=asked.get(row.pilot_id, 0))]
    pilot_ids = sorted({row.pilot_id for row in free})
    if not pilot_ids:
        return Share([Placed(request, None) for request in requests], 0.0, 0.0, len(requests))
    place = {request.id: number for number, request in enumerate(requests)}
    column = {pilot_id: number for number, pilot_id in enumerate(pilot_ids)}
    scores, values = np.zeros((2, len(requests), len(pilot_ids)))
    room = [0] * len(pilot_ids)
    by_pair = {}
    for row in free:
        pair = place[row.help_request_id], column[row.pilot_id]
        scores[pair], values[pair] = row.score, _worth(row, requests[pair[0]], at)
        left = row.pilot.asks_per_month - asked.get(row.pilot_id, 0)
        room[pair[1]] = min(row.pilot.free_places, left)
        by_pair[pair] = row
    from matching import assignment  # only this page needs its solvers, which are slow to load

    best = assignment.assign(values, room)
    wished = [pair for r, p in forced if (pair := (place.get(r, -1), column.get(p, -1))) in by_pair]
    found = assignment.assign(values, room, forced=wished) if wished else best
    taken, before = ({pair[0]: by_pair[pair] for pair in one.pairs} for one in (found, best))
    by_request: dict[int, list[Proposal]] = {}
    for row in free:
        by_request.setdefault(row.help_request_id, []).append(row)
    placed = [
        _placed(request, taken.get(number), before.get(number), by_request.get(request.id, []))
        for number, request in enumerate(requests)
    ]
    worth, top = (float(sum(scores[pair] for pair in one.pairs)) for one in (found, best))
    return Share(placed, worth, top, len(found.unassigned))


def _worth(row: Proposal, request: HelpRequest, at: datetime) -> float:
    waited = min(WAITING_MOST, WAITING_A_DAY * max(0, (at - request.created_at).days))
    last = row.pilot.last_asked_at
    unseen = LITTLE_ASKED if last is None or at - last > timedelta(days=town().not_asked_days) else 0.0
    return float(row.score) + waited + unseen


def _placed(request: HelpRequest, chosen: Proposal | None, best: Proposal | None, free: Sequence[Proposal]) -> Placed:
    others = [row for row in free if row is not chosen][:OTHERS]
    return Placed(request, chosen, others, best if best is not chosen else None)
