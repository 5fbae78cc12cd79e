"""The page of numbers for everybody, and its files for the office's report to the council."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lotsen.core import documents
from lotsen.core.access import STAFF, public, requires
from lotsen.core.clock import now
from lotsen.core.spreadsheets import csv_lines

from .queries import counting
from .queries.report import Report
from .queries.report import report as query

bp = Blueprint("reports", __name__)


@bp.get("/zahlen")
@public
def numbers() -> Any:
    """What came in, what became of it, what it gave; of one year or all."""
    return render_template("reports/numbers.html", report=_asked_for(), pdf_possible=documents.available())


@bp.get("/zahlen.csv")
@requires(*STAFF)
def numbers_file() -> Response:
    """The same lines for Excel."""
    report = _asked_for()
    rows = [(_("Insgesamt"), words, number) for number, words in report.totals] if report else []
    rows += [(part.title, *line) for part in report.sections for line in part.lines] if report else []
    headers = {"Content-Disposition": f"attachment; filename={_name(report)}.csv"}
    header = [_("Tabelle"), _("Zeile"), _("Zahl")]
    return Response(csv_lines(header, rows), mimetype="text/csv", headers=headers)


@bp.get("/zahlen.pdf")
@requires(*STAFF)
def numbers_pdf() -> Any:
    """The same to be printed for the council; where it cannot be made, the page, which can be printed too."""
    report = _asked_for()
    if report is None or not documents.available():
        return redirect(url_for(".numbers", jahr=request.args.get("jahr")))
    return documents.pdf("documents/numbers.html", name=_name(report), report=report, at=now())


def _asked_for() -> Report | None:
    """Of the year in the address, or of all; None while there is nothing to count."""
    at, asked = now(), request.args.get("jahr", "")
    known = counting.years(at)
    if asked and asked not in map(str, known):
        abort(404)
    return query(int(asked) if asked else None, known, at) if known else None


def _name(report: Report | None) -> str:
    return f"zahlen-{report.year}" if report and report.year else "zahlen"
