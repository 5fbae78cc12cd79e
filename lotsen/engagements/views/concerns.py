"""Problems: each side reports one without a log-in, only the coordinators read them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.core.web import get_or_404

from .. import queries, service
from ..forms import ProblemForm, SettleForm
from ..models import Concern, Engagement
from ..rules import ConcernKind, Side
from .base import bp, find_token, is_live
from .case import Case, logged_in
from .pages import behind, visible


@bp.route("/begleitung/<token>/problem", methods=["GET", "POST"])
@public
def report_by_link(token: str) -> Any:
    """One side reports a problem without a log-in."""
    row = find_token(token, Purpose.ENGAGEMENT)
    engagement, case = behind(row, token)
    if not is_live(row):
        return render_template("engagements/late_link.html")
    return _report(engagement, case)


@bp.route("/begleitungen/<int:engagement_id>/problem", methods=["GET", "POST"])
@requires(Role.PILOT, Role.MEMBER, Role.COORDINATOR)
def report(engagement_id: int) -> Any:
    """The same page, logged in; a coordinator writes down what was said on the telephone."""
    engagement = visible(engagement_id)
    return _report(engagement, logged_in(engagement, current_user))


def _report(engagement: Engagement, case: Case) -> Any:
    person = queries.person(engagement, case.side) if case.side is not None else None
    form = ProblemForm(staff=case.staff, phone=person.phone if person is not None else "")
    if request.method == "POST" and form.validate():
        with transaction():
            row = db.session.get_one(Engagement, case.engagement_id)
            side = form.said_by(case.side)
            teller = queries.person(row, side)
            behalf = teller.id if case.staff and teller is not None else None
            text, phone = form.text.data, form.phone.data or ""
            service.report_problem(row, side, text, phone, by=case.by, at=now(), on_behalf_of=behalf)
        flash(_("Danke, dass Sie uns das sagen. Die Koordination ruft Sie bald an."))
        return redirect(case.home)
    page = render_template(
        "engagements/problem.html", form=form, case=case, people={of: queries.name_of(engagement, of) for of in Side}
    )
    return page, 400 if form.errors else 200


@bp.get("/begleitungen/meldungen/<int:concern_id>")
@requires(Role.COORDINATOR)
def concern(concern_id: int) -> Any:
    """What was reported in confidence, and what can be done at once."""
    return _page(_readable(concern_id), SettleForm())


@bp.post("/begleitungen/meldungen/<int:concern_id>/erledigt")
@requires(Role.COORDINATOR)
def settle_concern(concern_id: int) -> Any:
    """A coordinator has looked and decided."""
    form = SettleForm()
    row = _readable(concern_id)
    if not form.validate():
        return _page(row, form), 400
    with transaction():
        service.settle_concern(_readable(concern_id), form.text.data or "", by=current_user, at=now())
    flash(_("Die Meldung ist erledigt."))
    return redirect(url_for(".concern", concern_id=concern_id))


def _readable(concern_id: int) -> Concern:
    """The concern; for somebody whom it is about it is not there."""
    row = get_or_404(Concern, concern_id)
    if queries.is_party(row.engagement, current_user.id):
        abort(404)
    return row


def _page(row: Concern, form: SettleForm) -> str:
    engagement = row.engagement
    minutes = queries.business_minutes(engagement, row.created_at.year)
    return render_template(
        "engagements/concern.html",
        row=row,
        form=form,
        engagement=engagement,
        request_row=engagement.help_request,
        who=queries.name_of(engagement, row.side) if row.side is not None else "",
        side=queries.SIDES[row.side] if row.side is not None else "",
        problem=row.kind is ConcernKind.PROBLEM,
        hours=queries.in_hours(minutes) if minutes is not None else "",
        limit=queries.hours_of_business_a_year(),
    )
