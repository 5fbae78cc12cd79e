"""One change of state of a request, with what always goes with it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from lotsen.core.access import Actor
from lotsen.core.states import move
from lotsen.core.waiting import give_task
from lotsen.help_requests import rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import SCORED, State
from lotsen.outbox import service as outbox

UNSENT_REMINDERS = ("help_requests.confirm_reminder", "help_requests.brought_reminder")


def go(
    request: HelpRequest,
    to: State,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    on_behalf_of: int | None = None,
    due_at: datetime | None = None,
    task: str = "",
    only_from: Collection[State] | None = None,
) -> None:
    """Move a request: old tasks are done, forms shown before count as old, the matcher looks again when it must.

    That nobody speaks for the organisation any more stays a task until somebody does.

    Raises
    ------
    TransitionForbidden, Conflict
        As `lotsen.core.states.move`.
    """
    before = request.state
    # what is still waiting speaks of the state that ends here; the link in a draft's first mail has been used
    outbox.recall(request, by=by, at=at, kinds=UNSENT_REMINDERS if before is State.DRAFT else ())
    about: dict[str, Any] = {"reason": reason, "on_behalf_of": on_behalf_of, "due_at": due_at}
    move(request, to, rules, by=by, at=at, only_from=only_from, **about)
    nobody_speaks = request.task == rules.CONTACT_GONE and to in rules.LIVE
    give_task(request, rules.CONTACT_GONE if nobody_speaks else task, at=at)
    request.version += 1
    if to in SCORED and before not in SCORED:
        request.revision += 1
    if to is not State.ON_HOLD:
        request.hold_until = request.held_from = None
    if to is not State.ASKING:
        request.answer_expected_on = request.yes_since = None
