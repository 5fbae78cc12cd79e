"""Applying: one page, check your answers, a mail with a link. The same answer for every address."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.rules import network
from lotsen.core import throttle
from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput, TooManyAttempts
from lotsen.core.headers import shown_again
from lotsen.core.i18n import locale_code
from lotsen.pilots import service
from lotsen.pilots.forms import ApplicationForm, RecordApplicationForm

from .blueprint import bp, tell

LIMIT, WINDOW = 30, timedelta(hours=1)  # from one network: a whole hall may share one


@bp.route("/lotse-werden", methods=["GET", "POST"])
@public
def apply() -> Any:
    """Tell who you are and what you can do; look at it once more; send."""
    shown_again()
    form = ApplicationForm(**_known())
    step = request.form.get("step", "")
    if request.method == "GET" or step == "change" or not form.validate_on_submit():
        return render_template("pilots/apply.html", form=form)
    if step != "send":
        return render_template("pilots/apply_check.html", form=None, answers=form)
    return redirect(url_for(".applied", noch=None if _send(form) else "einmal"))


@bp.get("/lotse-werden/danke")
@public
def applied() -> Any:
    """What to do now: look into the mailbox."""
    return render_template("pilots/applied.html", again="noch" in request.args)


@bp.route("/lotsen/neu", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def record() -> Any:
    """A coordinator takes an application by telephone or on paper, or keeps it as a draft to go on later."""
    form, draft = RecordApplicationForm(), request.form.get("then") == "draft"
    if form.validate_on_submit():
        try:
            with transaction():
                pilot = service.record_application(
                    name=form.name.data,
                    email=form.email.data,
                    phone=form.phone.data or "",
                    own_words=form.own_words.data,
                    as_draft=draft,
                    by=current_user,
                    at=now(),
                )
            flash(_("Der Entwurf ist gespeichert.") if draft else _("Die Bewerbung ist aufgenommen."))
            return redirect(url_for(".detail", pilot_id=pilot.id))
        except InvalidInput as error:
            tell(form, error)
    return render_template("pilots/record.html", form=form)


def _known() -> dict[str, Any]:
    """What a person who is logged in need not type again."""
    if not current_user.is_authenticated:
        return {}
    return {"name": current_user.name, "email": current_user.email, "phone": current_user.phone}


def _send(form: ApplicationForm) -> bool:
    """Whether it was sent; not when the browser's way back was taken and the same is sent once more."""
    with transaction(guarded=True):
        key = throttle.key("application", network(request.remote_addr or ""))
        wait = throttle.allowed(key, limit=LIMIT, window=WINDOW)
    if wait:
        raise TooManyAttempts(wait)
    with transaction():
        return service.apply_by_page(
            name=form.name.data,
            email=form.email.data,
            phone=form.phone.data or "",
            locale=locale_code(),
            own_words=form.own_words.data,
            at=now(),
        )
