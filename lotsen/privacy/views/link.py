"""My data without a log-in: ask for a link, then everything behind it."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lotsen.accounts.views.base import too_many, wait_sentence
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.help_requests.models import HelpRequest
from lotsen.privacy.forms import AskForm, EraseForm
from lotsen.privacy.service import links

from .base import CONSENT_RULE, Door, act_on_consent, bp, download, erase, erase_page, show, view


@bp.route("/meine-daten", methods=["GET", "POST"])
@public
def ask() -> Any:
    """Ask for the link; the answer is the same for known and unknown addresses."""
    form = AskForm()
    if not form.validate_on_submit():
        return render_template("privacy/ask.html", form=form), 400 if form.errors else 200
    if wait := too_many("own-data"):
        form.email.errors = [wait_sentence(wait)]
        return render_template("privacy/ask.html", form=form), 429
    with transaction():
        links.ask(form.email.data, at=now())
    return redirect(url_for(".asked"))


@bp.get("/meine-daten/unterwegs")
@public
def asked() -> str:
    """A link is on its way, whoever it goes to."""
    return render_template("privacy/asked.html")


@bp.get("/meine-daten/geloescht")
@public
def erased() -> str:
    """It is done."""
    return render_template("privacy/erased.html")


@bp.post("/anfragen/stand/<token>/meine-daten")
@public
def ask_by_status(token: str) -> Any:
    """From the page of a request: the link goes to the address that is known there."""
    status, submitted = tokens.find(token, Purpose.REQUEST_STATUS), tokens.find(token, Purpose.SUBMIT_REQUEST)
    found = status or submitted or abort(404)
    back = redirect(url_for("help_requests.status", token=token))
    if not (tokens.is_live(found, at=now()) or (submitted and submitted.used_at and now() < submitted.expires_at)):
        return back
    with transaction():
        row = db.session.get(HelpRequest, found.entity_id)
        if row is not None and (owner := row.contact or links.owner_of(row.contact_email)) is not None:
            links.send(owner, at=now())
    flash(_("Wir haben Ihnen einen Link zu Ihren Daten geschickt. Er gilt 48 Stunden."))
    return back


def _door(token: str) -> Door:
    """The door behind a live link; else the page that says it is over."""
    found = tokens.find(token, Purpose.OWN_DATA) or abort(404)
    owner = links.find_owner(found) if tokens.is_live(found, at=now()) else None
    if owner is None:
        abort(current_app.make_response(render_template("privacy/link_dead.html")))
    by = owner if not isinstance(owner, HelpRequest) else SYSTEM
    return Door(
        owner,
        by,
        "mail_link",
        lambda page, **values: url_for(
            "privacy.by_link" if page == "data" else f"privacy.link_{page}", token=token, **values
        ),
    )


@bp.get("/meine-daten/<token>")
@public
def by_link(token: str) -> Any:
    """What is kept about the person of the link."""
    return show(_door(token))


@bp.get("/meine-daten/<token>/ansicht")
@public
def link_view(token: str) -> Any:
    """What the other side sees."""
    return view(_door(token))


@bp.post("/meine-daten/<token>/herunterladen")
@public
def link_download(token: str) -> Any:
    """Take the data along."""
    return download(_door(token))


@bp.post(f"/meine-daten/<token>/einwilligungen/{CONSENT_RULE}")
@public
def link_consent(token: str, purpose: str, verb: str) -> Any:
    """Agree, or take it back."""
    return act_on_consent(_door(token), purpose, verb)


@bp.route("/meine-daten/<token>/loeschen", methods=["GET", "POST"])
@public
def link_erase(token: str) -> Any:
    """Delete everything; the link is proof enough, the word is typed."""
    door, form = _door(token), EraseForm()
    if request.method == "POST" and form.validate() and erase(door, form):
        return redirect(url_for(".erased"))
    return erase_page(door, form)
