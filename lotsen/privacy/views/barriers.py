"""The statement on accessibility with its form, and the reports at the office."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.views.base import too_many, wait_sentence
from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404, paginate
from lotsen.privacy.forms import BarrierForm
from lotsen.privacy.models import BarrierReport
from lotsen.privacy.queries.tasks import reported
from lotsen.privacy.service import barriers as service

from .base import bp


@bp.get("/barrierefreiheit")
@public
def accessibility() -> str:
    """The statement on accessibility, from the settings."""
    return render_template("privacy/accessibility.html")


@bp.route("/barrierefreiheit/melden", methods=["GET", "POST"])
@public
def report_barrier() -> Any:
    """Report a barrier, without a log-in; a page of its own, so that the statement needs no cookie."""
    form = BarrierForm()
    if not form.validate_on_submit():
        return render_template("privacy/report_barrier.html", form=form), 400 if form.errors else 200
    if wait := too_many("barrier"):
        form.text.errors = [wait_sentence(wait)]
        return render_template("privacy/report_barrier.html", form=form), 429
    values = {"page": form.page.data or "", "contact": (form.contact.data or "").casefold()}
    with transaction():
        service.report(form.text.data or "", at=now(), **values)
    flash(_("Danke. Ihre Meldung ist angekommen. Wir kümmern uns darum."))
    return redirect(url_for(".accessibility"))


@bp.get("/barrieren")
@requires(Role.COORDINATOR)
def barriers() -> str:
    """What was reported: open ones first."""
    return render_template("privacy/barriers.html", page=paginate(reported()))


@bp.post("/barrieren/<int:barrier_id>/erledigt")
@requires(Role.COORDINATOR)
def barrier_done(barrier_id: int) -> Any:
    """It was seen to."""
    with transaction():
        service.done(get_or_404(BarrierReport, barrier_id), by=current_user, at=now())
    flash(_("Erledigt."))
    return redirect(url_for(".barriers"))
