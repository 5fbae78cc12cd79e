"""The half-filled form on the server: kept step by step, for one browser, until it becomes a draft."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from lotsen.core.errors import InvalidInput, NotFound
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.queries import answers_from, find_intake_by_key, is_template

TEMPLATE = "template"  # among the answers: the ended request that the form was filled in from
TAKEN_OVER = ("worum", "themen", "wer")  # steps whose answers hold for a new request too; the others are asked anew


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


def use_again(request: HelpRequest, *, browser: str, at: datetime, organisation_id: int | None = None) -> str:
    """Fill a new form with what an ended request said; returns its key. Anything may still be changed there.

    Raises
    ------
    InvalidInput
        Nothing is left of the request (``emptied``), or it is not over: then it is changed instead (``not_over``).
    """
    if not is_template(request):
        raise InvalidInput("", code="emptied" if request.is_emptied else "not_over")
    key = secrets.token_hex(16)
    for step in TAKEN_OVER:
        keep_intake(key, browser, step, {**answers_from(request, organisation_id), TEMPLATE: request.id}, at=at)
    return key


def finish_intake(intake: Intake, request: HelpRequest, *, at: datetime) -> None:
    """The form became a request: what was typed is kept there only, and which ended one it was filled in from."""
    db.session.flush()
    intake.help_request_id, intake.answers, intake.changed_at = request.id, {}, at


def purge_intakes(*, before: datetime) -> int:
    """Drop forms that nobody touched since ``before``. Returns how many."""
    result: Any = db.session.execute(delete(Intake).where(Intake.changed_at < before))
    return int(result.rowcount)
