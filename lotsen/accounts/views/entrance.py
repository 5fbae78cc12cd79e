"""Log-in and log-out."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from lotsen.accounts.forms import LoginForm, SecondStepForm
from lotsen.accounts.models import User
from lotsen.accounts.rules import DEVICE_KNOWN_FOR
from lotsen.accounts.service import devices, second_step, sessions
from lotsen.accounts.service import login as service
from lotsen.core import cookies, logs, typed
from lotsen.core.access import public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.web import own_path

from .base import bp, device, wait_sentence

HALF, DEVICE = "half", "lotsen_device"  # in the session; a cookie of its own


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
            return first_step(checked)
        status = 429 if wait else 200
        wrong = _("E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides.")
        form.password.errors = [wait_sentence(wait) if wait else wrong]
    return show_login(form), status


def show_login(form: LoginForm) -> str:
    """The page of the log-in, with the town's own when there is one."""
    settings = current_app.config["LOTSEN"]
    label = settings.oidc_label or _("Mit dem Konto der Stadt anmelden")
    return render_template("accounts/login.html", form=form, town_login=label if settings.oidc else "")


@bp.route("/anmelden/code", methods=["GET", "POST"])
@public
def code() -> Any:
    """The second step: the app's code or a recovery code."""
    user = service.half_logged_in(session.get(HALF))
    if user is None:
        return _once_more(request.args.get("next"))
    form = SecondStepForm()
    if not form.validate_on_submit():
        return render_template("accounts/code.html", form=form)
    user_id = user.id
    with transaction(guarded=True):
        wait = second_step.count(user_id)
    if not wait and (answer := _second_step(form)) is not None:
        return answer
    form.code.errors = [wait_sentence(wait) if wait else _("Dieser Code passt nicht. Warten Sie auf den nächsten.")]
    return render_template("accounts/code.html", form=form), 429 if wait else 200


def _second_step(form: SecondStepForm) -> Any:
    known = ""
    with transaction():
        user = service.half_logged_in(session.get(HALF))
        if user is None:
            return _once_more(request.args.get("next"))
        if not second_step.spend(user, form.code.data or "", at=now()):
            logs.security("wrong code", user.id)
            return None
        token = service.begin(service.Checked(user), device=device(), strong=True)
        if form.remember.data:
            known = devices.remember(user, device=device())
    answer = _enter(user, token, request.args.get("next"), by="password and code")
    if known:
        cookies.keep(answer, DEVICE, known, seconds=int(DEVICE_KNOWN_FOR.total_seconds()))
    return answer


def first_step(checked: service.Checked, *, strong: bool = False, back: str | None = None, by: str = "password") -> Any:
    """The password was right, or the town's log-in said who it is: in, or on to the second step.

    ``strong``: the town's log-in has asked for a second step itself. ``back``: where the person wanted to go.
    ``by``: which log-in it was, for the log.
    """
    back = request.args.get("next") if back is None else back
    user, old = checked.user, current_user.session_token if current_user.is_authenticated else ""
    asked = not strong and second_step.is_set_up(user)
    with transaction():
        if not service.still_stands(checked):
            return _once_more(back)
        if old:
            sessions.end(old)
        known = asked and devices.recognise(user, cookies.kept(DEVICE))
        if asked and not known:
            service.keep_hash(checked)
        else:
            token = service.begin(checked, device=device(), strong=strong or known)
    if asked and not known:
        half = service.half(db.session.get_one(User, user.id))
        _new_cookie()
        session[HALF] = half
        return redirect(url_for(".code", next=back or None))
    return _enter(user, token, back, by=f"{by} and known browser" if known else by)


def _enter(user: User, token: str, back: str | None, *, by: str) -> Any:
    """The browser gets a new cookie, and goes where it wanted to."""
    logs.security(f"logged in by {by}", user.id)
    _new_cookie()
    if session.get(typed.KEY) and session.get(typed.PERSON) == user.id:
        flash(
            _(
                "Sie waren zwischendurch abgemeldet, und es ist noch nichts gespeichert. "
                "Bitte prüfen Sie Ihre Eingabe und senden Sie sie noch einmal."
            ),
            "info",
        )
    else:
        session.pop(typed.KEY, None)
    session[typed.PERSON] = user.id
    user.session_token = token
    login_user(user)
    has_start = user.roles and "home.start" in current_app.view_functions
    return redirect(own_path(back, "/start" if has_start else url_for(".own")))


def _once_more(back: str | None) -> Any:
    """To the first step: what was proved there stands no more."""
    flash(_("Bitte melden Sie sich noch einmal an."), "info")
    return redirect(url_for(".login", next=back or None))


def _new_cookie() -> None:
    """Nothing of the session before stays but the way back to a form that somebody had filled in."""
    kept = {name: session[name] for name in (typed.PERSON, typed.KEY) if name in session}
    session.clear()
    session.update(kept)


@bp.post("/abmelden")
@public
def logout() -> Any:
    """Log out here, on the server too; pressed twice it says the same."""
    if current_user.is_authenticated:
        logs.security("logged out", current_user.id)
        with transaction():
            sessions.end(current_user.session_token)
        logout_user()
    session.clear()
    flash(_("Sie sind abgemeldet."))
    return redirect(url_for(".login"))
