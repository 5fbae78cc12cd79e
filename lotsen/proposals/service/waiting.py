"""Nobody was free for a request: from now on only somebody new, or somebody who is free again, opens it."""

from datetime import datetime

from lotsen.core.access import Actor
from lotsen.core.states import Moved, state_moved
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.proposals import queries


@state_moved.connect
def on_moved(row: object, moved: Moved) -> None:
    """The coordinator saw who was free and said: nobody. Those do not open the request again."""
    if isinstance(row, HelpRequest) and moved.after is RequestState.WAITING:
        for proposal in queries.suggestions(row.id, limit=50):
            if not queries.obstacle(proposal.pilot, at=moved.at, request=row):
                proposal.passed_over_at = moved.at


def wake(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """A pilot fits a waiting request now: it is open again, with a task."""
    if queries.fits_somebody(request, at=at):
        help_requests.it_fits_somebody(request, by=by, at=at)
