"""A colleague's account goes: the administrator erases it and says why; nobody erases the own one here."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.core.access import STAFF, Role, requires
from lotsen.core.web import get_or_404
from lotsen.privacy.forms import ColleagueEraseForm

from .base import Door, bp, erase, erase_page


def _door(user_id: int) -> Door:
    """The door to a colleague; everybody else's data are at the coordinator's desk or with themselves."""
    user, by = get_or_404(User, user_id), current_user._get_current_object()
    if not user.roles.intersection(STAFF) or user.id == by.id:
        abort(404)
    return Door(user, by, "office", lambda _page: url_for("admin.person", user_id=user_id))


@bp.route("/verwaltung/personen/<int:user_id>/loeschen", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def colleague_erase(user_id: int) -> Any:
    """What goes and what stays; the reason is kept in the log."""
    door, form = _door(user_id), ColleagueEraseForm()
    if form.validate_on_submit() and erase(door, form, reason=form.reason.data):
        flash(_("Das Konto ist gelöscht. Im Protokoll steht nur noch eine Nummer."))
        return redirect(url_for("admin.people"))
    return erase_page(door, form)
