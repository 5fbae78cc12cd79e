"""Brought along: a pilot knows somebody who needs help. The organisation confirms, a coordinator approves once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lotsen.accounts.models import User
from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import PRESSED_TWICE
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import Moved, enter, state_moved
from lotsen.core.waiting import give_task
from lotsen.help_requests import queries, rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Channel, State
from lotsen.municipality.queries import town
from lotsen.organisations.rules import guess_kind
from lotsen.outbox import service as outbox
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import CAN_BE_ASKED, GONE

from .intake import submit
from .post import say_pilot_gone, send_confirm

CONFIRMED = ("contact_name", "org_kind", "postcode", "contact_phone", "with_children")


def bring_along(
    pilot: Pilot,
    organisation_name: str,
    contact: str,
    what: str,
    *,
    by: Actor,
    at: datetime,
    topics: Sequence[str] = (),
) -> HelpRequest:
    """Keep the three fields as a draft; the organisation is asked by link, or by a call when only a number is known.

    ``topics``: slugs of what it is about, the most fitting first; the first names it where no sentence can.

    Raises
    ------
    Conflict
        The pilot may not accompany anybody now.
    InvalidInput
        The contact is neither a mail address nor a telephone number (``contact``), or it is the pilot's own address
        (``own``): somebody else says for the organisation that it is so.
    """
    if pilot.state not in CAN_BE_ASKED:
        raise Conflict(entity=pilot.entity, entity_id=pilot.id)
    email = people.clean_email(contact) if "@" in contact else None
    digits = "".join(c for c in contact if c.isdigit())
    if email is None and len(digits) < rules.MIN_PHONE_DIGITS:
        raise InvalidInput("", field="contact", code="contact")
    if email is not None and email == pilot.user.email:
        raise InvalidInput("", field="contact", code="own")
    twin = queries.same_brought(pilot.id, organisation_name, what, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    request = HelpRequest(
        organisation_name=organisation_name,
        org_kind=guess_kind(organisation_name),
        postcode=pilot.postcode or town().postcode,
        contact_name=organisation_name[: rules.MAX_NAME],
        contact_email=email or "",
        contact_phone="" if email else contact,
        locale=pilot.user.locale,
        channel=Channel.BROUGHT,
        brought_by_id=pilot.id,
        title=queries.title_for("", what, topics, asker=""),
        description=what,
        languages=["de"],
        wished_pilot=pilot.user.name[: rules.MAX_NAME],
        takes_whoever=False,
        created_at=at,
    )
    enter(request, State.DRAFT, rules, at=at)
    if not email:
        request.due_at, request.due_step = None, ""
    db.session.add(request)
    db.session.flush()
    audit.record("help_request.brought", request, by=by, at=at, pilot=pilot.id)
    if email:
        send_confirm(request, at=at)
    return request


def confirm_brought(
    request: HelpRequest, values: Mapping[str, Any], *, by: Actor, at: datetime, channel: str = "mail_link"
) -> User:
    """The organisation says that it is so, and who speaks for it; a coordinator approves with one tap."""
    for name in CONFIRMED:
        if values.get(name) is not None:
            setattr(request, name, values[name])
    person = submit(request, by=by, at=at, channel=channel)
    if request.state is State.SUBMITTED:
        give_task(request, "brought", at=at)
    return person


@state_moved.connect
def on_pilot_moved(row: object, moved: Moved) -> None:
    """The pilot is gone: what waits to tell an organisation of the help is taken back, and the office says so."""
    if not isinstance(row, Pilot) or row.state not in GONE:
        return
    for request in queries.drafts_brought_by(row.id):
        if outbox.recall(request, by=moved.by, at=moved.at):
            say_pilot_gone(request, at=moved.at)
