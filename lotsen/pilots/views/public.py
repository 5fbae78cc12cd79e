"""Pilots in public: only who agreed, as long as they agree, and without any way to reach them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts import queries as people
from lotsen.accounts.rules import ConsentFor
from lotsen.accounts.service import consents
from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import paginate
from lotsen.pilots import queries
from lotsen.pilots.rules import State

from .blueprint import bp


@bp.get("/lotsinnen-und-lotsen")
@public
def public_list() -> Any:
    """Everybody who wants to be seen."""
    return render_template("pilots/public_list.html", page=paginate(queries.in_public()))


@bp.get("/lotsinnen-und-lotsen/<int:pilot_id>")
@public
def public_profile(pilot_id: int) -> Any:
    """One of them."""
    pilot = queries.find_in_public(pilot_id)
    if pilot is None:
        abort(404)
    return render_template("pilots/public_profile.html", pilot=pilot)


@bp.route("/profil/oeffentlich", methods=["GET", "POST"])
@requires(Role.PILOT)
def own_public() -> Any:
    """Agree to be shown, or take it back: at once, with one button."""
    pilot = queries.of_user_or_404(current_user.id)
    if request.method == "POST":
        shown = request.form.get("zeigen") == "ja"
        with transaction():
            change = consents.give if shown else consents.withdraw
            change(pilot.user, ConsentFor.PUBLIC_PROFILE, channel="web", by=current_user, at=now())
        flash(_("Ihr Profil ist jetzt öffentlich.") if shown else _("Ihr Profil ist nicht mehr öffentlich."))
        return redirect(url_for(".own_public"))
    agreed = people.consent(pilot.user_id, ConsentFor.PUBLIC_PROFILE) is not None
    return render_template(
        "pilots/own_public.html",
        pilot=pilot,
        agreed=agreed,
        consent_text=people.CONSENT_TEXTS[ConsentFor.PUBLIC_PROFILE],
        seen=agreed and pilot.state is State.AWARDED,
    )
