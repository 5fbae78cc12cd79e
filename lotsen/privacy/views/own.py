"""My data, logged in."""

from typing import Any

from flask import redirect, session, url_for
from flask_login import current_user

from lotsen.accounts.service import reset
from lotsen.accounts.views.base import own_hash
from lotsen.core.access import requires
from lotsen.privacy.forms import EraseForm, OwnEraseForm

from .base import CONSENT_RULE, Door, act_on_consent, bp, download, erase, erase_page, show, view


def _door() -> Door:
    user = current_user._get_current_object()
    return Door(user, user, "login", lambda page, **values: url_for(f"privacy.own_{page}", **values))


@bp.get("/konto/daten")
@requires()
def own_data() -> Any:
    """What is kept about me, what I agreed to, and what I can do."""
    return show(_door())


@bp.get("/konto/daten/ansicht")
@requires()
def own_view() -> Any:
    """So sehen andere Sie."""
    return view(_door())


@bp.post("/konto/daten/herunterladen")
@requires()
def own_download() -> Any:
    """Take my data along."""
    return download(_door())


@bp.post(f"/konto/daten/einwilligungen/{CONSENT_RULE}")
@requires()
def own_consent(purpose: str, verb: str) -> Any:
    """Agree, or take it back."""
    return act_on_consent(_door(), purpose, verb)


@bp.route("/konto/loeschen", methods=["GET", "POST"])
@requires()
def own_erase() -> Any:
    """Delete the account: the word typed, and the password where there is one."""
    door = _door()
    kept = reset.kept_hash(current_user)
    form = OwnEraseForm() if kept else EraseForm()
    if not form.validate_on_submit() or (kept and not (kept := own_hash(form.password))):
        return erase_page(door, form)
    if not erase(door, form, kept=kept):
        return erase_page(door, form)
    session.clear()
    return redirect(url_for(".erased"))
