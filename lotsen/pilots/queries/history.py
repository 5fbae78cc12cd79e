"""What happened to a pilot, in words, from the audit log."""

from flask_babel import gettext as _

from lotsen.accounts import queries as people
from lotsen.audit.models import AuditEvent
from lotsen.audit.queries import events_of
from lotsen.core.errors import Change
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, RejectReason, State

from .words import block_label, end_reason_label, reject_reason_label


def history(pilot: Pilot, *, limit: int = 50) -> list[Change]:
    """The newest events first: when, who, what."""
    return people.told(events_of(pilot.entity, pilot.id, limit=limit), _what)


def _what(event: AuditEvent) -> str:
    words = {
        "pilot.applied": _("hat sich beworben"),
        "pilot.draft": _("hat sich noch einmal beworben"),
        "pilot.submitted": _("Bewerbung abgesendet"),
        "pilot.interview": _("Gespräch verabredet"),
        "pilot.awarded": _("Titel verliehen") if event.before == State.INTERVIEW.value else _("wieder dabei"),
        "pilot.paused": _("Pause begonnen"),
        "pilot.pause_planned": _("Pause angekündigt"),
        "pilot.pause_called_off": _("Pause abgesagt"),
        "pilot.suspended": _("gesperrt"),
        "pilot.ended": _("beendet"),
        "pilot.rejected": _("nicht aufgenommen"),
        "pilot.withdrawn": _("Bewerbung zurückgezogen"),
        "pilot.conditions": _("Voraussetzungen für den Titel eingetragen"),
        "pilot.profile_changed": _("Profil geändert"),
        "pilot.not_before": _("möchte erst später wieder gefragt werden"),
        "pilot.organisation_excluded": _("Organisation ausgenommen"),
        "pilot.name_excluded": _("möchte mit einer Organisation nicht arbeiten"),
        "pilot.name_allowed": _("arbeitet wieder mit einer Organisation"),
        "pilot.exclusion_lifted": _("Organisation wieder möglich"),
        "pilot.spoken": _("angerufen oder angesehen"),
        "pilot.wishes_to_end": _("möchte aufhören"),
        "pilot.not_before_changed": _("geändert, ab wann wieder gefragt wird"),
        "pilot.silent": _("zweimal nicht geantwortet"),
        "pilot.still_right": _("alles stimmt noch"),
        "pilot.thanked": _("gedankt"),
        "pilot.clearance_seen": _("Führungszeugnis gesehen"),
        "pilot.clearance_revoked": _("Führungszeugnis gestrichen"),
        "pilot.anonymised": _("persönliche Angaben gelöscht"),
        "outbox.recalled": _("Nachrichten zurückgeholt"),
    }
    what = words.get(event.action, _("Angaben geändert"))
    return f"{what}: {_reason(event)}" if event.reason else what


def _reason(event: AuditEvent) -> str:
    if event.reason in list(RejectReason) and event.after == State.REJECTED.value:
        return reject_reason_label(event.reason)
    if event.reason in list(EndReason) and event.after == State.ENDED.value:
        return end_reason_label(event.reason)
    return block_label(event.reason) if event.action == "pilot.organisation_excluded" else event.reason
