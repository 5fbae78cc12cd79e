"""Who speaks for a request: somebody leaves, somebody follows."""

from datetime import datetime

from blinker import Signal

from lotsen.accounts.models import User
from lotsen.accounts.service import own, people
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import MORNING, at_local, calendar
from lotsen.core.errors import InvalidInput
from lotsen.core.states import start_anew
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.help_requests import queries, rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.outbox import service as outbox

from .intake import CONSENT_PURPOSE, CONSENT_VERSION
from .post import send_confirm_again, send_query

contact_followed = Signal(
    "another contact person speaks for a request (sender = HelpRequest): by=, at=; what waited begins anew"
)


@organisations.contact_left.connect
def on_contact_left(member: Member, by: Actor, at: datetime) -> None:
    """Nobody is written to who has gone, and the own links are dead; a coordinator finds out who follows."""
    for request in queries.live_of_contact(member.organisation_id, member.user_id):
        outbox.recall(request, by=by, at=at)
        tokens.revoke(request.entity, request.group_id, at=at, purpose=Purpose.REQUEST_STATUS)
        if request.state not in rules.GOING_ON:  # there the engagement has the task
            give_task(request, rules.CONTACT_GONE, at=at)
            request.due_at = None
        audit.record("help_request.contact_gone", request, by=by, at=at)


@own.address_changed.connect
def on_address_changed(user: User, old: str, at: datetime) -> None:
    """Whoever reads her address in a request reads the new one; what she has not confirmed yet is asked for there."""
    for request in queries.with_address(user.id, old):
        request.contact_email = user.email or ""
        if request.contact_id is None:
            outbox.recall(request, by=user, at=at)
            tokens.revoke(request.entity, request.id, at=at)
            send_confirm_again(request, at=at)


def contact_follows(request: HelpRequest, person: User, *, by: Actor, at: datetime) -> None:
    """Another contact person of the same organisation speaks for the request, and all its parts, from now on.

    What the one before agreed to beforehand does not bind the follower, who is asked.

    Raises
    ------
    InvalidInput
        This person, or the organisation, is not verified (``not_verified``).
    """
    if not organisations.contact_verified(request.organisation_id, person.id):
        raise InvalidInput("", field="contact", code="not_verified")
    rows = {row.id: row for row in (request, request.parent, *queries.parts_of(request)) if row is not None}
    for row in rows.values():
        row.contact_id, row.contact = person.id, person
        row.contact_name, row.contact_email = person.name, person.email or ""
        row.contact_phone, row.contact_hint, row.locale = person.phone, "", person.locale
        row.takes_whoever = False
        row.version += 1
        audit.record("help_request.contact_follows", row, by=by, at=at, person=person.id)
        if row.task == rules.CONTACT_GONE:
            row.task = ""
            _go_on(row, at=at)
        contact_followed.send(row, by=by, at=at)


def new_contact(request: HelpRequest, name: str, email: str, phone: str, *, by: Actor, at: datetime) -> User:
    """Somebody new speaks for the organisation; the coordinator has spoken to this person, which verifies it.

    Raises
    ------
    InvalidInput
        Neither a mail address nor a telephone number (``no_contact``).
    """
    address = people.clean_email(email) or ""
    if not address and not phone.strip():
        raise InvalidInput("", field="contact_email", code="no_contact")
    person = people.find_by_email(address) if address else None
    if person is None:
        person = people.create(
            name=name, email=address or None, phone=phone, locale=request.locale, at=at, by=by, confirmed=False
        )
    if request.organisation is None:
        raise InvalidInput("", field="contact", code="not_verified")
    member = organisations.join_known(request.organisation, person=person, by=by, at=at)
    organisations.verify(request.organisation, member, by=by, at=at)
    people.record_consent(person, CONSENT_PURPOSE, text_version=CONSENT_VERSION, channel="phone", by=by, at=at)
    contact_follows(request, person, by=by, at=at)
    return person


def _go_on(request: HelpRequest, *, at: datetime) -> None:
    """What waits for the contact person's word counts from now."""
    start_anew(request, rules, at=at)
    if request.state is State.QUERY:
        send_query(request, at=at)
    elif request.state is State.ON_HOLD and request.hold_until is not None:
        request.due_at = max(at, at_local(calendar().next_working_day(request.hold_until), MORNING))
