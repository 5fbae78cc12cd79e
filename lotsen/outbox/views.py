"""The outbox in the browser: mails with their texts in the demo town, calls to make, what failed."""

import re
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lotsen.core.access import STAFF, Role, requires, requires_unless_demo
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404, paginate

from . import queries, service
from .models import OutboxMessage
from .rules import State

bp = Blueprint("outbox", __name__)

HELD_KNOWN_FOR = 10.0
CASE_NUMBER = re.compile(r"\[(\d{4}-\d{4})\]")  # it begins the subject of every mail about a case

WORDS = {
    State.WAITING: _l("wartet"),
    State.SENT: _l("versandt"),
    State.FAILED: _l("nicht zugestellt"),
    State.RECALLED: _l("zurückgeholt"),
    State.HELD: _l("angehalten"),
    State.CALL: _l("Anruf offen"),
    State.CALLED: _l("angerufen"),
}
TONES = {State.SENT: "success", State.CALLED: "success", State.FAILED: "danger", State.CALL: "warning"}


@bp.get("/postausgang")
@requires_unless_demo(*STAFF)
def overview() -> Any:
    """All messages, newest first; ``?stand=`` keeps those of one state."""
    chosen = request.args.get("stand", "")
    state = State(chosen) if chosen in list(State) else None
    pager = paginate(queries.messages(state))
    return render_template("outbox/overview.html", pager=pager, counts=queries.counts(), chosen=state, **_context())


@bp.get("/postausgang/anrufe")
@requires(*STAFF)
def calls() -> Any:
    """What is to be said by telephone, with the wording."""
    pager = paginate(queries.calls())
    promised = current_app.extensions["lotsen.calls"](now())
    bodies = {row.id: _body(row) for row in pager.items}
    return render_template("outbox/calls.html", pager=pager, promised=promised, bodies=bodies)


@bp.get("/postausgang/<int:message_id>")
@requires_unless_demo(*STAFF)
def message(message_id: int) -> Any:
    """One message; its text in the demo town, and where somebody must read it aloud."""
    row = get_or_404(OutboxMessage, message_id)
    number = CASE_NUMBER.match(row.subject)
    case_number = number[1] if number else ""
    return render_template("outbox/message.html", message=row, body=_body(row), case_number=case_number, **_context())


@bp.post("/postausgang/<int:message_id>/angerufen")
@requires(Role.COORDINATOR)
def called(message_id: int) -> Any:
    """The person was told by telephone."""
    said = _("Der Anruf ist festgehalten. Die Frist läuft ab jetzt.")
    return _press(message_id, service.record_call, said, _calls(), once=lambda row: row.state is not State.CALLED)


@bp.post("/postausgang/<int:message_id>/nicht-erreicht")
@requires(Role.COORDINATOR)
def not_reached(message_id: int) -> Any:
    """Nobody answered the telephone."""
    said = _("Der Versuch ist festgehalten. Bitte versuchen Sie es an einem anderen Tag noch einmal.")
    tries = request.form.get("tries", type=int)
    return _press(message_id, service.record_attempt, said, _calls(), once=lambda row: row.tries == tries)


@bp.post("/postausgang/<int:message_id>/erneut")
@requires(*STAFF)
def send_again(message_id: int) -> Any:
    """Try a failed mail once more."""
    said = _("Die E-Mail wird gleich noch einmal versandt.")
    return _press(message_id, service.send_again, said, once=lambda row: row.state is State.FAILED)


@bp.post("/postausgang/<int:message_id>/zurueckholen")
@requires(Role.COORDINATOR)
def recall_reminder(message_id: int) -> Any:
    """Take a reminder back that has not left."""
    said = _("Die Erinnerung ist zurückgeholt. Die Frist beginnt neu, und vor ihrem Ende wird wieder erinnert.")
    return _press(message_id, service.recall_reminder, said, once=lambda row: row.state is not State.RECALLED)


@bp.post("/postausgang/<int:message_id>/zurueckgekommen")
@requires(Role.COORDINATOR)
def bounced(message_id: int) -> Any:
    """A mail came back although the server had taken it."""
    said = _("Das ist festgehalten. Die Frist ist angehalten, bitte rufen Sie die Person an.")
    return _press(message_id, service.record_bounce, said, once=lambda row: row.state is not State.FAILED)


@bp.post("/postausgang/<int:message_id>/antwort-gelesen")
@requires(Role.COORDINATOR)
def reply_seen(message_id: int) -> Any:
    """The reply in the mailbox is read, and its answer entered."""
    return _press(message_id, service.record_reply_seen, _("Die Antwort ist als gelesen festgehalten."))


def _press(
    message_id: int,
    verb: Callable[..., Any],
    said: str,
    back: str = "",
    *,
    once: Callable[[OutboxMessage], bool] = lambda row: True,
) -> Any:
    """Do one thing with a message and say so; where ``once`` does not hold it was pressed before: the same answer."""
    with transaction():
        row = get_or_404(OutboxMessage, message_id)
        if once(row):
            verb(row, by=current_user, at=now())
    flash(said)
    return redirect(back or url_for(".message", message_id=message_id))


def _calls() -> str:
    return url_for(".calls")


@bp.app_template_global("messages_about")
def messages_about(entity: str, ids: list[int]) -> list[tuple[OutboxMessage, str]]:
    """What was written about these rows, each with the word for where it stands; for coordinators only."""
    if Role.COORDINATOR not in current_user.roles or not ids:
        return []
    return [(row, str(WORDS[row.state])) for row in queries.about(entity, *ids)]


@bp.app_context_processor
def hold_banner() -> dict[str, Any]:
    """For the banner on every page of the staff: whether all sending is held, asked for by the header only."""
    return {"sending_is_held": _is_held}


def _is_held() -> bool:
    """Looked up every ten seconds at most (each time in tests), so that pages do not pay for it."""
    kept: tuple[float, bool] = current_app.extensions.get("lotsen.held", (0.0, False))
    if time.monotonic() >= kept[0]:
        ends = time.monotonic() + (0 if current_app.config["LOTSEN"].mode == "test" else HELD_KNOWN_FOR)
        kept = current_app.extensions["lotsen.held"] = (ends, queries.sending_hold() is not None)
    return kept[1]


def _context() -> dict[str, Any]:
    staff = current_user.is_authenticated and bool(current_user.roles.intersection(STAFF))
    demo = current_app.config["LOTSEN"].demo
    return {"staff": staff, "open_to_all": demo, "heading": _heading, "words": WORDS, "tones": TONES}


def _heading(row: OutboxMessage) -> str:
    """The subject, where its text may be read too; else a number."""
    if current_app.config["LOTSEN"].demo or row.state in (State.CALL, State.FAILED):
        return row.subject
    return str(_("Nachricht %(id)d", id=row.id))


def _body(row: OutboxMessage) -> str:
    """The text, as far as it may be seen: what is read aloud, without its links; all else in the demo town only."""
    if row.state in (State.CALL, State.FAILED):
        return service.read_aloud(row, at=now())
    return row.text if current_app.config["LOTSEN"].demo else ""
