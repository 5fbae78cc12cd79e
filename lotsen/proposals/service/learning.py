"""Freezing what the matcher saw when somebody decided, and what became of it; nothing else is ever learned from."""

from collections.abc import Sequence
from datetime import datetime

from lotsen.core.extensions import db
from lotsen.core.states import Moved, state_moved
from lotsen.help_requests.models import HelpRequest
from lotsen.proposals import queries
from lotsen.proposals.models import Decision, Proposal
from lotsen.proposals.rules import SHOWN_AT_ONCE, SHOWN_MOST, WISH_COUNTS, DeclineReason, NotChosenReason, State

FOLDED = 0.3
"""Share of visits in which a suggestion behind the fold is looked at: judgement, kept with each row."""

_OUTCOMES = {State.CONFIRMED: "accepted", State.DECLINED: "other", State.REFUSED: "other"}


def freeze(request: HelpRequest, chosen: Sequence[Proposal], *, at: datetime) -> None:
    """Keep the features of the chosen and of those who were shown and passed over."""
    for proposal in chosen:
        _keep(proposal, "chosen", at)
    for proposal in queries.undecided(request.id, SHOWN_MOST):
        _keep(proposal, "passed_over", at)


def _keep(proposal: Proposal, outcome: str, at: datetime) -> None:
    features = {share["component"]: share["feature"] for share in proposal.shares if "feature" in share}
    if not features:  # put on the list by hand: the matcher saw nothing of it
        return
    db.session.add(
        Decision(
            help_request_id=proposal.help_request_id,
            pilot_id=proposal.pilot_id,
            proposal_id=proposal.id,
            at=at,
            rank=proposal.rank,
            shown=1.0 if proposal.rank <= SHOWN_AT_ONCE and proposal.band in WISH_COUNTS else FOLDED,
            features=features,
            outcome=outcome,
            model_version=proposal.model_version,
        )
    )


@state_moved.connect
def _on_moved(row: object, moved: Moved) -> None:
    """A yes by both, a no for want of expertise: that says something about the fit; the rest says nothing."""
    if not isinstance(row, Proposal):
        return
    if moved.after is State.NOT_CHOSEN:
        _keep(row, "expertise" if moved.reason == NotChosenReason.EXPERTISE else "other", moved.at)
        return
    outcome = _OUTCOMES.get(State(moved.after))
    if moved.after is State.DECLINED and moved.reason == DeclineReason.NOT_MY_FIELD:
        outcome = "expertise"
    if outcome is not None:
        for decision in queries.decisions_of(row.id):
            decision.outcome = outcome
