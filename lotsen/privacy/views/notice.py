"""The privacy notice for everybody, and the record of processing for the administrator."""

from typing import Any

from flask import Response, render_template

from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.privacy.queries.report import kept
from lotsen.privacy.register import ACTIVITIES, ENTRIES, MEASURES, NOT_ABOUT_PEOPLE

from .base import bp


@bp.get("/datenschutz")
@public
def notice() -> str:
    """What is kept about whom, why and for how long: from the register and the town's settings."""
    return render_template("privacy/notice.html", activities=ACTIVITIES, kept=kept)


@bp.get("/verwaltung/datenschutz")
@requires(Role.ADMINISTRATOR)
def record() -> str:
    """The record of processing activities (Art. 30 GDPR), to be read and printed."""
    return render_template("privacy/record.html", **_record())


@bp.get("/verwaltung/datenschutz.md")
@requires(Role.ADMINISTRATOR)
def record_file() -> Response:
    """The same as Markdown, for the town's own records."""
    text = render_template("privacy/record.md", **_record())
    headers = {"Content-Disposition": "attachment; filename=verarbeitungsverzeichnis.md"}
    return Response(text, mimetype="text/markdown", headers=headers)


def _record() -> dict[str, Any]:
    tables = {activity.key: [entry for entry in ENTRIES if entry.activity == activity.key] for activity in ACTIVITIES}
    return {
        "activities": ACTIVITIES,
        "tables": tables,
        "others": NOT_ABOUT_PEOPLE,
        "kept": kept,
        "at": now(),
        "measures": lambda: MEASURES,
    }
