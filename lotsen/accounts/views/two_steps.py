"""One's own second step: set up, recovery codes, remembered devices, switching off."""

from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.forms import CodeForm, FirstCodeForm, FirstCodeWithPasswordForm
from lotsen.accounts.models import User
from lotsen.accounts.service import devices, reset, second_step, sessions
from lotsen.core import logs
from lotsen.core.access import STAFF, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.core.web import get_or_404, own_path

from .base import bp, own_hash, wait_sentence

SECRET = "second_step_secret"  # noqa: S105 - the name of a field of the cookie
OPEN_WITHOUT = (
    "accounts.set_up_two_steps",
    "accounts.logout",
    "static",
    "core.language",
    "core.colour",
    "health.healthz",
)


@bp.before_app_request
def second_step_first() -> Any:
    """In a real town staff get no further than the set-up until their log-in has a second step."""
    user = current_user
    if request.endpoint is None or request.endpoint in OPEN_WITHOUT or current_app.config["LOTSEN"].demo:
        return None
    if not user.is_authenticated or user.session_strong or not user.roles.intersection(STAFF):
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.set_up_two_steps", next=back))


@bp.get("/konto/zwei-schritte")
@requires()
def two_steps() -> str:
    """Whether the second step is on, and which devices are not asked."""
    return render_template(
        "accounts/two_steps.html",
        is_on=second_step.is_set_up(current_user),
        left=second_step.codes_left(current_user),
        devices=devices.of_user(current_user),
    )


@bp.route("/konto/zwei-schritte/einrichten", methods=["GET", "POST"])
@requires()
def set_up_two_steps() -> Any:
    """The QR code, and the first code as proof that the app has it."""
    if second_step.is_set_up(current_user):
        return _prove()
    asks = not _is_forced() and reset.kept_hash(current_user)  # who cannot do without has just typed it
    form = FirstCodeWithPasswordForm() if asks else FirstCodeForm()
    secret = second_step.opened(session.get(SECRET))
    if secret is None:
        session[SECRET] = second_step.new_secret()
        secret = second_step.opened(session[SECRET]) or ""
    elif form.validate_on_submit() and (answer := _keep(form, secret)) is not None:
        return answer
    picture = segno.make(second_step.address(current_user, secret), error="m").svg_data_uri(scale=5, border=3)
    pieces = [secret[n : n + 4] for n in range(0, len(secret), 4)]
    return render_template(
        "accounts/set_up_two_steps.html", form=form, picture=picture, secret=" ".join(pieces), forced=_is_forced()
    )


def _keep(form: FirstCodeForm, secret: str) -> Any:
    user_id, token = current_user.id, current_user.session_token
    asks, kept = isinstance(form, FirstCodeWithPasswordForm), ""
    if (asks and not (kept := own_hash(form.current))) or not _may_try(form):
        return None
    try:
        with transaction():
            user = db.session.get_one(User, user_id)
            if asks:
                reset.require_unchanged(user, kept)
            codes = second_step.set_up(user, secret, form.code.data or "", by=user, at=now())
            sessions.end_all(user, but=token)
            sessions.set_strong(token, strong=True)
    except InvalidInput as error:
        if error.code == "set_up":
            return redirect(url_for(".two_steps"))
        form.code.errors = [_("Dieser Code passt nicht. Warten Sie auf den nächsten.")]
        return None
    session.pop(SECRET, None)
    return _show(codes)


def _prove() -> Any:
    """It is set up, but this log-in was made before: one code, and the way is free."""
    if current_user.session_strong:
        return redirect(url_for(".two_steps"))
    form = CodeForm()
    if form.validate_on_submit() and _spend(form) is not None:
        return redirect(own_path(request.args.get("next"), "/start"))
    return render_template("accounts/code.html", form=form)


@bp.route("/konto/zwei-schritte/notfall-codes", methods=["GET", "POST"])
@requires()
def recovery_codes() -> Any:
    """Ten new recovery codes for one code."""
    if not second_step.is_set_up(current_user):
        return redirect(url_for(".two_steps"))
    form = CodeForm()
    if form.validate_on_submit():
        codes = _spend(form, lambda user: second_step.make_codes(user, by=user, at=now()))
        if codes is not None:
            return _show(codes)
    return render_template("accounts/recovery_codes.html", form=form, codes=())


@bp.route("/konto/zwei-schritte/ausschalten", methods=["GET", "POST"])
@requires()
def remove_two_steps() -> Any:
    """Switch it off, with one last code; staff of a real town then set it up anew, for a new telephone."""
    if not second_step.is_set_up(current_user):
        return redirect(url_for(".two_steps"))
    form, token = CodeForm(), current_user.session_token

    def remove(user: User) -> bool:
        second_step.remove(user, by=user, at=now())
        sessions.set_strong(token, strong=False)
        return True

    if form.validate_on_submit() and _spend(form, remove) is not None:
        flash(_("Der zweite Schritt ist ausgeschaltet."))
        return redirect(url_for(".two_steps"))
    return render_template("accounts/remove_two_steps.html", form=form, forced=_is_forced())


@bp.post("/konto/geraete/<int:device_id>/vergessen")
@requires()
def forget_device(device_id: int) -> Any:
    """Ask a remembered device for the code again."""
    user_id = current_user.id
    with transaction():
        devices.forget_one(get_or_404(User, user_id), device_id)
    flash(_("Auf diesem Gerät fragen wir wieder nach dem Code."))
    return redirect(url_for(".two_steps"))


def _show(codes: list[str]) -> str:
    """The recovery codes, this once."""
    return render_template("accounts/recovery_codes.html", form=None, codes=codes)


def _spend(form: Any, then: Any = lambda user: True) -> Any:
    """Spend the typed code and do what it was asked for, both or neither; None when it does not fit."""
    user_id, token = current_user.id, current_user.session_token
    if not _may_try(form):
        return None
    done = None
    with transaction():
        user = db.session.get_one(User, user_id)
        if second_step.spend(user, form.code.data or "", at=now()):
            sessions.set_strong(token, strong=True)
            done = then(user)
    if done is None:
        logs.security("wrong code", user_id)
        form.code.errors = [_("Dieser Code passt nicht. Warten Sie auf den nächsten.")]
    return done


def _may_try(form: Any) -> bool:
    user_id = current_user.id
    with transaction(guarded=True):
        wait = second_step.count(user_id)
    if wait:
        form.code.errors = [wait_sentence(wait)]
    return not wait


def _is_forced() -> bool:
    """Whether this person cannot do without."""
    return not current_app.config["LOTSEN"].demo and bool(current_user.roles.intersection(STAFF))
