"""Barriers that visitors report."""

from datetime import datetime
from typing import Any

from lotsen.audit import service as audit
from lotsen.core.access import SYSTEM, Actor
from lotsen.core.clock import PRESSED_TWICE
from lotsen.core.extensions import db
from lotsen.municipality.queries import town
from lotsen.outbox import service as outbox
from lotsen.privacy import mails
from lotsen.privacy.models import BarrierReport
from lotsen.privacy.queries.tasks import same_barrier


def report(text: str, *, page: str, contact: str, at: datetime) -> BarrierReport:
    """Keep a report; it is a task, and goes to the programme's mailbox."""
    twin = same_barrier(text, page, contact, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    row = BarrierReport(text=text, page=page, contact=contact, created_at=at)
    db.session.add(row)
    audit.record("barrier_report.reported", row, by=SYSTEM, at=at)
    settings = town()
    mailbox: Any = outbox.Address(name=settings.programme, email=settings.email)
    outbox.enqueue(mails.barrier, text, page, contact, to=mailbox, about=row, step="reported", at=at, at_once=True)
    return row


def done(row: BarrierReport, *, by: Actor, at: datetime) -> None:
    """The office has seen to it. Twice: nothing more happens."""
    if row.done_at is None:
        row.done_at, row.done_by = at, by.actor_id
        audit.record("barrier_report.done", row, by=by, at=at)
