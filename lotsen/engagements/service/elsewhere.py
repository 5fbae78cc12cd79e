"""What happens to a request and ends its engagements."""

from lotsen.core.states import Moved, state_moved
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState

from .. import queries, rules
from ..rules import BreakOffReason, Side
from .ending import break_off


@state_moved.connect
def on_moved(row: object, moved: Moved) -> None:
    """The organisation withdrew its request: nobody is asked about meetings any more, the pilot's place is free."""
    if not isinstance(row, HelpRequest) or row.state is not RequestState.WITHDRAWN:
        return
    for engagement in queries.live_of_request(row.id):
        if engagement.state in rules.HOLDS_PLACE:
            break_off(engagement, BreakOffReason.CALLED_OFF, Side.MEMBER, by=moved.by, at=moved.at)
