"""„Ich habe schon jemanden“: a pilot tells in three fields whom to help."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.help_requests import service
from lotsen.help_requests.forms import BroughtForm
from lotsen.pilots import queries as pilots
from lotsen.pilots.rules import CAN_BE_ASKED
from lotsen.skills.suggest import suggest

from .blueprint import bp


@bp.route("/mitgebracht", methods=["GET", "POST"])
@requires(Role.PILOT)
def bring_along() -> Any:
    """Three fields; the organisation is asked whether it is so."""
    pilot = pilots.of_user_or_404(current_user.id)
    if pilot.state not in CAN_BE_ASKED:
        flash(_("Zurzeit können Sie niemanden mitbringen. Fragen Sie uns gern."), "info")
        return redirect(url_for("pilots.profile"))
    form = BroughtForm()
    if form.validate_on_submit():
        topics = [row[0] for row in suggest(form.what.data, limit=1)]
        try:
            with transaction():
                pilot = pilots.of_user_or_404(current_user.id)
                row = service.bring_along(
                    pilot,
                    form.organisation_name.data,
                    form.contact.data,
                    form.what.data,
                    by=current_user,
                    at=now(),
                    topics=topics,
                )
                by_mail = bool(row.contact_email)
        except InvalidInput as error:
            form.contact.errors = [
                _("Das ist Ihre eigene Adresse. Nennen Sie jemand anderen aus der Organisation.")
                if error.code == "own"
                else _("Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein.")
            ]
            return render_template("help_requests/brought.html", form=form), 400
        flash(
            _("Danke! Wir haben dort nachgefragt. Sobald die Antwort da ist, melden wir uns.")
            if by_mail
            else _("Danke! Wir rufen dort an. Sobald die Antwort da ist, melden wir uns.")
        )
        return redirect(url_for(".bring_along"))
    return render_template("help_requests/brought.html", form=form), 400 if form.errors else 200
