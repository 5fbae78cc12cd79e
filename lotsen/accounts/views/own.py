"""One's own account: data, address, password, log-ins."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.forms import ChangePasswordForm, NewAddressForm, OwnForm
from lotsen.accounts.models import User
from lotsen.accounts.service import own as service
from lotsen.accounts.service import passwords, reset, sessions
from lotsen.core.access import requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.core.web import get_or_404

from .base import bp, own_hash


@bp.route("/konto", methods=["GET", "POST"])
@requires()
def own() -> Any:
    """Name, telephone, language; the ways to everything else."""
    form = OwnForm(obj=current_user)
    if form.validate_on_submit():
        values = {"name": form.name.data, "phone": form.phone.data or "", "locale": form.locale.data}
        user_id = current_user.id
        with transaction():
            user = db.session.get_one(User, user_id)
            service.change(user, **values, version=form.version.data or 0, by=user, at=now())
        flash(_("Gespeichert."))
        return redirect(url_for(".own"))
    rows = [(row, sessions.is_current(row, current_user.session_token)) for row in sessions.of_user(current_user)]
    return render_template("accounts/own.html", form=form, sessions=rows)


@bp.route("/konto/passwort", methods=["GET", "POST"])
@requires()
def change_password() -> Any:
    """A new password, with the current one."""
    form = ChangePasswordForm()
    if form.validate_on_submit() and (kept := own_hash(form.current)) and _may_be(form.password):
        hashed = passwords.hashed(form.password.data or "")
        user_id, token = current_user.id, current_user.session_token
        with transaction():
            user = db.session.get_one(User, user_id)
            reset.require_unchanged(user, kept)
            reset.keep(user, hashed, by=user, at=now(), but_session=token)
        flash(_("Ihr neues Passwort gilt. Auf anderen Geräten sind Sie abgemeldet."))
        return redirect(url_for(".own"))
    return render_template("accounts/change_password.html", form=form)


@bp.route("/konto/adresse", methods=["GET", "POST"])
@requires()
def change_address() -> Any:
    """A new mail address; it counts once its mailbox confirmed it."""
    form = NewAddressForm()
    if form.validate_on_submit() and (kept := own_hash(form.current)):
        user_id, email = current_user.id, form.email.data or ""
        with transaction():
            user = db.session.get_one(User, user_id)
            reset.require_unchanged(user, kept)
            service.ask_new_address(user, email, by=user, at=now())
        flash(_("Wir haben an die neue Adresse geschrieben. Bitte drücken Sie dort auf den Link."))
        return redirect(url_for(".own"))
    return render_template("accounts/change_address.html", form=form)


@bp.post("/konto/anmeldungen/<int:session_id>/beenden")
@requires()
def end_session(session_id: int) -> Any:
    """Log out on another device."""
    user_id = current_user.id
    with transaction():
        sessions.end_one(get_or_404(User, user_id), session_id)
    flash(_("Das Gerät ist abgemeldet."))
    return redirect(url_for(".own"))


@bp.post("/konto/anmeldungen/beenden")
@requires()
def end_other_sessions() -> Any:
    """Log out everywhere else."""
    user_id, token = current_user.id, current_user.session_token
    with transaction():
        sessions.end_all(get_or_404(User, user_id), but=token)
    flash(_("Alle anderen Geräte sind abgemeldet."))
    return redirect(url_for(".own"))


def _may_be(field: Any) -> bool:
    try:
        passwords.check(field.data or "", name=current_user.name, email=current_user.email)
    except InvalidInput as error:
        field.errors = [error.message]
        return False
    return True
