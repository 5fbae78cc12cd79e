"""One pilot is asked after the other, until one says yes and the organisation too."""

from collections.abc import Generator
from datetime import datetime

from lotsen.engagements import service as engagements
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.proposals import queries, sweep
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import DeclineReason, State

from . import words
from .people import Cast
from .plan import SILENT, YES, Fate
from .stage import Stage


def ask_in_turn(
    stage: Stage, cast: Cast, request: HelpRequest, fate: Fate, *, hers: bool
) -> Generator[datetime, None, Proposal | None]:
    """Approve a ladder and let each pilot answer as planned. Returns the accepted proposal, if there is one."""
    chosen = _choose(stage, cast, request, len(fate.asked), hers=hers)
    if not chosen:
        help_requests.wait(request, by=cast.coordinator, at=stage.at)
        return None
    ladder = proposals.approve_ladder(request, chosen, by=cast.coordinator, at=stage.at)
    ladder_id = ladder.id
    for word in fate.asked[-len(chosen) :]:
        proposal = queries.live_ask(ladder_id)
        if proposal is None or word == "wait":
            return None
        if word == SILENT:
            while proposal.state is State.ASKED:
                yield stage.after(proposal.due_at, 0.1)
            continue
        yield stage.wt(1)
        if proposal.state is not State.ASKED:
            return None
        pilot = proposal.pilot.user
        if word == "question":
            proposals.ask_question(proposal, words.PILOT_QUESTION, by=pilot, at=stage.at)
            return None
        if word == YES:
            engagements.pilot_says_yes(proposal, by=pilot, at=stage.at)
            return proposal
        proposals.decline(proposal, DeclineReason(word), by=pilot, at=stage.at)
    return None


def _choose(stage: Stage, cast: Cast, request: HelpRequest, places: int, *, hers: bool) -> list[Proposal]:
    """The best who can be asked now; the log-in of the pilot first where the plan says so."""
    sweep.score(request, sweep.index.refresh(), at=stage.at)
    found = [row for row in queries.suggestions(request.id) if not queries.obstacle(row.pilot, at=stage.at)]
    own = [row for row in found if row.pilot_id == cast.pilot.id]
    others = [row for row in found if row.pilot_id != cast.pilot.id]
    if hers:
        first = own[0] if own else proposals.suggest_by_hand(request, cast.pilot, by=cast.coordinator, at=stage.at)
        return [first, *others][:places]
    return others[:places]
