"""People: search, roles, switching off, inviting."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.accounts.service import administration as service
from lotsen.accounts.service import second_step
from lotsen.admin.forms import InviteForm, RolesForm
from lotsen.admin.queries.people import people as find_people
from lotsen.core.access import ROLE_LABELS, Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.core.web import get_or_404, paginate

from .base import bp


@bp.get("/verwaltung/personen")
@requires(Role.ADMINISTRATOR)
def people() -> str:
    """All people, by name, address, telephone or role."""
    words, role = request.args.get("suche", ""), request.args.get("rolle", "")
    page = paginate(find_people(words, role))
    return render_template("admin/people.html", page=page, words=words, role=role, labels=ROLE_LABELS)


@bp.route("/verwaltung/personen/neu", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def invite() -> Any:
    """An account for a colleague."""
    form = InviteForm()
    if form.validate_on_submit():
        actor, role = current_user._get_current_object(), Role(form.staff_role.data)
        try:
            with transaction():
                service.invite(name=form.name.data or "", email=form.email.data or "", role=role, by=actor, at=now())
        except InvalidInput:
            form.email.errors = [_("Zu dieser Adresse gibt es schon eine Person. Geben Sie ihr dort die Rolle.")]
        else:
            flash(_("Das Konto ist angelegt. Der Link für das Passwort ist unterwegs."))
            return redirect(url_for(".people"))
    return render_template("admin/invite.html", form=form)


@bp.route("/verwaltung/personen/<int:user_id>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def person(user_id: int) -> Any:
    """One person: what is known, and the staff roles."""
    user = get_or_404(User, user_id)
    form = RolesForm(obj=user, staff_roles=[role.value for role in user.roles])
    if form.validate_on_submit():
        wanted = frozenset(Role(value) for value in form.staff_roles.data or ())
        actor, version = current_user._get_current_object(), form.version.data or 0
        try:
            with transaction():
                service.set_roles(db.session.get_one(User, user_id), wanted, version=version, by=actor, at=now())
        except InvalidInput as error:
            form.staff_roles.errors = [_problem(error)]
        else:
            flash(_("Gespeichert."))
            return redirect(url_for(".person", user_id=user_id))
    has_second_step = second_step.is_set_up(user)
    return render_template(
        "admin/person.html", form=form, user=user, labels=ROLE_LABELS, has_second_step=has_second_step
    )


@bp.post("/verwaltung/personen/<int:user_id>/zweiter-schritt/entfernen")
@requires(Role.ADMINISTRATOR)
def reset_second_step(user_id: int) -> Any:
    """Somebody lost the telephone and all recovery codes."""
    actor = current_user._get_current_object()
    try:
        with transaction():
            service.reset_second_step(get_or_404(User, user_id), by=actor, at=now())
    except InvalidInput as error:
        flash(_problem(error), "error")
    else:
        flash(_("Der zweite Schritt ist zurückgesetzt. Wir haben der Person geschrieben."))
    return redirect(url_for(".person", user_id=user_id))


@bp.post("/verwaltung/personen/<int:user_id>/<any(ausschalten, einschalten):verb>")
@requires(Role.ADMINISTRATOR)
def switch(user_id: int, verb: str) -> Any:
    """Switch an account off or on."""
    change = service.deactivate if verb == "ausschalten" else service.reactivate
    actor = current_user._get_current_object()
    try:
        with transaction():
            change(get_or_404(User, user_id), by=actor, at=now())
    except InvalidInput as error:
        flash(_problem(error), "error")
    else:
        flash(_("Das Konto ist ausgeschaltet.") if verb == "ausschalten" else _("Das Konto ist eingeschaltet."))
    return redirect(url_for(".person", user_id=user_id))


def _problem(error: InvalidInput) -> str:
    return {
        "own_role": _("Die eigene Rolle „Verwaltung“ kann Ihnen nur jemand anderes nehmen."),
        "own_account": _("Am eigenen Konto kann das nur jemand anderes tun."),
        "last_administrator": _("Das ist die letzte Person mit dieser Rolle. Geben Sie sie erst einer anderen."),
    }.get(error.code, _("Das geht so nicht. Bitte prüfen Sie Ihre Angaben."))
