"""From the first words to the talk: apply, confirm the address, arrange the talk, withdraw, reject."""

from dataclasses import replace
from datetime import datetime, timedelta

from lotsen.accounts.models import User
from lotsen.accounts.service import people, post, registration
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Actor, Role
from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import deadline, due, enter, move
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.municipality.queries import town
from lotsen.organisations import service as organisations
from lotsen.outbox import service as outbox
from lotsen.pilots import mails, queries, rules
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, RejectReason, State

CONSENT = "pilot_application"
CONSENT_VERSION = "2026-11"
PRESSED_TWICE = timedelta(minutes=5)
SENT_AGAIN = timedelta(hours=1)
OF_NO_DATE = ("pilots.still_reading", "pilots.talk_date")  # what a new date makes untrue while it still waits
MAY_APPLY_AGAIN = (State.REJECTED, State.WITHDRAWN)


def apply_by_page(*, name: str, email: str, phone: str, locale: str, own_words: str, at: datetime) -> bool:
    """Somebody applied on the page: a link goes to the mailbox; who takes part already is told so, also only there.

    False: the very same was sent within the hour; the first counts, and no second mail leaves.
    """
    known = people.find_by_email(email)
    pilot = queries.find_by_user(known.id) if known is not None else None
    if pilot is not None and pilot.state not in (State.DRAFT, *MAY_APPLY_AGAIN):
        if post.may_write(pilot.user.email):
            post.send(mails.known_already, pilot, to=pilot.user, about=pilot.user, at=at)
        return True
    if pilot is not None and pilot.state is State.DRAFT and _the_very_same(pilot, name, phone, own_words, at=at):
        return False  # only who knows the words reads this, so it tells nobody which address is known
    user = registration.register(
        name=name, email=email, phone=phone, locale=locale, mail=mails.send_application, by=SYSTEM, at=at
    )
    apply(user, own_words, by=SYSTEM, at=at)
    return True


def _the_very_same(pilot: Pilot, name: str, phone: str, own_words: str, *, at: datetime) -> bool:
    before = pilot.own_words, pilot.user.name, pilot.user.phone
    return before == (own_words, name, phone) and pilot.state_since > at - SENT_AGAIN


def apply(user: User, own_words: str, *, by: Actor, at: datetime, channel: str = "web") -> Pilot | None:
    """Begin an application as draft, or begin anew after a withdrawn one; None when the person is further already."""
    if user.id is None:
        db.session.flush()
    pilot = queries.find_by_user(user.id)
    if pilot is None:
        pilot = Pilot(user_id=user.id, own_words=own_words, asks_per_month=town().asks_a_month, created_at=at)
        enter(pilot, State.DRAFT, rules, at=at)
        db.session.add(pilot)
        audit.record("pilot.applied", pilot, by=by, at=at)
        wait_for_click(pilot, user, at=at)
    elif pilot.state in MAY_APPLY_AGAIN:
        move(pilot, State.DRAFT, rules, by=by, at=at)
        _begin_anew(pilot)
        pilot.own_words = own_words
        wait_for_click(pilot, user, at=at)
    elif pilot.state is State.DRAFT:
        pilot.own_words = own_words
    else:
        return None
    people.record_consent(user, CONSENT, text_version=CONSENT_VERSION, channel=channel, by=by, at=at)
    return pilot


def _begin_anew(pilot: Pilot) -> None:
    """What an earlier talk has shown does not count for a new one."""
    pilot.talk_at = pilot.talk_held_on = pilot.duties_signed_on = pilot.duties_seen_by = None
    pilot.ceremony_on = None
    pilot.cover_explained, pilot.end_reason = False, ""
    pilot.wishes_to_end_at = pilot.thanks_owed_at = None


def wait_for_click(pilot: Pilot, user: User, *, at: datetime) -> None:
    """A known address needs no confirmation: only the last click is missing, and there is more time for it."""
    if user.email_confirmed_at is not None:
        step = rules.step_of(State.DRAFT, "remind")
        pilot.due_at, pilot.due_step = due(step, pilot.entity, State.DRAFT, at), step.name


def record_application(
    *,
    name: str,
    email: str | None,
    phone: str,
    own_words: str,
    by: Actor,
    at: datetime,
    channel: str = "phone",
    as_draft: bool = False,
) -> Pilot:
    """A coordinator takes an application by telephone or on paper, with the consent given there: submitted at once.

    ``as_draft``: the coordinator goes on later; such a draft is never reminded of and never deleted by itself.
    Pressed twice: the same application.

    Raises
    ------
    InvalidInput
        The person has applied already (code ``has_applied``).
    """
    twin = queries.same_application(name, phone, own_words, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    user = people.find_by_email(email) or people.create(name=name, email=email, phone=phone, by=by, at=at)
    pilot = apply(user, own_words, by=by, at=at, channel=channel)
    if pilot is None:
        raise InvalidInput("", field="email", code="has_applied")
    if as_draft:
        pilot.due_at, pilot.due_step = None, ""
    else:
        submit(pilot, by=by, at=at)
    return pilot


@registration.address_confirmed.connect
def on_address_confirmed(user: User, at: datetime, applies: bool) -> None:
    """The button that says so sends the application; after another one only that click is missing."""
    pilot = queries.find_by_user(user.id)
    if pilot is None or pilot.state is not State.DRAFT:
        return
    if applies:
        submit(pilot, by=user, at=at)
    else:
        wait_for_click(pilot, user, at=at)


def submit(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The application is complete; the coordinator sees it, the person gets a receipt and may fill in the profile."""
    outbox.recall(pilot, by=by, at=at)
    move(pilot, State.SUBMITTED, rules, by=by, at=at, on_behalf_of=_behalf(pilot, by))
    people.grant(pilot.user, Role.PILOT, by=by, at=at)
    outbox.enqueue(mails.received, pilot, to=pilot.user, about=pilot, step="received", at=at, at_once=True)


def remind_draft(pilot: Pilot, *, at: datetime) -> None:
    """The link in the mail was not used yet: a reminder that names the day on which the draft is deleted."""
    days = deadline(pilot.entity, State.DRAFT, rules.delete_after(pilot.due_step))
    if pilot.due_step == "remind":
        days += deadline(pilot.entity, State.DRAFT, rules.step_of(State.DRAFT, "remind_again"))
    last = due(replace(rules.delete_after(pilot.due_step), name="delete_on", after=days), pilot.entity, State.DRAFT, at)
    day = local_date(last)
    raw = post.fresh_link(pilot.user, Purpose.CONFIRM_EMAIL, at=at, days=(day - local_date(at)).days)
    args = (pilot, link("accounts.confirm", token=raw, fuer="bewerbung"), day)
    outbox.enqueue(mails.confirm_reminder, *args, to=pilot.user, about=pilot, step=pilot.due_step, at=at)


def arrange_talk(pilot: Pilot, talk_at: datetime | None, *, by: Actor, at: datetime) -> None:
    """Arrange the talk, or a later one; without a date the coordinator has to call first.

    Raises
    ------
    InvalidInput
        The date lies in the past.
    Conflict
        Somebody else decided meanwhile.
    """
    if talk_at is not None and talk_at <= at:
        raise InvalidInput("", field="talk_at", code="past")
    again, ended_at = pilot.state is State.ENDED, pilot.state_since
    after = None
    if talk_at is not None:
        asked = rules.TIMEOUTS[State.INTERVIEW][0]
        days = deadline(pilot.entity, State.INTERVIEW, asked)
        after = at_local(calendar().nth_working_day(local_date(talk_at), days), MORNING)
    outbox.recall(pilot, by=by, at=at, kinds=OF_NO_DATE)
    move(pilot, State.INTERVIEW, rules, by=by, at=at, due_at=after)
    if again:
        if pilot.end_reason == EndReason.DECEASED.value:  # entered for the wrong person
            people.take_back_stop(pilot.user, ended_at, by=by, at=at)
            organisations.take_back_leaving(pilot.user, ended_at, by=by, at=at)
        _begin_anew(pilot)
        people.grant(pilot.user, Role.PILOT, by=by, at=at)
    pilot.talk_at = talk_at
    if talk_at is None:
        step = rules.TIMEOUTS[State.INTERVIEW][1]
        pilot.due_at, pilot.due_step = due(step, pilot.entity, State.INTERVIEW, at), step.name
    else:
        outbox.enqueue(mails.talk_date, pilot, talk_at, to=pilot.user, about=pilot, step="talk", at=at)


def withdraw(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The person takes the application back."""
    move(pilot, State.WITHDRAWN, rules, by=by, at=at, on_behalf_of=_behalf(pilot, by))
    _leave(pilot, by=by, at=at)


def reject(pilot: Pilot, reason: RejectReason, *, by: Actor, at: datetime) -> None:
    """The programme cannot take the person on; told by telephone, so no mail leaves."""
    move(pilot, State.REJECTED, rules, by=by, at=at, reason=reason.value)
    _leave(pilot, by=by, at=at)


def _leave(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    outbox.recall(pilot, by=by, at=at)
    tokens.revoke("pilot", pilot.id, at=at)
    people.revoke(pilot.user, Role.PILOT, by=by, at=at)


def _behalf(pilot: Pilot, by: Actor) -> int | None:
    return None if by.actor_id in (None, pilot.user_id) else pilot.user_id
