"""Letting go of what has served its time, class by class, in batches."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, func, select, update

from lotsen.accounts.models import Consent, User
from lotsen.accounts.rules import ERASED_NAME
from lotsen.audit import service as audit
from lotsen.audit.models import FileReading
from lotsen.core.access import SYSTEM
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Token
from lotsen.engagements.models import Appointment, Concern, Engagement, Feedback, HoursEntry, Message
from lotsen.followups.models import FollowUp
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.notes.models import Note
from lotsen.outbox.models import OutboxMessage
from lotsen.privacy import rules
from lotsen.privacy.models import BarrierReport, RetentionRun
from lotsen.privacy.queries import served
from lotsen.privacy.register import Subject
from lotsen.proposals.models import Proposal

from .erasure import empty, erase

BATCH = 200
NIGHT = "night"  # the row that says that the job ran at all
REST = "erased_rest"
AGAIN = "erased_again"  # people whom a restored backup had brought back
GONE_AT_ONCE = ("goodbyes", REST, "runs")


def due(name: str, at: datetime) -> Any:
    """The rows of a class that go at this instant."""
    if name == REST:
        return served.erased_rest()
    if name == "goodbyes":
        return served.goodbyes()
    if name == "runs":
        return served.runs(rules.cutoff(at, rules.RUNS_KEPT_MONTHS))
    kind = rules.BY_NAME[name]
    if kind.by_lifecycle:
        return served.DUE[name](at)
    return served.DUE[name](rules.cutoff(at, rules.months(name, town().retention)))


def names() -> list[str]:
    """What the job works through: every class that no lifecycle takes care of. The demo town keeps its texts."""
    own = [kind.name for kind in rules.RETENTION if not kind.by_lifecycle]
    if current_app.config["LOTSEN"].mode == "demo":
        own.remove("mail_texts")
    return [*own, *GONE_AT_ONCE]


def batch(name: str, at: datetime) -> int:
    """Let one batch of a class go, and write how many rows it had. Returns them; 0 when nothing is left."""
    ids = db.session.scalars(due(name, at).limit(BATCH)).all()
    if ids:
        PURGES[name](ids, at)
        keep_run(name, len(ids), at=at)
    return len(ids)


def keep_run(name: str, rows: int, *, at: datetime) -> None:
    """Write what went, as a number."""
    db.session.add(RetentionRun(at=at, kind=name, rows=rows))


def keep_night(*, at: datetime) -> None:
    """Write that the night is over, with all that went since the last one, also what a run that broke off did."""
    last = select(func.max(RetentionRun.id)).where(RetentionRun.kind == NIGHT).scalar_subquery()
    went = select(func.coalesce(func.sum(RetentionRun.rows), 0)).where(RetentionRun.id > func.coalesce(last, 0))
    keep_run(NIGHT, db.session.scalars(went).one(), at=at)


def _delete(model: Any) -> Callable[[Sequence[int], datetime], None]:
    def purge(ids: Sequence[int], at: datetime) -> None:
        _run(delete(model).where(model.id.in_(ids)))

    return purge


def _update(model: Any, **values: Any) -> Callable[[Sequence[int], datetime], None]:
    def purge(ids: Sequence[int], at: datetime) -> None:
        _run(update(model).where(model.id.in_(ids)).values(values))

    return purge


def _case_texts(ids: Sequence[int], at: datetime) -> None:
    of = {"goal": "", "meeting_place": "", "break_off_text": "", "handing_over_text": ""}
    _run(update(Engagement).where(Engagement.id.in_(ids)).values(of))
    parts: tuple[tuple[Any, dict[str, str]], ...] = (
        (Feedback, {"praise": "", "criticism": ""}),
        (FollowUp, {"text": ""}),
        (Concern, {"text": "", "phone": "", "settled_text": ""}),
        (Appointment, {"place": ""}),
        (HoursEntry, {"note": ""}),
        (Message, {"text": ""}),
    )
    for model, values in parts:
        _run(update(model).where(model.engagement_id.in_(ids)).values(values))
    of_these = select(Engagement.proposal_id).where(Engagement.id.in_(ids))
    _run(update(Proposal).where(Proposal.id.in_(of_these)).values(answer_text="", reasons={}, shares=[]))


def _erase(ids: Sequence[int], at: datetime) -> None:
    for user in db.session.scalars(select(User).where(User.id.in_(ids))).all():
        erase(user, channel="retention", by=SYSTEM, at=at)


def _rest(ids: Sequence[int], at: datetime) -> None:
    for user_id in ids:
        empty(Subject(user_id))


def _events(ids: Collection[int], at: datetime) -> None:
    audit.purge(ids)


def _errors(ids: Sequence[str], at: datetime) -> None:
    _run(update(JobRun).where(JobRun.name.in_(ids)).values(error=""))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


PURGES: dict[str, Callable[[Any, datetime], None]] = {
    "requests_closed": _update(
        HelpRequest,
        contact_id=None,
        contact_name=ERASED_NAME,
        contact_email="",
        contact_phone="",
        contact_hint="",
        wished_pilot="",
        description="",
        query_text="",
        query_answer="",
        answer_text="",
        search_text="",
    ),
    "case_texts": _case_texts,
    "proposal_texts": _update(Proposal, answer_text="", reasons={}, shares=[]),
    "accounts_idle": _erase,
    "notes": _delete(Note),
    "mail_texts": _update(OutboxMessage, text="", html="", attachment=""),
    "mails": _delete(OutboxMessage),
    "links": _delete(Token),
    "consents": _delete(Consent),
    "audit": _events,
    "readings": _delete(FileReading),
    "barriers": _delete(BarrierReport),
    "job_errors": _errors,
    "goodbyes": _update(OutboxMessage, recipient_name=ERASED_NAME, address="", key=OutboxMessage.message_id),
    REST: _rest,
    "runs": _delete(RetentionRun),
}
