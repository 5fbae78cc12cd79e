"""What happened to a request, in words."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.accounts import queries as people
from lotsen.audit.models import AuditEvent
from lotsen.audit.queries import events_of, happened
from lotsen.core.errors import Change
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.rules import Kind

ACTIONS = {
    "rests": _l("ruht auf Wunsch der Organisation"),
    "contact_gone": _l("Ansprechperson ausgeschieden"),
    "contact_follows": _l("neue Ansprechperson eingetragen"),
    "brought": _l("von einer Lotsin oder einem Lotsen mitgebracht"),
    "created": _l("Anfrage geschrieben"),
    "submitted": _l("abgesendet"),
    "query": _l("Rückfrage gestellt"),
    "on_hold": _l("ruhen gelassen"),
    "open": _l("geprüft, Suche begonnen"),
    "waiting": _l("vorgemerkt, weil niemand frei ist"),
    "asking": _l("Reihenfolge freigegeben, jemand wird gefragt"),
    "matched": _l("beide Seiten haben Ja gesagt"),
    "running": _l("Begleitung hat begonnen"),
    "completed": _l("abgeschlossen"),
    "answered": _l("beantwortet"),
    "referred": _l("an eine andere Stelle verwiesen"),
    "rejected": _l("nicht angenommen"),
    "merged": _l("mit einer anderen Anfrage zusammengelegt"),
    "split": _l("in mehrere Anfragen aufgeteilt"),
    "took_over": _l("eine zweite Anfrage ist hier aufgegangen"),
    "part": _l("aus einer Anfrage mit mehreren Anliegen entstanden"),
    "withdrawn": _l("zurückgezogen"),
    "put_aside": _l("zur Seite gelegt"),
    "short_text_cleared": _l("Kurztext freigegeben"),
    "edited": _l("geändert: %(fields)s"),
    "kept": _l("soll weiter gesucht werden"),
    "held_again": _l("ruht länger"),
    "reminded": _l("erinnert"),
    "told": _l("über den Stand informiert"),
}
AFTER = {
    ("query", "submitted"): _l("Rückfrage beantwortet"),
    ("asking", "open"): _l("niemand konnte zusagen"),
    ("matched", "open"): _l("Begleitung endete früh"),
    ("running", "open"): _l("Begleitung endete früh"),
    **{("on_hold", to): _l("geht weiter") for to in ("submitted", "open", "waiting", "query")},
    **{
        (closed, "submitted"): _l("wieder geöffnet")
        for closed in ("answered", "referred", "rejected", "merged", "withdrawn", "put_aside")
    },
}
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


def advice_to_check(request: HelpRequest) -> bool:
    """Whether a business asks and nobody has looked yet whether it wants advice: the programme does no paid work."""
    return request.org_kind == Kind.BUSINESS and not advice_checked(request)


def advice_checked(request: HelpRequest) -> bool:
    """Whether a coordinator has ticked that advice is wanted, not somebody who does the work."""
    return happened(request.entity, request.id, "help_request.is_advice")


def history(request: HelpRequest, *, limit: int = 50) -> list[Change]:
    """Everything that happened, newest first: when, who, what."""
    return people.told(events_of("help_request", request.id, limit=limit), _what)


def changes_of(request: HelpRequest) -> str:
    """The names of the fields that were changed last, as one phrase; empty when nothing was changed."""
    for event in events_of("help_request", request.id, limit=20):
        if event.action == "help_request.edited":
            return field_names(event.details.get("fields", []))
    return ""


def field_names(fields: Sequence[str]) -> str:
    """Names of fields as people say them."""
    return ", ".join(str(FIELDS.get(field, _("Angaben"))) for field in fields)


def _what(event: AuditEvent) -> str:
    known = AFTER.get((event.before, event.after)) or ACTIONS.get(event.action.rpartition(".")[2])
    words = str(known or _("bearbeitet"))
    return words % {"fields": field_names(event.details.get("fields", []))} if "%(fields)s" in words else words
