"""Registration with double opt-in."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lotsen.accounts.forms import AccountForm, ConfirmForm
from lotsen.accounts.service import own, passwords, registration, reset
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.i18n import locale_code
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose

from .base import bp, too_many, wait_sentence


@bp.get("/registrieren")
@public
def register() -> str:
    """The choices: become a pilot, ask for help, or only an account."""
    return render_template("accounts/register.html")


@bp.route("/registrieren/konto", methods=["GET", "POST"])
@public
def register_account() -> Any:
    """An account for a contact person; the answer is the same for known and unknown addresses."""
    form = AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/register_account.html", form=form)
    wait = too_many("register")
    if wait:
        form.email.errors = [wait_sentence(wait)]
        return render_template("accounts/register_account.html", form=form), 429
    with transaction():
        registration.open_account(
            name=form.name.data or "", email=form.email.data or "", locale=locale_code(), by=SYSTEM, at=now()
        )
    return redirect(url_for(".mail_sent", what="konto"))


@bp.get("/registrieren/post/<any(konto, passwort):what>")
@public
def mail_sent(what: str) -> str:
    """A mail is on its way, whoever it goes to."""
    return render_template("accounts/mail_sent.html", what=what)


FOR_APPLICATION = "bewerbung"  # the button then sends the application too, and says so


@bp.route("/bestaetigen/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Any:
    """The link of the opt-in: a page with one button."""
    found = _find(token, Purpose.CONFIRM_EMAIL)
    form, words = ConfirmForm(), {"applies": request.args.get("fuer") == FOR_APPLICATION}
    if not tokens.is_live(found, at=now()):
        return render_template("accounts/link_dead.html", used=found.used_at is not None, kind="confirm", **words)
    user = reset.person_of(found)
    offers_password = not user.password_hash
    if not form.validate_on_submit():
        return render_template("accounts/confirm.html", form=form, user=user, offers_password=offers_password, **words)
    hashed = ""
    if offers_password and form.password.data:
        try:
            passwords.check(form.password.data, name=user.name, email=user.email)
        except InvalidInput as error:
            form.password.errors = [error.message]
            return render_template("accounts/confirm.html", form=form, user=user, offers_password=True, **words)
        hashed = passwords.hashed(form.password.data)
    with transaction():
        user = registration.confirm(found, applies=words["applies"], at=now())
        if hashed:
            reset.choose_first(user, hashed, at=now())
    return render_template("accounts/confirmed.html", has_password=bool(hashed) or not offers_password, **words)


@bp.route("/adresse/<token>", methods=["GET", "POST"])
@public
def confirm_address(token: str) -> Any:
    """The link to a new address: a page with one button."""
    found = _find(token, Purpose.CHANGE_EMAIL)
    form = ConfirmForm()
    user = reset.person_of(found)
    if not tokens.is_live(found, at=now()) or not user.new_email:
        return render_template("accounts/link_dead.html", used=found.used_at is not None, kind="address")
    if not form.validate_on_submit():
        return render_template("accounts/confirm_address.html", form=form, email=user.new_email)
    with transaction():
        own.confirm_new_address(found, at=now())
    return render_template("accounts/done.html", title=_("Ihre neue Adresse gilt"), what="address")


def _find(raw: str, purpose: Purpose) -> Token:
    token = tokens.find(raw, purpose)
    if token is None:
        abort(404)
    return token
