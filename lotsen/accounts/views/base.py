"""The blueprint, and what the pages of accounts share."""

import logging
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from lotsen.accounts.models import User
from lotsen.accounts.rules import device_name, touch_is_due
from lotsen.accounts.service import login, passwords, reset, sessions
from lotsen.core import logs
from lotsen.core.clock import real_now
from lotsen.core.db import transaction, unsaved_changes
from lotsen.core.errors import Conflict
from lotsen.core.extensions import login as login_manager

log = logging.getLogger(__name__)
bp = Blueprint("accounts", __name__)


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """The person behind the cookie's session."""
    return sessions.find_user(token)


@bp.after_app_request
def touch_session(response: Response) -> Response:
    """Write "last seen" at most every five minutes; a page never fails because of it."""
    try:
        user = current_user._get_current_object()
    except SQLAlchemyError:  # the database does not answer; the page says so already
        return response
    seen = user.session_seen_at if user is not None and user.is_authenticated else None
    if seen is None or not touch_is_due(last_seen_at=seen, at=real_now()) or unsaved_changes():
        return response
    token = user.session_token
    user.session_seen_at = real_now()
    try:
        with transaction(guarded=True):
            sessions.touch(token)
    except SQLAlchemyError:
        log.warning("last_seen was not written", exc_info=True)
    return response


def device() -> str:
    """This browser in plain words."""
    return device_name(request.headers.get("User-Agent", ""))


def too_many(kind: str) -> int:
    """Count a form that may send a mail, in a transaction of its own; the seconds to wait, or 0."""
    with transaction(guarded=True):
        return login.count_form(kind, request.remote_addr or "")


def wait_sentence(seconds: int) -> str:
    """How long to wait after too many tries."""
    minutes = max(1, -(-seconds // 60))
    return ngettext(
        "Das waren viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.",
        "Das waren viele Versuche. Bitte warten Sie %(num)d Minuten und versuchen Sie es dann noch einmal.",
        minutes,
    )


def own_hash(field: Any) -> str:
    """The hash of the current password when that was typed, else ""; counted like a log-in.

    Raises
    ------
    Conflict
        There was a password and there is none any more: the account was deleted meanwhile, in another browser.
    """
    had = bool(current_user.password_hash)
    with transaction(guarded=True):
        wait = login.count_password(current_user.email)
    kept = reset.kept_hash(current_user)
    if had and not kept:
        raise Conflict(entity=current_user.entity, entity_id=current_user.id)
    if not wait and passwords.matches(field.data or "", kept):
        return kept
    logs.security("wrong password", current_user.id)
    field.errors = [wait_sentence(wait) if wait else _("Das ist nicht Ihr jetziges Passwort.")]
    return ""
