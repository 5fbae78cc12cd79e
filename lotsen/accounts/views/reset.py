"""A forgotten password."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import logout_user

from lotsen.accounts.forms import ForgotForm, NewPasswordForm
from lotsen.accounts.service import passwords
from lotsen.accounts.service import reset as service
from lotsen.core import tokens
from lotsen.core.access import public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.tokens import Purpose

from .base import bp, too_many, wait_sentence


@bp.route("/passwort-vergessen", methods=["GET", "POST"])
@public
def forgot() -> Any:
    """Ask for the link; the answer is the same for known and unknown addresses."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgot.html", form=form)
    wait = too_many("forgot")
    if wait:
        form.email.errors = [wait_sentence(wait)]
        return render_template("accounts/forgot.html", form=form), 429
    with transaction():
        service.ask(form.email.data or "", at=now())
    return redirect(url_for(".mail_sent", what="passwort"))


@bp.route("/passwort/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Any:
    """Choose a new password by the link of the mail."""
    found = tokens.find(token, Purpose.RESET_PASSWORD)
    if found is None:
        abort(404)
    form = NewPasswordForm()
    if not tokens.is_live(found, at=now()):
        return render_template("accounts/link_dead.html", used=found.used_at is not None, kind="password")
    user = service.person_of(found)
    if form.validate_on_submit():
        try:
            passwords.check(form.password.data or "", name=user.name, email=user.email)
        except InvalidInput as error:
            form.password.errors = [error.message]
        else:
            hashed = passwords.hashed(form.password.data or "")
            with transaction():
                service.by_link(found, hashed, at=now())
            logout_user()
            return render_template("accounts/done.html", title=_("Ihr neues Passwort gilt"), what="password")
    return render_template("accounts/reset.html", form=form)
