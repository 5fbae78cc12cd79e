"""What happened to a pilot, in words, from the audit log."""

from lotsen.accounts import queries as people
from lotsen.audit.models import AuditEvent
from lotsen.core.errors import Change
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, RejectReason, State

from .words import block_label, end_reason_label, reject_reason_label


def history(pilot: Pilot, *, limit: int = 50) -> list[Change]:
    """The newest events first: when, who, what."""
    return people.history(pilot.entity, pilot.id, limit=limit, detail=_reason)


def _reason(event: AuditEvent) -> str:
    if event.reason in list(RejectReason) and event.after == State.REJECTED.value:
        return reject_reason_label(event.reason)
    if event.reason in list(EndReason) and event.after == State.ENDED.value:
        return end_reason_label(event.reason)
    if event.reason and event.action == "pilot.organisation_excluded":
        return block_label(event.reason)
    return event.reason
