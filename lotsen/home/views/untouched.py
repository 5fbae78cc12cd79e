"""For the administration: what lies there untouched, and what to do about it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import own_path
from lotsen.municipality.queries import town

from .. import queries, service
from ..service import Reminded
from .base import bp


@bp.get("/liegengeblieben")
@requires(Role.ADMINISTRATOR)
def untouched() -> Any:
    """What nobody touched for days: what, since when, who is responsible."""
    return render_template(
        "home/untouched.html",
        rows=queries.untouched(now(), least=town().deputy_after),
        days=town().deputy_after,
        responsible=queries.responsible(),
        deputy=queries.deputy(),
    )


@bp.post("/liegengeblieben/erinnern")
@requires(Role.ADMINISTRATOR)
def remind_office() -> Any:
    """Write to who coordinates."""
    actor = current_user._get_current_object()
    with transaction():
        reminded = service.remind_office(by=actor, at=now())
    flash(
        {
            Reminded.NOW: _("Wir haben die Koordination erinnert."),
            Reminded.TODAY: _("Heute ist die Koordination schon erinnert."),
            Reminded.NOTHING_LIES: _("Nichts ist liegen geblieben. Es gibt nichts zu erinnern."),
            Reminded.NO_ADDRESS: _("Wir haben keine E-Mail-Adresse der Koordination. Bitte rufen Sie an."),
        }[reminded]
    )
    return redirect(url_for(".untouched"))


@bp.post("/koordination/uebernehmen")
@requires(Role.ADMINISTRATOR)
def take_over() -> Any:
    """Take the coordinators' role with one press, and go on where it was missing."""
    actor = current_user._get_current_object()
    with transaction():
        service.take_over(actor, at=now())
    flash(_("Sie haben jetzt auch die Rolle Koordination. Abgeben können Sie sie unter „Personen“."))
    return redirect(own_path(request.form.get("weiter"), url_for(".start")))
