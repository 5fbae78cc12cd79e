"""Blocks between pilots and a request: shown where the coordinator decides, lifted with one button."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Exclusion
from lotsen.pilots.queries import block_label
from lotsen.proposals import queries, service
from lotsen.proposals.forms import DECLINED
from lotsen.proposals.models import RequestBlock

from .blueprint import bp

bp.add_app_template_global(queries.blocks_of_pilot, "request_blocks")
bp.add_app_template_global(lambda row: queries.blocks_of_request(row, at=now()), "blocks_here")
bp.add_app_template_global(block_label, "block_label")
bp.add_app_template_global(lambda reason: DECLINED.get(reason, _("anderer Grund")), "request_block_words")


@bp.post("/vorschlaege/<int:request_id>/sperre/<int:block_id>/aufheben")
@requires(Role.COORDINATOR)
def lift_block(request_id: int, block_id: int) -> Any:
    """A pilot may be proposed for this request again."""
    with transaction():
        block = get_or_404(RequestBlock, block_id)
        if block.help_request_id != request_id:
            abort(404)
        service.lift_block(block, by=current_user, at=now())
        pilot_id = block.pilot_id
    flash(_("Aufgehoben. Beim nächsten Abgleich ist die Person wieder dabei."))
    if request.form.get("zurueck") == "lotse":
        return redirect(url_for("pilots.detail", pilot_id=pilot_id))
    return _back(request_id)


@bp.post("/vorschlaege/<int:request_id>/ausnahme/<int:exclusion_id>/aufheben")
@requires(Role.COORDINATOR)
def lift_exclusion(request_id: int, exclusion_id: int) -> Any:
    """A pilot may be proposed to this request's organisation again."""
    with transaction():
        exclusion = get_or_404(Exclusion, exclusion_id)
        if exclusion.organisation_id != get_or_404(HelpRequest, request_id).organisation_id:
            abort(404)
        pilots.lift_exclusion(exclusion.pilot, exclusion, by=current_user, at=now())
    flash(_("Aufgehoben. Beim nächsten Abgleich ist die Person wieder dabei."))
    return _back(request_id)


def _back(request_id: int) -> Any:
    """To the page where the button stood."""
    page = "help_requests.detail" if request.form.get("zurueck") == "anfrage" else ".candidates"
    return redirect(url_for(page, request_id=request_id))
