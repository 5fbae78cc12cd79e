"""The coordinator's list and the page of one pilot."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.audit.queries import last_reason
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404, paginate
from lotsen.pilots import queries, service
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.pilots.rules import State
from lotsen.skills.models import Topic

from .blueprint import bp

MAX_SEARCH = 120
AT_ONCE = (  # short lists; the sub-areas come by themselves, joined they would multiply the rows
    joinedload(Pilot.user).joinedload(User.role_rows),
    joinedload(Pilot.topics).joinedload(PilotTopic.topic).lazyload(Topic.areas),
    joinedload(Pilot.exclusions),
)


@bp.get("/lotsen")
@requires(Role.COORDINATOR)
def overview() -> Any:
    """Who is with us: by state, free places, not asked for long, ceremony ahead; search by name or telephone."""
    chosen = request.args.get("stand", "")
    filters = queries.Filters(
        state=State(chosen) if chosen in list(State) else None,
        search=request.args.get("suche", "").strip()[:MAX_SEARCH],
        free=bool(request.args.get("frei")),
        not_asked=bool(request.args.get("vergessen")),
        ceremony=bool(request.args.get("feier")),
    )
    page = paginate(queries.overview(filters, now()))
    asked = queries.asks_this_month(page.items, now())
    return render_template("pilots/overview.html", page=page, filters=filters, states=list(State), asked=asked)


@bp.get("/lotsen/<int:pilot_id>")
@requires(Role.COORDINATOR)
def detail(pilot_id: int) -> Any:
    """One pilot: profile, standing, load, what happened, what can be done now."""
    from .standing import actions_for

    pilot = get_or_404(Pilot, pilot_id, load=AT_ONCE)
    return render_template(
        "pilots/detail.html",
        pilot=pilot,
        asked=queries.asks_this_month([pilot], now()).get(pilot.id, 0),
        history=queries.history(pilot),
        missing=[queries.missing_label(code) for code in pilot.award_conditions.missing()],
        actions=sorted(actions_for(pilot, staff=True), key=lambda act: act.slug != "titel"),  # the aim comes first
        question=queries.question(pilot, now()),
        clearance_seen_by=queries.seen_by(pilot),
        block_words=queries.block_label,
        why_suspended=last_reason(pilot.entity, pilot.id, pilot.state) if pilot.state is State.SUSPENDED else "",
    )


@bp.post("/lotsen/<int:pilot_id>/gesprochen")
@requires(Role.COORDINATOR)
def spoken(pilot_id: int) -> Any:
    """Somebody has called or looked: the question comes again after its time."""
    with transaction():
        pilot = get_or_404(Pilot, pilot_id)
        service.spoken(pilot, by=current_user, at=now())  # pressed twice: nothing more happens
    flash(_("Festgehalten. Wir erinnern Sie später noch einmal."))
    return redirect(url_for(".detail", pilot_id=pilot_id))
