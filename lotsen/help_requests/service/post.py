"""Writing to the requester: every mail carries a link that shows where the request stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.states import advance, deadline, due, start_anew, start_clock, step_again
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.core.web import link
from lotsen.help_requests import mails, rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import parts_of, recipient_now
from lotsen.help_requests.rules import State
from lotsen.outbox import queries as messages
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.outbox.service import Mail
from lotsen.pilots import rules as pilot_rules

PILOT_GONE, PILOT_GONE_UNREAD = "pilot_gone", "pilot_gone_unread"


def send_confirm(request: HelpRequest, *, at: datetime, nonce: str = "") -> None:
    """Send the link that submits the request, or asks whether it is so, as a pilot told us; it leaves at once."""
    url = link("help_requests.confirm", token=_submit_token(request, at))
    outbox.enqueue(
        mails.confirm if request.brought_by_id is None else mails.brought,
        request,
        url,
        to=_who_typed(request),
        about=request,
        step="confirm",
        at=at,
        at_once=True,
        nonce=nonce,
    )


def _who_typed(request: HelpRequest) -> Any:
    """Whom a draft is confirmed by; an address whose owner gets no mail any more gets none about a draft either."""
    known = people.find_by_email(request.contact_email) if request.contact is None else None
    return known if known is not None and known.mail_stopped else request.recipient


def send(
    request: HelpRequest,
    mail: Callable[..., Mail],
    *args: Any,
    step: str,
    at: datetime,
    at_once: bool = False,
    starts_clock: bool = False,
    nonce: str = "",
) -> None:
    """Put a mail with a fresh status link into the outbox; not to somebody who does not speak for it any more."""
    recipient = recipient_now(request)
    if recipient is None:
        return
    outbox.enqueue(
        mail,
        request,
        *args,
        status_url(request, at=at),
        to=recipient,
        about=request,
        step=step,
        at=at,
        at_once=at_once,
        starts_clock=starts_clock,
        nonce=nonce,
    )


def status_url(request: HelpRequest, *, at: datetime) -> str:
    """A fresh link to the page that shows where the request stands; for a part, to its place on the page of all."""
    raw = tokens.issue(Purpose.REQUEST_STATUS, request.entity, request.group_id, at=at, user_id=request.contact_id)
    part = {"teil": request.id} if request.parent_id is not None else {}
    return link("help_requests.status", token=raw, **part)


def tell(request: HelpRequest, *, at: datetime) -> None:
    """Tell the requester where the request stands when it takes longer; what is said depends on the state."""
    mail = {State.SUBMITTED: mails.still_checking, State.OPEN: mails.still_searching, State.WAITING: mails.still_wanted}
    if request.state in mail:
        if request.parent is not None:
            _tell_of_all_parts(request, request.parent, at=at)
        else:
            send(request, mail[request.state], step="tell", at=at, nonce=local_date(at).isoformat())
        audit.record("help_request.told", request, by=SYSTEM, at=at)


def _tell_of_all_parts(request: HelpRequest, whole: HelpRequest, *, at: datetime) -> None:
    """One mail for all parts that are due to be told on the same day, with one sentence each.

    Waiting ones that would be asked about within the next weeks are asked about with it.
    """
    parts = [part for part in parts_of(whole) if part.state in rules.LIVE]
    send(whole, mails.parts_told, parts, step="tell", at=at, nonce=local_date(at).isoformat())
    soon = at + timedelta(days=rules.SAME_MAIL_DAYS)
    for part in parts:
        asks = part.state is State.WAITING and part.due_step in rules.ASKS_WHETHER_WANTED
        if part.id != request.id and asks and part.due_at is not None and part.due_at <= soon:
            audit.record("help_request.told", part, by=SYSTEM, at=at)
            advance(part, rules, at=at)


def say_pilot_gone(request: HelpRequest, *, at: datetime) -> None:
    """The office sees that the pilot who brought it along is gone, and whether the organisation ever heard of it."""
    told = messages.was_told(request.entity, request.id, "help_requests.brought")
    give_task(request, PILOT_GONE if told else PILOT_GONE_UNREAD, at=at)


def remind(request: HelpRequest, *, at: datetime) -> None:
    """Remind the requester of what is missing: the click on the link, an answer, the word to go on.

    Nobody is reminded of the help of a pilot who has gone meanwhile: a coordinator says so.
    """
    day = local_date(at).isoformat()
    if request.state is State.DRAFT and request.brought_by is not None and request.brought_by.state in pilot_rules.GONE:
        say_pilot_gone(request, at=at)
        return
    if request.state is State.DRAFT and request.contact_email:
        mail = mails.confirm_reminder if request.brought_by_id is None else mails.brought_reminder
        url = link("help_requests.confirm", token=_submit_token(request, at))
        args = (request, url, _deleted_on(request, at))
        outbox.enqueue(mail, *args, to=_who_typed(request), about=request, step="remind", at=at)
    elif request.state is State.QUERY:
        send(request, mails.query_reminder, step="remind", at=at, nonce=day)
    elif request.state is State.ON_HOLD:
        send(request, mails.hold_over, step="ask", at=at, nonce=day)
    else:
        return
    audit.record("help_request.reminded", request, by=SYSTEM, at=at)


def tell_who_brought(request: HelpRequest, *, at: datetime) -> None:
    """Tell the pilot who brought a request along that nothing comes of it; nobody has confirmed it."""
    pilot = request.brought_by
    if pilot is not None and pilot.state in pilot_rules.LIVE:
        values: dict[str, Any] = {"to": pilot.user, "about": pilot, "step": "brought_in_vain", "nonce": str(request.id)}
        outbox.enqueue(mails.brought_in_vain, request, at=at, **values)


def _deleted_on(request: HelpRequest, at: datetime) -> date:
    """The day on which a draft is deleted that is reminded now."""
    step = next(step for step in rules.TIMEOUTS[State.DRAFT] if step.name == "delete")
    return local_date(due(step, request.entity, State.DRAFT, at))


def send_new_link(request: HelpRequest, *, at: datetime) -> None:
    """Send a fresh status link to the address that is known; at most one a day, at once."""
    if request.state is State.DRAFT:
        send_confirm_again(request, at=at)
        return
    send(request, mails.new_link, step="new_link", at=at, at_once=True, nonce=local_date(at).isoformat())


def send_confirm_again(request: HelpRequest, *, at: datetime) -> None:
    """Send the link that submits the request once more; at most once a day."""
    send_confirm(request, at=at, nonce=local_date(at).isoformat())


def send_query(request: HelpRequest, *, at: datetime) -> None:
    """Send the coordinator's question; the time to answer counts from when it was handed over."""
    send(request, mails.query, step="query", at=at, starts_clock=True)


def _submit_token(request: HelpRequest, at: datetime) -> str:
    """It acts as long as the draft stays, also where the town lets drafts stay longer."""
    steps = rules.TIMEOUTS[State.DRAFT]
    days = sum(deadline(request.entity, State.DRAFT, step) for step in steps)
    until = due(replace(steps[-1], name="delete_on", after=days), request.entity, State.DRAFT, at)
    return tokens.issue(Purpose.SUBMIT_REQUEST, request.entity, request.id, at=at, until=until)


@outbox.delivered.connect
def on_delivered(message: OutboxMessage, at: datetime) -> None:
    """The question was handed over: its time counts from now, and anew from a call that reached somebody."""
    request = _about(message)
    if request is None or request.task == rules.CONTACT_GONE:  # somebody who follows is asked anew
        return
    if request.task == "undeliverable":
        request.task = ""
        if request.state is State.DRAFT:
            start_anew(request, rules, at=at)
    if request.state is State.QUERY and message.state is MailState.CALLED and message.starts_clock:
        start_anew(request, rules, at=at)
    if request.state is State.QUERY and request.due_at is None:
        start_clock(request, rules, at=at)


@outbox.recalled.connect
def on_recalled(message: OutboxMessage, at: datetime) -> None:
    """A reminder was taken back before it left: it comes again before the draft goes or the question rests."""
    request = _about(message)
    if request is not None and request.state in (State.DRAFT, State.QUERY):
        stands = request.task == "undeliverable"
        step_again(request, rules, at=at, only=rules.REMINDERS, stands=stands)


@outbox.undeliverable.connect
def on_undeliverable(message: OutboxMessage, at: datetime) -> None:
    """A mail came back: somebody must call; nothing goes on by itself meanwhile."""
    request = _about(message)
    if request is not None and request.state in rules.LIVE and request.task != rules.CONTACT_GONE:
        give_task(request, "undeliverable", at=at)
        if request.state in (State.QUERY, State.DRAFT):
            request.due_at = None


def _about(message: OutboxMessage) -> HelpRequest | None:
    if message.about_entity != HelpRequest.entity or message.about_id is None:
        return None
    return db.session.get(HelpRequest, message.about_id)
