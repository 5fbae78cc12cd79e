"""What the privacy desk wants of the coordinators."""

from datetime import datetime
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.privacy.models import BarrierReport


def same_barrier(text: str, page: str, contact: str, *, since: datetime) -> BarrierReport | None:
    """A report in the same words since an instant: the button was pressed twice."""
    same = (BarrierReport.text == text, BarrierReport.page == page, BarrierReport.contact == contact)
    return db.session.scalar(select(BarrierReport).where(*same, BarrierReport.created_at >= since).limit(1))


def reported() -> Select[BarrierReport]:
    """Every reported barrier: the open ones first, then the newest."""
    return select(BarrierReport).order_by(BarrierReport.done_at.is_not(None), BarrierReport.id.desc())


def tasks(at: datetime) -> list[Task]:
    """Barriers that nobody has seen to yet."""
    rows = db.session.scalars(_unseen())
    return [
        Task(
            kind="barrier_report.reported",
            title=_("Gemeldete Barriere"),
            url=url_for("privacy.barriers"),
            action=_("Ansehen und erledigen"),
            waiting_since=row.created_at,
            detail=row.text[:80],
        )
        for row in rows
    ]


@cache
def _unseen() -> Select[BarrierReport]:
    """Built once, for the start page."""
    return select(BarrierReport).where(BarrierReport.done_at.is_(None)).order_by(BarrierReport.id).limit(20)
