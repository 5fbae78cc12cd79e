"""The half-filled form on the server: kept step by step, for one browser, until it becomes a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from lotsen.core.errors import NotFound
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.queries import find_intake_by_key


def keep_intake(key: str, browser: str, step: str, answers: Mapping[str, Any], *, at: datetime) -> Intake:
    """Take over the answers of one step.

    Raises
    ------
    NotFound
        The form belongs to another browser.
    """
    intake = find_intake_by_key(key)
    if intake is None:
        intake = Intake(key=key, browser=browser, answers={}, changed_at=at)
        db.session.add(intake)
    if intake.browser != browser:
        raise NotFound(code="intake")
    done = sorted({*intake.answers.get("done", []), step})
    intake.answers = {**intake.answers, **answers, "done": done}
    intake.changed_at = at
    return intake


def finish_intake(intake: Intake, request: HelpRequest, *, at: datetime) -> None:
    """The form became a request: what was typed is kept there only."""
    db.session.flush()
    intake.help_request_id, intake.answers, intake.changed_at = request.id, {}, at


def purge_intakes(*, before: datetime) -> int:
    """Drop forms that nobody touched since ``before``. Returns how many."""
    result: Any = db.session.execute(delete(Intake).where(Intake.changed_at < before))
    return int(result.rowcount)
