"""What happened to a request, in words."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.accounts import queries as people
from lotsen.audit.models import AuditEvent
from lotsen.audit.queries import events_of, happened
from lotsen.core.clock import local_date
from lotsen.core.errors import Change
from lotsen.core.i18n import plain_date
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.rules import Kind

FIELDS = {
    "title": _l("Überschrift"),
    "description": _l("Beschreibung"),
    "mode": _l("vor Ort oder online"),
    "slots": _l("Zeiten"),
    "languages": _l("Sprachen"),
    "topics": _l("Themen"),
    "areas": _l("Teilgebiete"),
    "postcode": _l("Postleitzahl"),
    "org_kind": _l("Art der Organisation"),
    "organisation_name": _l("Name der Organisation"),
    "wished_pilot": _l("Wunschperson"),
    "takes_whoever": _l("Zustimmung im Voraus"),
    "with_children": _l("Kinder oder Jugendliche dabei"),
    "carrier": _l("Zustimmung des Trägers"),
    "contact_name": _l("Ansprechperson"),
    "contact_phone": _l("Telefon"),
    "contact_hint": _l("Erreichbarkeit"),
    "release_phone": _l("Weitergabe der Telefonnummer"),
    "release_email": _l("Weitergabe der E-Mail-Adresse"),
    "name_may_be_shown": _l("Name der Organisation zeigen"),
    "urgency": _l("Dringlichkeit"),
    "it_department_asked": _l("IT gefragt"),
}

OF_WORDS = ("title", "description", "topics", "areas")


def edited_since_cleared(request: HelpRequest) -> bool:
    """Whether what it is about was changed after somebody cleared its short text."""
    if request.short_text_cleared_at is None:
        return False
    later = events_of(request.entity, request.id, since=request.short_text_cleared_at)
    fields = {name for event in later if event.action == "help_request.edited" for name in event.details["fields"]}
    return not fields.isdisjoint(OF_WORDS)


def advice_to_check(request: HelpRequest) -> bool:
    """Whether a business asks and nobody has looked yet whether it wants advice: the programme does no paid work."""
    return request.org_kind == Kind.BUSINESS and not advice_checked(request)


def advice_checked(request: HelpRequest) -> bool:
    """Whether a coordinator has ticked that advice is wanted, not somebody who does the work."""
    return happened(request.entity, request.id, "help_request.is_advice")


def history(request: HelpRequest, *, limit: int = 50) -> list[Change]:
    """Everything that happened, newest first: when, who, what."""
    return people.history(request.entity, request.id, limit=limit, detail=_changed)


def made_urgent(request: HelpRequest) -> str:
    """Who of the office entered that it is urgent, and when; empty where the log does not say so any more."""
    for event in events_of(request.entity, request.id):
        if "urgency" in event.details.get("fields", []) or event.action == "help_request.created":
            who = people.names([event.actor_id]).get(event.actor_id or 0)
            day = plain_date(local_date(event.at))
            return _("Dringend, eingetragen von %(who)s am %(day)s.", who=who, day=day) if who else ""
    return ""


def changes_of(request: HelpRequest) -> str:
    """The names of the fields that were changed last, as one phrase; empty when nothing was changed."""
    for event in events_of("help_request", request.id, limit=20):
        if event.action == "help_request.edited":
            return field_names(event.details.get("fields", []))
    return ""


def field_names(fields: Sequence[str]) -> str:
    """Names of fields as people say them."""
    return ", ".join(str(FIELDS.get(field, _("Angaben"))) for field in fields)


def _changed(event: AuditEvent) -> str:
    return field_names(event.details.get("fields", [])) if event.action == "help_request.edited" else ""
