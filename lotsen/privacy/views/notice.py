"""The privacy notice for everybody, and the record of processing for the administrator."""

from typing import Any

from flask import Response, redirect, render_template, url_for

from lotsen.core import documents
from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.privacy.queries.record import record as query
from lotsen.privacy.queries.report import kept
from lotsen.privacy.register import ACTIVITIES

from .base import bp

NAME = "verarbeitungsverzeichnis"


@bp.get("/datenschutz")
@public
def notice() -> str:
    """What is kept about whom, why and for how long: from the register and the town's settings."""
    return render_template("privacy/notice.html", activities=ACTIVITIES, kept=kept)


@bp.get("/verwaltung/datenschutz")
@requires(Role.ADMINISTRATOR)
def record() -> str:
    """The record of processing activities (Art. 30 GDPR), to be read."""
    return render_template("privacy/record.html", pdf_possible=documents.available(), record=query(), at=now())


@bp.get("/verwaltung/datenschutz.pdf")
@requires(Role.ADMINISTRATOR)
def record_pdf() -> Any:
    """The same to be signed and filed; where it cannot be made, the page that says so."""
    if not documents.available():
        return redirect(url_for(".record"))
    return documents.pdf("documents/record.html", name=NAME, record=query(), at=now())


@bp.get("/verwaltung/datenschutz.md")
@requires(Role.ADMINISTRATOR)
def record_file() -> Response:
    """The same as Markdown, for the town's own records."""
    text = render_template("privacy/record.md", record=query(), at=now())
    headers = {"Content-Disposition": f"attachment; filename={NAME}.md"}
    return Response(text, mimetype="text/markdown", headers=headers)
