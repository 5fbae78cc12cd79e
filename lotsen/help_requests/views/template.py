"""A closed request as the template of a new one: the form of the wizard, filled."""

import secrets
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import STEPS
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CLOSED, State, ticks_of_slots

from .blueprint import bp
from .wizard import browser

MAY_BE_USED = CLOSED | {State.COMPLETED}


@bp.post("/anfragen/<int:request_id>/als-vorlage")
@requires(Role.MEMBER)
def own_use_again(request_id: int) -> Any:
    """A new request with the words of an old one, for the logged-in contact person."""
    row = get_or_404(HelpRequest, request_id)
    if not queries.may_see(row, current_user.id):
        abort(404)
    return use_again(row, row.organisation_id, url_for(".own_detail", request_id=request_id))


def use_again(row: HelpRequest, organisation_id: int | None, home: str) -> Any:
    """Fill the wizard with what an ended request said and show its last page; anything may still be changed there."""
    if row.is_emptied:
        flash(_("Von dieser Anfrage ist nichts mehr da, was sich übernehmen lässt."), "info")
        return redirect(home)
    if row.state not in MAY_BE_USED:
        flash(_("Diese Anfrage läuft noch. Ändern Sie sie einfach."), "info")
        return redirect(home)
    key = secrets.token_hex(16)
    with transaction():
        for step in STEPS[:-1]:
            service.keep_intake(key, browser(), step.slug, {}, at=now())
        service.keep_intake(key, browser(), STEPS[0].slug, answers_from(row, organisation_id), at=now())
    return redirect(url_for("help_requests.review", key=key))


def answers_from(row: HelpRequest, organisation_id: int | None = None) -> dict[str, Any]:
    """What the pages of the wizard would hold for this request."""
    return {
        "description": row.description,
        "title": row.title,
        "topics": [topic.topic.slug for topic in row.topics],
        "more": [],
        "organisation_id": str(organisation_id or ""),
        "organisation_name": row.organisation_name,
        "org_kind": row.org_kind.value,
        "postcode": row.postcode,
        "mode": row.mode.value,
        "ticks": ticks_of_slots(row.slots),
        "languages": list(row.languages),
        "with_children": "ja" if row.with_children else "nein",
        "carrier": row.carrier if row.with_children else "",
        "wished_pilot": row.wished_pilot,
        "takes_whoever": row.takes_whoever,
        "contact_name": row.contact_name,
        "contact_email": row.contact_email,
        "contact_phone": row.contact_phone,
        "contact_hint": row.contact_hint,
        "hide_name": not row.name_may_be_shown,
    }
