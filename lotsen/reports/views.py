"""The page of numbers for everybody, and its files for the office's report to the council."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core import documents
from lotsen.core.access import STAFF, public, requires
from lotsen.core.clock import now
from lotsen.core.errors import NotFound
from lotsen.core.spreadsheets import csv_lines, workbook
from lotsen.municipality.queries import town

from .queries import counting
from .queries.report import Report
from .queries.report import report as query

bp = Blueprint("reports", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/zahlen")
@public
def numbers() -> Any:
    """What came in, what became of it, what it gave; of one year or all. Only for the office where the town says so."""
    for_office = current_user.is_authenticated and bool(current_user.roles.intersection(STAFF))
    if not (town().numbers_public or for_office):
        raise NotFound(_("Die Zahlen des Programms stehen zurzeit nicht öffentlich im Netz."))
    files = {"for_office": for_office, "pdf_possible": documents.available()}
    return render_template("reports/numbers.html", report=_asked_for(), **files)


@bp.get("/zahlen.csv")
@requires(*STAFF)
def numbers_file() -> Response:
    """The same lines for Excel."""
    report = _asked_for()
    return _kept(csv_lines(*_table(report)), report, "csv", "text/csv")


@bp.get("/zahlen.xlsx")
@requires(*STAFF)
def numbers_workbook() -> Response:
    """The same lines as a workbook, with numbers that can be added up."""
    report = _asked_for()
    return _kept(workbook(_("Zahlen"), *_table(report)), report, "xlsx", XLSX)


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


def _table(report: Report | None) -> tuple[list[str], list[tuple[str, str, int]]]:
    """Header and rows."""
    return [_("Tabelle"), _("Zeile"), _("Zahl")], report.rows if report else []


def _kept(content: Any, report: Report | None, ending: str, mimetype: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={_name(report)}.{ending}"}
    return Response(content, mimetype=mimetype, headers=headers)


def _name(report: Report | None) -> str:
    return f"zahlen-{report.year}" if report and report.year else "zahlen"
