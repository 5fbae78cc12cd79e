"""What was achieved is stuck, or not used any more: a new request, filled in from the old one."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.states import Moved, state_moved
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Answers, Channel, State

from .. import queries
from ..models import Engagement
from .words import task_done

NOT_IN_USE = "not_in_use"
ASKS_AGAIN = frozenset({"still_stuck", NOT_IN_USE})


def ask_again(engagement: Engagement, *, by: Actor, at: datetime) -> HelpRequest:
    """A coordinator makes a new request of it; when something is stuck, the same pilot is wished for first."""
    old = engagement.help_request
    stuck = engagement.task == "still_stuck"
    given = Answers(
        description=old.description,
        organisation_name=old.organisation_name,
        org_kind=old.org_kind,
        postcode=old.postcode,
        contact_name=old.contact_name,
        contact_email=old.contact_email,
        contact_phone=old.contact_phone,
        contact_hint=old.contact_hint,
        title=old.title,
        topics=tuple(row.topic.slug for row in old.topics),
        areas=tuple(row.area.slug for row in old.areas),
        mode=old.mode,
        slots=tuple(old.slots),
        languages=tuple(old.languages),
        with_children=old.with_children,
        carrier=old.carrier,
        wished_pilot=engagement.pilot.user.name if stuck else "",
        takes_whoever=old.takes_whoever,
        release_phone=old.release_phone,
        release_email=old.release_email,
        name_may_be_shown=old.name_may_be_shown,
        locale=old.locale,
        organisation_id=old.organisation_id,
        contact_id=old.contact_id,
    )
    made = help_requests.draft(given, by=by, at=at, channel=Channel.PHONE)
    help_requests.submit(made, by=by, at=at, channel="phone")
    audit.record("engagement.asked_again", engagement, by=by, at=at, request=made.id)
    if engagement.task in ASKS_AGAIN:
        task_done(engagement, by=by, at=at)
    return made


@state_moved.connect
def on_moved(row: object, moved: Moved) -> None:
    """The organisation itself sent a new request, filled in from the old one: the call about that is settled.

    When something is stuck, the call stays: the same pilot comes first.
    """
    if not isinstance(row, HelpRequest) or row.template_id is None or moved.before is not State.DRAFT:
        return
    for engagement in queries.of_request(row.template_id) if moved.after is State.SUBMITTED else ():
        if engagement.task == NOT_IN_USE:
            audit.record("engagement.asked_again", engagement, by=moved.by, at=moved.at, request=row.id)
            task_done(engagement, by=moved.by, at=moved.at)
