"""Log-in by the town's own account, where the town has one."""

import logging
from typing import Any

from flask import abort, current_app, redirect, request, session, url_for
from flask_babel import gettext as _

from lotsen.accounts.forms import LoginForm
from lotsen.accounts.service import login, town_login
from lotsen.core.access import public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.web import link, own_path

from .base import bp, too_many, wait_sentence
from .entrance import first_step, show_login

log = logging.getLogger(__name__)
NEXT, STATES = "town_login_next", "_state_"


@bp.get("/anmelden/stadt")
@public
def start_town_login() -> Any:
    """To the town's log-in. A link, not a form: the CSP lets no form lead to another site.

    Where another site leads here, the person presses the button herself: nobody is logged in behind her back.
    """
    _require_town_login()
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return redirect(url_for(".login", next=request.args.get("next")))
    db.session.rollback()  # nothing of ours waits for somebody else's server
    for name in [name for name in session if name.startswith(STATES)]:
        session.pop(name)
    session[NEXT] = own_path(request.args.get("next"), "")
    try:
        return town_login.start(link("accounts.end_town_login"))
    except town_login.LoginFailed as error:
        return _failed(error)


@bp.get("/anmelden/stadt/zurueck")
@public
def end_town_login() -> Any:
    """Back from there: the only GET that changes something, as the protocol has it; guarded by state and nonce."""
    _require_town_login()
    if not any(name.startswith(STATES) for name in session):
        return redirect(url_for(".login"))
    wait = too_many("town-login")
    if wait:
        return _sorry(wait_sentence(wait)), 429
    db.session.rollback()
    try:
        person = town_login.finish()
    except town_login.LoginFailed as error:
        return _failed(error)
    back = session.pop(NEXT, "")
    with transaction():
        user = town_login.find_user(person, at=now())
    if user is None:
        return _sorry(
            _("Zu Ihrem Konto der Stadt gibt es hier noch keine Person. Bitten Sie die Verwaltung um einen Zugang.")
        ), 403
    return first_step(login.Checked(user), strong=person.strong, back=back, by="the town's log-in")


def _require_town_login() -> None:
    if not current_app.config["LOTSEN"].oidc:
        abort(404)


def _failed(error: Exception) -> Any:
    log.warning("the town's log-in failed: %s", error)
    return _sorry(
        _(
            "Das hat mit dem Konto der Stadt nicht geklappt. "
            "Versuchen Sie es noch einmal oder melden Sie sich mit Passwort an."
        )
    ), 400


def _sorry(sentence: str) -> str:
    form = LoginForm()
    form.form_errors = [sentence]
    return show_login(form)
