"""The link in the mail: submit once, then follow the request at any time without a log-in."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lotsen.core import tokens
from lotsen.core.access import SYSTEM, public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.core.web import get_or_404
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import BroughtConfirmForm, known_about
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State

from .blueprint import bp
from .case import MEMBERS_VERBS, Case, act, edit_page, show
from .template import use_again

STATUS_DAYS = timedelta(days=180)


@bp.get("/anfragen/bestaetigen/<token>")
@public
def confirm(token: str) -> Any:
    """The page behind the link in the mail: one button submits; a used or late link says what stands."""
    found = _find(token, Purpose.SUBMIT_REQUEST)
    row = db.session.get(HelpRequest, found.entity_id)
    return _confirm_page(found, row, token)


def _confirm_page(found: Token, row: HelpRequest | None, token: str, form: BroughtConfirmForm | None = None) -> str:
    live = tokens.is_live(found, at=now()) and row is not None and row.state is State.DRAFT
    if live and row is not None and row.brought_by_id is not None and form is None:
        form = BroughtConfirmForm(data=known_about(row))
    return render_template(
        "help_requests/confirm.html",
        row=row,
        form=form,
        live=live,
        token=token,
        sentence=queries.status_sentence(row, now()) if row is not None else "",
    )


@bp.post("/anfragen/bestaetigen/<token>")
@public
def submit(token: str) -> Any:
    """Submit the request; pressed twice, it is submitted once."""
    found = _find(token, Purpose.SUBMIT_REQUEST)
    row = db.session.get(HelpRequest, found.entity_id)
    if row is None or (row.state is State.DRAFT and not tokens.is_live(found, at=now())):
        return redirect(url_for(".confirm", token=token))
    form = BroughtConfirmForm() if row.brought_by_id is not None and row.state is State.DRAFT else None
    if form is not None and not form.validate():
        return _confirm_page(found, row, token, form), 400
    try:
        with transaction():
            row = db.session.get_one(HelpRequest, found.entity_id)
            if row.state is State.DRAFT:
                tokens.use(found, at=now())
                if form is not None:
                    service.confirm_brought(row, form.values(), by=SYSTEM, at=now())
                else:
                    service.submit(row, by=SYSTEM, at=now())
                found.user_id = row.contact_id  # it opens the page of the request: no longer than the mailbox is theirs
                flash(_("Ihre Anfrage ist abgesendet. Vielen Dank!"))
    except Conflict:  # two presses at the same moment: the other one has done it
        db.session.rollback()
    return redirect(url_for(".status", token=token))


@bp.get("/anfragen/stand/<token>")
@public
def status(token: str) -> Any:
    """Where the request stands, in one sentence; what can be done about it."""
    found, row = _request(token)
    if row is None or not _opens(found, row):
        return render_template(
            "help_requests/late.html",
            row=row,
            token=token,
            sentence=queries.status_sentence(row, now()) if row is not None else "",
        )
    return show(_case(row, token))


@bp.post(f"/anfragen/stand/<token>/<any({MEMBERS_VERBS}):verb>")
@public
def status_act(token: str, verb: str) -> Any:
    """Withdraw, answer, go on, open again, keep: by the link."""
    return act(_own(token), verb)


@bp.route("/anfragen/stand/<token>/bearbeiten", methods=["GET", "POST"])
@public
def status_edit(token: str) -> Any:
    """Change the request by the link."""
    return edit_page(_own(token))


@bp.post("/anfragen/stand/<token>/neuer-link")
@public
def new_link(token: str) -> Any:
    """Send a fresh link to the address we know; at most one a day."""
    _found, row = _request(token)
    if row is not None:
        with transaction():
            service.send_new_link(db.session.get_one(HelpRequest, row.id), at=now())
    flash(_("Wenn wir Ihre Anfrage noch haben, ist ein neuer Link unterwegs zu Ihnen."))
    return redirect(url_for(".status", token=token))


def _find(token: str, *purposes: Purpose) -> Token:
    found = next((known for purpose in purposes if (known := tokens.find(token, purpose))), None)
    return found or abort(404)


def _request(token: str) -> tuple[Token, HelpRequest | None]:
    found = _find(token, Purpose.REQUEST_STATUS, Purpose.SUBMIT_REQUEST)
    row = db.session.get(HelpRequest, found.entity_id)
    part = request.args.get("teil", type=int)
    if row is None or part in (None, row.id):
        return found, row
    chosen = get_or_404(HelpRequest, part)
    if row.group_id not in (chosen.parent_id, chosen.id):
        abort(404)
    return found, chosen


def _opens(found: Token, row: HelpRequest) -> bool:
    """A status link while it lasts; the link that submitted the request for as long, though it is used."""
    if found.purpose == Purpose.REQUEST_STATUS.value:
        return tokens.is_live(found, at=now())
    young = now() < found.created_at + STATUS_DAYS
    return found.revoked_at is None and young and row.state is not State.DRAFT


@bp.post("/anfragen/stand/<token>/als-vorlage")
@public
def status_use_again(token: str) -> Any:
    """A new request with the words of this one, by the link."""
    case = _own(token)
    return use_again(case.row, None, case.home)


def _own(token: str) -> Case:
    found, row = _request(token)
    if row is None or not _opens(found, row):
        abort(redirect(url_for(".status", token=token)))  # the page that says what stands, with a button for a new link
    return _case(row, token)


def _case(row: HelpRequest, token: str) -> Case:
    part: dict[str, Any] = {"teil": row.id} if row.parent_id is not None else {}
    return Case(
        row=row,
        by=row.contact or SYSTEM,
        home=url_for(".status", token=token, **part),
        edit=url_for(".status_edit", token=token, **part),
        verbs=lambda verb: url_for(".status_act", token=token, verb=verb, **part),
        other=lambda other: url_for(".status", token=token, teil=other.id if other.parent_id else None),
        again=url_for(".status_use_again", token=token, **part),
    )
