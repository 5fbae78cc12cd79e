"""„Das könnte ich“: what a pilot may raise a hand for, by short text only."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, Forbidden
from lotsen.core.i18n import mode_in_words, slots_in_words
from lotsen.core.web import get_or_404, paginate
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import place
from lotsen.organisations.queries import kind_label
from lotsen.pilots import queries as pilots
from lotsen.proposals import queries, service

from .blueprint import bp


@bp.get("/das-koennte-ich")
@requires(Role.PILOT)
def open_requests() -> Any:
    """Open and waiting requests, the cleared short text and nothing that says who asks."""
    pilot = pilots.of_user_or_404(current_user.id)
    page = paginate(queries.open_for(pilot, at=now()), size=10)
    return render_template(
        "proposals/open_requests.html",
        page=page,
        raised=queries.hands_of(pilot.id, [row.id for row in page.items]),
        kind_label=kind_label,
        place=place,
        mode_in_words=mode_in_words,
        slots_in_words=slots_in_words,
    )


@bp.post("/das-koennte-ich/<int:request_id>")
@requires(Role.PILOT)
def raise_hand(request_id: int) -> Any:
    """I could do this."""
    try:
        with transaction():
            pilot = pilots.of_user_or_404(current_user.id)
            row = get_or_404(HelpRequest, request_id)
            member = request.form.get("mitglied") == "1"
            service.raise_hand(row, pilot, plain_member=member, by=current_user, at=now())
    except (Conflict, Forbidden):
        flash(_("Hier können Sie sich gerade nicht melden. Vielleicht ist schon jemand gefragt."), "info")
        return redirect(url_for(".open_requests"))
    flash(_("Danke! Die Koordination sieht das und meldet sich, wenn Sie gebraucht werden."))
    return redirect(url_for(".open_requests"))


@bp.post("/das-koennte-ich/<int:request_id>/doch-nicht")
@requires(Role.PILOT)
def lower_hand(request_id: int) -> Any:
    """I could not after all."""
    with transaction():
        pilot = pilots.of_user_or_404(current_user.id)
        service.lower_hand(get_or_404(HelpRequest, request_id), pilot, by=current_user, at=now())
    flash(_("Alles klar, wir haben es gestrichen."))
    return redirect(url_for(".open_requests"))
