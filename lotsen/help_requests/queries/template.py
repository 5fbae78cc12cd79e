"""An ended request as the template of a new one."""

from typing import Any

from flask_babel import lazy_gettext as _l

from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import IS_A_TEMPLATE, ticks_of_slots

NO_TEMPLATE: dict[str, Any] = {  # why a request is none, by the code of the service
    "emptied": _l("Von dieser Anfrage ist nichts mehr da, was sich übernehmen lässt."),
    "not_over": _l("Diese Anfrage läuft noch. Ändern Sie sie einfach."),
}


def is_template(row: HelpRequest) -> bool:
    """Whether a new request may begin with the words of this one: it is over, and its words are still there."""
    return row.state in IS_A_TEMPLATE and not row.is_emptied


def answers_from(row: HelpRequest, organisation_id: int | None = None) -> dict[str, Any]:
    """What the forms of a new request would hold; whether children are there and consent is asked for anew."""
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
        "wished_pilot": row.wished_pilot,
        "takes_whoever": row.takes_whoever,
        "contact_name": row.contact_name,
        "contact_email": row.contact_email,
        "contact_phone": row.contact_phone,
        "contact_hint": row.contact_hint,
        "hide_name": not row.name_may_be_shown,
    }
