"""A person's data at the coordinator's desk: for those who call, write a letter or come by."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.core.access import STAFF, Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.privacy.forms import DeskEraseForm, WayForm
from lotsen.privacy.queries.own import sections
from lotsen.privacy.service import links

from .base import CONSENT_RULE, Door, act_on_consent, bp, download, erase, erase_page, show


def _door(user_id: int) -> Door:
    """The door to somebody's data; colleagues' and erased people's are closed."""
    user = get_or_404(User, user_id)
    if user.roles.intersection(STAFF) or user.erased_at is not None:
        abort(404)
    by = current_user._get_current_object()
    return Door(user, by, "phone", lambda page, **values: url_for(f"privacy.desk_{page}", user_id=user_id, **values))


@bp.get("/personen/<int:user_id>/daten")
@requires(Role.COORDINATOR)
def desk_data(user_id: int) -> Any:
    """What an export would hold, read before it leaves; consents; erasure."""
    door = _door(user_id)
    return show(door, "privacy/desk.html", sections=sections(links.subject_of(door.owner)), form=WayForm())


@bp.post("/personen/<int:user_id>/daten/herunterladen")
@requires(Role.COORDINATOR)
def desk_download(user_id: int) -> Any:
    """Make the file for somebody who asked for it otherwise than by mail."""
    return download(_door(user_id), channel=_way())


@bp.post("/personen/<int:user_id>/daten/link")
@requires(Role.COORDINATOR)
def desk_link(user_id: int) -> Any:
    """Send the person the link instead."""
    door = _door(user_id)
    with transaction():
        sent = links.send(get_or_404(User, door.owner.id), at=now())
    if sent:
        flash(_("Der Link ist unterwegs. Er gilt 48 Stunden."))
    else:
        flash(_("Das ging nicht: Es fehlt eine E-Mail-Adresse, oder es waren schon viele Links."), "warning")
    return redirect(url_for(".desk_data", user_id=user_id))


@bp.post(f"/personen/<int:user_id>/daten/einwilligungen/{CONSENT_RULE}")
@requires(Role.COORDINATOR)
def desk_consent(user_id: int, purpose: str, verb: str) -> Any:
    """Record what somebody says on the telephone."""
    return act_on_consent(_door(user_id), purpose, verb, channel=_way())


@bp.route("/personen/<int:user_id>/daten/loeschen", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def desk_erase(user_id: int) -> Any:
    """Erase somebody who asked for it."""
    door, form = _door(user_id), DeskEraseForm()
    if form.validate_on_submit() and erase(door, form, channel=form.way.data):
        flash(_("Die Daten sind gelöscht. Was andere betrifft, steht in Ihren Aufgaben."))
        return redirect(url_for("home.start"))
    return erase_page(door, form)


def _way() -> str:
    way = request.form.get("way", "phone")
    return way if way in ("phone", "letter", "in_person") else "phone"
