"""Keeping the best suggestions of every live request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

import matching
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import LOCALES
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import SCORED
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries, rules
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State
from matching import learning

from .index import index, need

KEPT = 25
WHAT_IF = 5
FIRST_OF_PART = 3
SPOKEN_OF = ("time", "distance", "mode", "language")
"""Conditions that a coordinator may talk about with the organisation."""


def run(*, at: datetime, limit: int = 200) -> int:
    """Score requests that are behind; one transaction a request. Returns how many were scored."""
    fingerprint = index.refresh()
    ids = stale_ids(fingerprint, limit)
    for request_id in ids:
        again(lambda request_id=request_id: _score_one(request_id, fingerprint, at))  # type: ignore[misc]
    _drop_left_overs()
    return len(ids)


def _score_one(request_id: int, fingerprint: str, at: datetime) -> None:
    with transaction():
        request = db.session.get(HelpRequest, request_id)
        if request is not None and (request.state in SCORED or request.seeks_further):
            score(request, fingerprint, at=at)


def stale_ids(fingerprint: str, limit: int) -> Sequence[int]:
    """Requests never scored, then those whose own text changed since, then those behind the latest change of pilots."""
    behind = or_(
        Matching.id.is_(None),
        Matching.request_revision < HelpRequest.revision,
        Matching.pilots_version != fingerprint,
    )
    return db.session.scalars(
        select(HelpRequest.id)
        .outerjoin(Matching, Matching.help_request_id == HelpRequest.id)
        .where(or_(HelpRequest.state.in_(SCORED), queries.seeks_further()), behind)
        .order_by(Matching.id.is_not(None), Matching.request_revision >= HelpRequest.revision, HelpRequest.id)
        .limit(limit)
    ).all()


def score(request: HelpRequest, fingerprint: str, *, at: datetime) -> None:
    """Rank the pilots for one request; keep the best as suggestions, and what else was found.

    Only rows of which something changed are written.
    """
    ranking = index.matcher.rank(need(request), limit=KEPT)
    _keep_matching(request, ranking, fingerprint, at)
    rows = db.session.execute(
        select(Proposal.id, Proposal.pilot_id, Proposal.state, Proposal.raised_at, *_SCORED).where(
            Proposal.help_request_id == request.id, Proposal.state.in_(rules.LIVE)
        )
    ).all()
    taken = {row.pilot_id for row in rows if row.state is not State.SUGGESTED}
    suggested = {row.pilot_id: row for row in rows if row.state is State.SUGGESTED}
    fresh = []
    for rank, match in enumerate((m for m in ranking.matches if m.profile_id not in taken), start=1):
        values = {"rank": rank, **_values(match, ranking.model_version)}
        known = suggested.pop(match.profile_id, None)
        if known is not None:
            changed = {name: value for name, value in values.items() if getattr(known, name) != value}
            if changed:
                db.session.execute(update(Proposal).where(Proposal.id == known.id).values(**changed))
        else:
            fresh.append({"help_request_id": request.id, "pilot_id": match.profile_id, **_new(at), **values})
    if fresh:
        db.session.execute(insert(Proposal), fresh)
    by_hand = {row.id for row in rows if row.band == "hand" or row.raised_at is not None}
    left = [row.id for row in suggested.values() if row.id not in by_hand]
    if left:
        db.session.execute(delete(Proposal).where(Proposal.id.in_(left)))


_SCORED = (Proposal.rank, Proposal.score, Proposal.band, Proposal.shares, Proposal.reasons, Proposal.model_version)


def _new(at: datetime) -> dict[str, Any]:
    return {"state": State.SUGGESTED, "state_since": at, "visit": 1, "created_at": at, "due_step": ""}


def _values(match: Any, version: str) -> dict[str, Any]:
    features = learning.features(match, index.matcher.weights_)
    return {
        "score": float(match.score),
        "band": match.band.value,
        "shares": [
            {"component": s.component, "value": round(float(s.value), 9), "feature": round(features[s.component], 6)}
            for s in match.shares
        ],
        "reasons": {
            who: {lang: list(matching.reasons.sentences(match, for_=who, language=lang)) for lang in LOCALES}
            for who in ("coordinator", "pilot", "member")
        },
        "model_version": version,
    }


def _keep_matching(request: HelpRequest, ranking: Any, fingerprint: str, at: datetime) -> None:
    row = queries.matching_of(request.id)
    if row is None:
        row = Matching(help_request_id=request.id)
        db.session.add(row)
    row.request_revision, row.pilots_version = request.revision, fingerprint
    row.model_version, row.scored_at = ranking.model_version, at
    row.considered, row.removed = len(index.revisions), {str(k): int(v) for k, v in ranking.removed.items()}
    row.inferred = [
        {"topic": s.topic, "area": s.area, "score": round(float(s.score), 4), "evidence": list(s.evidence)}
        for s in ranking.inferred
    ]
    row.what_if = _what_if(request, ranking)
    row.needs = [
        {
            "text": part.text,
            "topic": part.suggestion.topic,
            "pilots": [
                match.profile_id for match in part.matches[:FIRST_OF_PART] if match.band is not matching.Band.FAR
            ],
        }
        for part in ranking.needs
    ]
    row.both = list(ranking.both[:FIRST_OF_PART])
    row.gaps = [
        {"topic": gap.topic, "holders": gap.holders, "open": gap.open}
        | ({"outside": dict(index.matcher.catalogue_.named(gap.topic))} if gap.outside else {})
        for gap in ranking.gaps
    ] + [{"unknown": word} for word in ranking.unknown]
    row.nobody, row.uncertain, row.missing = ranking.nobody, ranking.uncertain, [str(m) for m in ranking.missing or ()]
    db.session.flush()


def _what_if(request: HelpRequest, ranking: Any) -> dict[str, list[int]]:
    """Who would fit if one condition did not hold: ids of the best, for each condition that can be spoken of."""
    found: dict[str, list[int]] = {}
    for rule in SPOKEN_OF:
        if any(tuple(broken) == (rule,) for broken in ranking.removed_by_profile.values()):
            near = index.matcher.what_if(need(request), drop=rule, limit=WHAT_IF)
            ids = [match.profile_id for match in near if match.band is not matching.Band.FAR]
            if ids:
                found[rule] = ids
    return found


def _drop_left_overs() -> None:
    """Suggestions of requests that are not looked at any more go with the request."""
    gone = select(HelpRequest.id).where(HelpRequest.state.not_in([*SCORED, "asking"]), ~queries.seeks_further())
    condition = (Proposal.state == State.SUGGESTED, Proposal.help_request_id.in_(gone))
    if db.session.scalar(select(func.count()).select_from(Proposal).where(*condition)):
        with transaction():
            db.session.execute(delete(Proposal).where(*condition))


def why_not(request: HelpRequest, pilot: Pilot) -> list[str]:
    """Codes of the hard rules that rule a pilot out for a request; empty when none does."""
    index.refresh()
    ranking = index.matcher.rank(need(request))
    return [str(rule) for rule in ranking.removed_by_profile.get(pilot.id, ())]
