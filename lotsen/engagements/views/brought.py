"""The coordinator's one tap for what a pilot brought along."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import CapacityExhausted, InvalidInput
from lotsen.core.web import get_or_404
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import GOING_ON

from .. import service
from .base import bp


@bp.post("/begleitungen/mitgebracht/<int:request_id>")
@requires(Role.COORDINATOR)
def approve_brought(request_id: int) -> Any:
    """Approve: it starts as agreed, both get the contact data."""
    back = redirect(url_for("help_requests.detail", request_id=request_id))
    try:
        with transaction():
            row = get_or_404(HelpRequest, request_id)
            if row.brought_by_id and row.state in GOING_ON:  # pressed twice
                return back
            engagement_id = service.approve_brought(
                row, by=current_user, at=now(), own_case_reason=request.form.get("own_case_reason", "")[:200]
            ).id
    except (InvalidInput, CapacityExhausted) as error:
        flash(error.message or _problem(error.code), "error")
        return back
    flash(_("Freigegeben. Beide bekommen jetzt die Kontaktdaten."))
    return redirect(url_for(".detail", engagement_id=engagement_id))


def _problem(code: str) -> str:
    return {
        "clearance": _("Es sind Kinder dabei. Sehen Sie zuerst das Führungszeugnis ein."),
        "own_organisation": _("Wer für die Organisation spricht, hilft ihr nicht selbst. Suchen Sie jemand anderen."),
        "account_off": _("Das Konto der Person ist abgeschaltet. Die Verwaltung kann es wieder einschalten."),
        "not_available": _("Die Person macht gerade Pause. Rufen Sie sie bitte an."),
    }.get(code, _("Die Person hat gerade genug zu tun. Rufen Sie sie bitte an."))
