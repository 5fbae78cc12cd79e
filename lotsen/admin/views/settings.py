"""Settings of the town, deadlines, quiet periods."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.admin.forms import GROUP_TITLES, GROUPS, QuietPeriodForm
from lotsen.admin.queries.deadlines import all_deadlines
from lotsen.core.access import Role, requires
from lotsen.core.clock import now, today
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.municipality import service
from lotsen.municipality.models import QuietPeriod
from lotsen.municipality.queries import quiet_periods, town, version_of, years_without_quiet_period

from .base import bp

MOST_DAYS = 730


@bp.route("/verwaltung/<any(kommune, ablauf, zahlen, texte):group>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def settings(group: str) -> Any:
    """One group of settings."""
    kind = GROUPS[group]
    form = kind(obj=town(), version=version_of(kind.names()))
    if form.validate_on_submit():
        actor = current_user._get_current_object()
        with transaction():
            service.change_group(form.values(), version=form.version.data or 0, by=actor, at=now())
        flash(_("Gespeichert."))
        return redirect(url_for(".settings", group=group))
    return render_template("admin/settings.html", form=form, title=GROUP_TITLES[group][0])


@bp.route("/verwaltung/fristen", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def deadlines() -> Any:
    """Every number of days, in one table."""
    rows, typed = all_deadlines(), dict(request.form)
    errors = {row.key: _number_problem(typed[row.key]) for row in rows if row.key in typed}
    errors = {key: problem for key, problem in errors.items() if problem}
    if request.method == "POST" and not errors:
        numbers = {row.key: int(typed.get(row.key, row.value)) for row in rows}
        own = {row.key: numbers[row.key] for row in rows if numbers[row.key] != row.default}
        version = request.form.get("version", -1, type=int)
        actor = current_user._get_current_object()
        with transaction():
            service.change_group({"deadlines": own}, version=version, by=actor, at=now())
        flash(_("Gespeichert. Die neuen Fristen gelten für alles, was ab jetzt beginnt."))
        return redirect(url_for(".deadlines"))
    page = {"rows": rows, "typed": typed, "problems": errors, "version": version_of(["deadlines"])}
    return render_template("admin/deadlines.html", **page), 400 if errors else 200


@bp.route("/verwaltung/ruhezeiten", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def quiet() -> Any:
    """Quiet periods, and a new one."""
    form = QuietPeriodForm()
    if form.validate_on_submit():
        name, first, last = form.name.data or "", cast(date, form.first_day.data), cast(date, form.last_day.data)
        there = next((row for row in quiet_periods() if row.first_day == first), None)
        if there is not None and (there.name, there.last_day) != (name, last):
            form.first_day.errors = [_("An diesem Tag beginnt schon eine Ruhezeit. Entfernen Sie sie zuerst.")]
        else:
            actor = current_user._get_current_object()
            with transaction():
                if there is None:  # else the same, pressed twice
                    service.add_quiet_period(name, first, last, by=actor, at=now())
            flash(_("Die Ruhezeit ist eingetragen."))
            return redirect(url_for(".quiet"))
    rows, missing = quiet_periods(), years_without_quiet_period(now())
    return render_template("admin/quiet.html", form=form, rows=rows, missing=missing)


@bp.post("/verwaltung/ruhezeiten/vorgabe")
@requires(Role.ADMINISTRATOR)
def quiet_defaults() -> Any:
    """Enter the usual quiet periods of this year and the next."""
    actor, land = current_user._get_current_object(), town().land
    with transaction():
        service.ensure_quiet_periods(land, range(today().year, today().year + 2), by=actor, at=now())
    flash(_("Die üblichen Ruhezeiten sind eingetragen."))
    return redirect(url_for(".quiet"))


@bp.post("/verwaltung/ruhezeiten/<int:period_id>/entfernen")
@requires(Role.ADMINISTRATOR)
def remove_quiet(period_id: int) -> Any:
    """Take one out; pressed twice it says the same."""
    actor = current_user._get_current_object()
    with transaction():
        row = db.session.get(QuietPeriod, period_id)
        if row is not None:
            service.remove_quiet_period(row, by=actor, at=now())
    flash(_("Die Ruhezeit ist entfernt."))
    return redirect(url_for(".quiet"))


def _number_problem(text: str) -> str:
    try:
        fine = text.isascii() and 1 <= int(text) <= MOST_DAYS
    except ValueError:
        fine = False
    return "" if fine else _("Geben Sie eine Zahl von 1 bis %(most)d ein.", most=MOST_DAYS)
