"""Learning from decisions: a refit that only proposes; a person decides whether its weights are used."""

import random
from dataclasses import asdict
from datetime import datetime, timedelta

from lotsen.core.access import SYSTEM, Actor
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.proposals import queries, service
from lotsen.proposals.models import Decision, Weighting
from matching import learning
from matching.learning import NO_ORDER, NOT_WORSE, TOO_FEW, WORSE_LOSS, WORSE_ORDER

from .index import index, need
from .preview import shipped_weights

__all__ = [
    "NOT_WORSE",
    "NO_ORDER",
    "TOO_FEW",
    "WORSE_LOSS",
    "WORSE_ORDER",
    "fixed_weights",
    "propose",
    "refit",
    "sample",
]
SAMPLE = 20
FRESH = timedelta(hours=1)
ENOUGH_NEW = 10


def fixed_weights() -> dict[str, float]:
    """The weights to which a refit is tied: those set by hand, else the shipped ones."""
    active = queries.active_weighting()
    return dict(active.weights) if active and active.origin == "hand" else shipped_weights()


def refit(*, by: Actor, at: datetime) -> Weighting:
    """Learn from everything frozen so far; the weights are kept beside, with the report, and not used yet."""
    rows = [
        learning.Decision(row.help_request_id, row.at, row.features, row.outcome)
        for row in queries.decisions()
        if row.outcome in learning.WORTH
    ]
    report = asdict(learning.refit(rows, fixed_weights()))
    weights = report.pop("weights")
    return service.keep_weighting(weights, "learned", by=by, at=at, report=report)


def propose(at: datetime) -> int:
    """Once a week: refit when enough was decided since, as a proposal for a person."""
    latest = queries.newest_learned()
    if queries.decisions_since(latest.made_at if latest else None) < ENOUGH_NEW:
        return 0
    with transaction():
        refit(by=SYSTEM, at=at)
    return 1


def sample(at: datetime) -> int:
    """Freeze some people at random beside each decision: those shown alone would teach the matcher its own habits."""
    ids = queries.request_ids_without_sample(at - FRESH)
    if ids:
        index.refresh()
    for request_id in ids:
        again(lambda request_id=request_id: _sample_one(request_id, at))  # type: ignore[misc]
    return len(ids)


def _sample_one(request_id: int, at: datetime) -> None:
    with transaction():
        request = db.session.get_one(HelpRequest, request_id)
        decided = queries.decided_pilots(request_id)
        ranking = index.matcher.rank(need(request), rules=False)
        others = [(rank, match) for rank, match in enumerate(ranking.matches, 1) if match.profile_id not in decided]
        chance = min(1.0, SAMPLE / max(1, len(others)))
        for rank, match in random.Random(request_id).sample(others, min(SAMPLE, len(others))):
            db.session.add(
                Decision(
                    help_request_id=request_id,
                    pilot_id=match.profile_id,
                    at=at,
                    rank=rank,
                    shown=chance,
                    features=learning.features(match, index.matcher.weights_),
                    outcome="random",
                    model_version=ranking.model_version,
                )
            )
