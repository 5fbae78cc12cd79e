"""What happens to a pilot's row when its time has come."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.states import advance
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.outbox import service as outbox
from lotsen.pilots import mails, rules
from lotsen.pilots.models import Pilot

from .application import remind_unconfirmed
from .standing import resume, start_planned_pause


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
    elif name == "delete_unconfirmed":
        delete_unconfirmed(pilot, by=by, at=at)
    else:
        if name == "remind_unconfirmed":
            remind_unconfirmed(pilot, at=at)
        elif name == "tell":
            outbox.enqueue(mails.still_reading, pilot, to=pilot.user, about=pilot, step="tell", at=at)
        elif name == "ask_back":
            raw = tokens.issue(Purpose.PILOT_PROFILE, pilot.entity, pilot.id, at=at, user_id=pilot.user_id)
            args = (pilot, local_date(pilot.state_since), link("pilots.back", token=raw))
            outbox.enqueue(mails.still_paused, *args, to=pilot.user, about=pilot, step="ask_back", at=at)
        advance(pilot, rules, at=at)


def delete_unconfirmed(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """Nobody confirmed the address: the draft goes, and the person too unless something else hangs on the row."""
    outbox.recall(pilot, by=by, at=at)
    audit.record("pilot.draft_deleted", pilot, by=by, at=at)
    user = pilot.user
    db.session.delete(pilot)
    db.session.flush()
    if user.email_confirmed_at is None and not user.roles and not user.password_hash:
        _delete_if_alone(user)


def _delete_if_alone(user: User) -> None:
    """The foreign keys know best whether a request or a membership still needs the person; then the row stays."""
    try:
        with db.session.begin_nested():
            db.session.delete(user)
    except IntegrityError:
        db.session.refresh(user)
