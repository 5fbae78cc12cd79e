"""The mail with the link that sends an application came back: never silence. The draft waits until somebody calls."""

from datetime import datetime

from lotsen.core.access import Actor
from lotsen.core.errors import TransitionForbidden
from lotsen.core.states import start_anew, step_again
from lotsen.outbox import queries as post
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import queries, rules
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State

from .application import submit, wait_for_click

WITH_LINK = frozenset({"pilots.send_application", "pilots.confirm_reminder"})


@outbox.undeliverable.connect
def on_undeliverable(message: OutboxMessage, at: datetime) -> None:
    """Nothing is deleted while the person knows nothing of it; the mail itself is the task."""
    pilot = _draft(message)
    if pilot is not None:
        pilot.due_at = None


@outbox.delivered.connect
def on_delivered(message: OutboxMessage, at: datetime) -> None:
    """Somebody called, or the mail arrived after all: the time for the link counts from now."""
    pilot = _draft(message)
    if pilot is not None and pilot.due_at is None and pilot.due_step:  # else a coordinator's own, without an end
        start_anew(pilot, rules, at=at)
        wait_for_click(pilot, pilot.user, at=at)


def needs_no_link(pilot: Pilot) -> bool:
    """Whether a draft may be sent without its link: a coordinator's own, or the link came back; also after the call."""
    return pilot.due_at is None or post.latest_state(pilot.user_id, WITH_LINK) is MailState.CALLED


def submit_after_call(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """A coordinator sends the application for somebody who said on the telephone that it is to go on.

    Raises
    ------
    TransitionForbidden
        The person has the link: nobody else says that the application is theirs.
    """
    if not needs_no_link(pilot):
        raise TransitionForbidden(code="has_link", entity=pilot.entity, entity_id=pilot.id)
    submit(pilot, by=by, at=at)


@outbox.recalled.connect
def on_recalled(message: OutboxMessage, at: datetime) -> None:
    """A reminder was taken back before it left: it comes again before the draft is deleted."""
    pilot = _draft(message)
    if pilot is not None:
        step_again(pilot, rules, at=at, only=rules.REMINDERS, stands=pilot.due_at is None)


def _draft(message: OutboxMessage) -> Pilot | None:
    if message.kind not in WITH_LINK:
        return None
    pilot = queries.find_by_user(message.recipient_id)
    return pilot if pilot is not None and pilot.state is State.DRAFT else None
