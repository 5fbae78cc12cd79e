"""Log-in and log-out."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from lotsen.accounts.forms import LoginForm
from lotsen.accounts.service import login as service
from lotsen.accounts.service import sessions
from lotsen.core.access import public
from lotsen.core.db import transaction
from lotsen.core.web import own_path

from .base import bp, device, wait_sentence


@bp.route("/anmelden", methods=["GET", "POST"])
@public
def login() -> Any:
    """Log in with address and password."""
    form = LoginForm()
    status = 200
    if form.validate_on_submit():
        with transaction(guarded=True):
            wait = service.count_attempt(form.email.data, request.remote_addr or "")
        checked = None if wait else service.check(form.email.data, form.password.data or "")
        if checked is not None:
            return _enter(checked)
        status = 429 if wait else 200
        wrong = _("E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides.")
        form.password.errors = [wait_sentence(wait) if wait else wrong]
    return render_template("accounts/login.html", form=form), status


def _enter(checked: service.Checked) -> Any:
    old = current_user.session_token if current_user.is_authenticated else ""
    with transaction():
        if old:
            sessions.end(old)
        token = service.begin(checked, device=device())
    session.clear()
    checked.user.session_token = token
    login_user(checked.user)
    has_start = checked.user.roles and "home.start" in current_app.view_functions
    return redirect(own_path(request.args.get("next"), "/start" if has_start else url_for(".own")))


@bp.post("/abmelden")
@public
def logout() -> Any:
    """Log out here, on the server too; pressed twice it says the same."""
    if current_user.is_authenticated:
        with transaction():
            sessions.end(current_user.session_token)
        logout_user()
    session.clear()
    flash(_("Sie sind abgemeldet."))
    return redirect(url_for(".login"))
