"""What happens to a pilot's row when its time has come."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lotsen.accounts.models import User
from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor, Role
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.states import advance, due, keep_still
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.outbox import service as outbox
from lotsen.pilots import mails, rules
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State

from .application import remind_draft
from .standing import decide_in_time, resume, start_planned_pause

PERSONAL_TEXTS = ("own_words", "headline", "about", "vendor_ties", "postcode", "title_form")
PERSONAL_DATES = (
    "talk_at",
    "ceremony_on",
    "not_before",
    "wishes_to_end_at",
    "thanks_owed_at",
    "clearance_seen_on",
    "clearance_seen_by",
    "clearance_until",
)


def step(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """Do the step that is due; steps that wait for a person are tasks and never come here.

    Raises
    ------
    Conflict
        Somebody moved the pilot meanwhile.
    """
    name = pilot.due_step
    if name == rules.BACK:
        resume(pilot, by=by, at=at)
    elif name == rules.START_PAUSE:
        start_planned_pause(pilot, by=by, at=at)
    elif name in ("delete_unconfirmed", "delete", "forget"):
        delete(pilot, by=by, at=at)
    elif name == "anonymise":
        anonymise(pilot, by=by, at=at)
    elif name == "still_right":
        ask_still_right(pilot, at=at)
    else:
        if name in rules.REMINDERS:
            remind_draft(pilot, at=at)
        elif name == "tell":
            outbox.enqueue(mails.still_reading, pilot, to=pilot.user, about=pilot, step="tell", at=at)
        elif name == "ask_back":
            raw = tokens.issue(Purpose.PILOT_PROFILE, pilot.entity, pilot.id, at=at, user_id=pilot.user_id)
            since = pilot.pause_from or local_date(pilot.state_since)
            args = (pilot, since, link("pilots.back", token=raw))
            outbox.enqueue(mails.still_paused, *args, to=pilot.user, about=pilot, step="ask_back", at=at)
        advance(pilot, rules, at=at)
        if pilot.state is State.PAUSED:
            decide_in_time(pilot, at=at)


def delete(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The application goes, and the person too unless something else hangs on the row.

    Whoever was awarded once has hours and cases that count: there only what speaks of the person goes.

    Raises
    ------
    Conflict
        Somebody moved it in this moment: sent it, applied again.
    """
    keep_still(pilot)
    if pilot.awarded_on is not None:
        anonymise(pilot, by=by, at=at)
        return
    outbox.recall(pilot, by=by, at=at)
    audit.record("pilot.draft_deleted" if pilot.state is State.DRAFT else "pilot.forgotten", pilot, by=by, at=at)
    user = pilot.user
    db.session.delete(pilot)
    db.session.flush()
    if not user.roles and not user.password_hash:
        _delete_if_alone(user)


def anonymise(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """What speaks of the person goes; the row stays, so that hours and cases still count."""
    outbox.recall(pilot, by=by, at=at)
    tokens.revoke(pilot.entity, pilot.id, at=at)
    for name in PERSONAL_TEXTS:
        setattr(pilot, name, "")
    for name in PERSONAL_DATES:
        setattr(pilot, name, None)
    pilot.excluded_names, pilot.slots, pilot.languages = [], [], []
    for rows in (pilot.topics, pilot.areas, pilot.exclusions):
        rows.clear()
    pilot.show_full_name = pilot.release_phone = pilot.release_email = False
    pilot.anonymised_at, pilot.due_at, pilot.due_step = at, None, ""
    audit.record("pilot.anonymised", pilot, by=by, at=at)
    if not pilot.user.roles - {Role.PILOT}:
        people.anonymise(pilot.user, by=by, at=at)


def ask_still_right(pilot: Pilot, *, at: datetime) -> None:
    """Twelve months without a sign: a friendly question. With a sign since: twelve months from that."""
    first = rules.step_of(State.AWARDED, "still_right")
    last = max(filter(None, (pilot.last_sign_at, pilot.state_since)))
    when = due(first, pilot.entity, State.AWARDED, last)
    if when > at:
        pilot.due_at = when
        return
    raw = tokens.issue(Purpose.PILOT_PROFILE, pilot.entity, pilot.id, at=at, user_id=pilot.user_id)
    args = (pilot, link("pilots.still_right", token=raw))
    nonce = local_date(at).isoformat()
    outbox.enqueue(mails.still_right, *args, to=pilot.user, about=pilot, step="still_right", nonce=nonce, at=at)
    advance(pilot, rules, at=at)


def _delete_if_alone(user: User) -> None:
    """The foreign keys know best whether a request or a membership still needs the person; then the row stays."""
    try:
        with db.session.begin_nested():
            db.session.delete(user)
    except IntegrityError:
        db.session.refresh(user)
