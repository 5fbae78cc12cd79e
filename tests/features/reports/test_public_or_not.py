"""The numbers in the net or only in the office, the town's postcodes, and the same numbers in every file."""

import csv
import io
from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template
from openpyxl import load_workbook

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.spreadsheets import workbook
from lotsen.municipality import service as municipality
from lotsen.municipality.queries import place, town
from lotsen.organisations.rules import Kind
from lotsen.reports.queries import counting
from lotsen.reports.queries.report import report
from tests.conftest import Time
from tests.features.reports.test_numbers import LAST_YEAR, figures, requests, table
from tests.page import PageClient

Lines = dict[str, dict[str, int]]


def change(at: datetime, **values: Any) -> None:
    with transaction():
        for name, value in values.items():
            municipality.change(name, value, by=SYSTEM, at=at)


def two_years(time: Time) -> None:
    """A year whose groups are all large, and one with a small group: from both together it must not come out."""
    here = time.at
    time.set(LAST_YEAR)
    for kind, number in ((Kind.CLUB, 6), (Kind.BUSINESS, 5), (Kind.INSTITUTION, 4)):
        requests(number, kind=kind)
    time.set(here)
    for kind, number in ((Kind.CLUB, 7), (Kind.BUSINESS, 3), (Kind.INSTITUTION, 1)):
        requests(number, kind=kind, postcode="31688")


def lines(rows: Any) -> Lines:
    found: Lines = defaultdict(dict)
    for title, words, number in rows:
        found[title][words] = int(number)
    return found


def on_page(browser: PageClient, year: int | None) -> Lines:
    page = browser.get("reports.numbers", **({"jahr": year} if year else {}))
    found: Lines = {"Insgesamt": {words: int(number) for words, number in figures(page).items()}}
    for one in page.soup.find_all("table"):
        title = one.caption.get_text()
        found[title] = {words: int(number) for words, number in table(page, title).items()}
    return found


def in_csv(browser: PageClient, year: int | None) -> Lines:
    text = browser.client.get(f"/zahlen.csv?jahr={year or ''}").text.removeprefix("\ufeff")
    return lines(list(csv.reader(io.StringIO(text), delimiter=";"))[1:])


def in_workbook(browser: PageClient, year: int | None) -> Lines:
    answer = browser.client.get(f"/zahlen.xlsx?jahr={year or ''}")
    assert f"zahlen{f'-{year}' if year else ''}.xlsx" in answer.headers["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0] == ("Tabelle", "Zeile", "Zahl") and all(type(row[2]) is int for row in rows[1:])
    return lines(rows[1:])


def in_pdf(app: Flask, year: int | None, at: datetime) -> Lines:
    """What the PDF is made of."""
    with app.test_request_context():
        made = report(year, counting.years(at), at)
        soup = BeautifulSoup(render_template("documents/numbers.html", report=made, at=at), "html.parser")
    found: Lines = {}
    for one in soup.find_all("table"):
        pairs = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in one.find_all("tr")]
        found[one.find_previous("h2").get_text()] = {words: int(number) for words, number in pairs}
    return found


@pytest.mark.parametrize("year", [None, 2025, 2026])
def test_every_format_says_the_same_and_merges_the_same(
    app: Flask, as_coordinator: PageClient, as_visitor: PageClient, time: Time, year: int | None
) -> None:
    two_years(time)
    shown = on_page(as_visitor, year)
    assert shown["Wer gefragt hat"]
    for other in (on_page, in_csv, in_workbook):
        assert other(as_coordinator, year) == shown
    assert in_pdf(app, year, time.at) == shown


def test_no_file_gives_away_by_subtraction_what_another_merges(
    app: Flask, as_coordinator: PageClient, time: Time
) -> None:
    two_years(time)
    for read in (on_page, in_csv, in_workbook, lambda _browser, year: in_pdf(app, year, time.at)):
        kinds = {year: read(as_coordinator, year)["Wer gefragt hat"] for year in (None, 2025, 2026)}
        assert kinds[2026] == {"Verein": 7, "Übrige": 4} and kinds[None] == {"Verein": 13, "Übrige": 13}
        assert not {"Einrichtung", "Unternehmen"} & {*kinds[2026], *kinds[None]}


def test_the_workbook_of_an_empty_town_is_there_too(as_coordinator: PageClient) -> None:
    assert in_workbook(as_coordinator, None) == {}


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    texts = ["=1+1", "+49", "-3", "@x", "{=A1}", "http://example.org", "0123"]
    sheet = load_workbook(io.BytesIO(workbook("Zahlen", ["=A", "B"], [(text, 1) for text in texts]))).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == texts
    assert {row[0].data_type for row in sheet.iter_rows()} == {"s"} and not sheet["A7"].hyperlink


def test_a_town_keeps_its_numbers_in_the_office(
    as_visitor: PageClient, as_pilot: PageClient, as_administrator: PageClient, as_coordinator: PageClient
) -> None:
    requests(3)
    assert as_visitor.get("public.landing").links("Alle Zahlen") and as_visitor.get("public.impressum").links("Zahlen")
    assert "/zahlen<" in as_visitor.client.get("/sitemap.xml").text
    as_administrator.get("admin.settings", group="ablauf").submit("Speichern", numbers_public=None)
    for somebody in (as_visitor, as_pilot):
        page = somebody.get("reports.numbers", status=404)
        assert "stehen zurzeit nicht öffentlich im Netz" in page.text and "Insgesamt" not in page.text
        assert not somebody.get("public.impressum").links("Zahlen")
        landing = somebody.get("public.landing")
        assert not landing.links("Alle Zahlen") and "Mal geholfen" not in landing.text
    as_pilot.get("reports.numbers_workbook", status=403)
    assert "/zahlen<" not in as_visitor.client.get("/sitemap.xml").text
    for office in (as_administrator, as_coordinator):
        page = office.get("public.impressum").click("Zahlen")
        assert "Diese Seite sehen nur Koordination und Verwaltung." in page.text and figures(page)["Anfragen"] == "3"
        assert page.links("Als Tabelle für Excel (XLSX)")


def test_in_the_town_are_all_of_its_postcodes(as_visitor: PageClient, as_administrator: PageClient) -> None:
    requests(4)
    requests(3, postcode="31688")
    requests(5, postcode="31675")
    title = "Woher die Anfragen kamen"
    assert table(as_visitor.get("reports.numbers"), title) == {"Stadthagen": "4", "außerhalb": "8"}
    page = as_administrator.get("admin.settings", group="kommune")
    page.submit("Speichern", more_postcodes="31688;  31702,31688")
    assert town().more_postcodes == "31688, 31702" and place("31688") == "31688 Stadthagen"
    assert table(as_visitor.get("reports.numbers"), title) == {"Stadthagen": "7", "außerhalb": "5"}


@pytest.mark.parametrize("typed", ["3168", "31688 und 31702", "00000"])
def test_a_postcode_that_does_not_exist_is_named(as_administrator: PageClient, typed: str) -> None:
    told = as_administrator.get("admin.settings", group="kommune").submit("Speichern", more_postcodes=typed)
    assert told.errors and "kennen wir nicht" in told.errors[0]


def test_the_command_line_takes_postcodes_only(app: Flask, at: datetime) -> None:
    with pytest.raises(InvalidInput):
        change(at, more_postcodes="31688; DROP")
    change(at, more_postcodes="01067, 31688")
    assert town().postcodes == {"31655", "01067", "31688"}
