"""Notice, record, readings, log and barriers."""

import csv
import io
import re
import zlib
from contextlib import suppress

from sqlalchemy import insert, select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent, FileReading
from lotsen.core import documents
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.spreadsheets import csv_lines
from lotsen.outbox.models import OutboxMessage
from lotsen.privacy.models import BarrierReport
from lotsen.privacy.register import ACTIVITIES
from tests import factories


def test_the_notice_names_every_activity_and_the_record_every_table(as_visitor, as_administrator):
    notice = as_visitor.get("privacy.notice")
    record = as_administrator.get("privacy.record").text
    text = as_administrator.client.get("/verwaltung/datenschutz.md").get_data(as_text=True)
    for activity in ACTIVITIES:
        for page in (notice.text, record, text):
            assert str(activity.title) in page
    assert "12 Monate nach dem Abschluss" in notice.text
    assert "audit_events" in record and text.startswith("# Verzeichnis der Verarbeitungen")
    assert "keine Übermittlung" in record


def unpacked(pdf: bytes) -> bytes:
    """Its objects, readable."""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL):
        with suppress(zlib.error):
            pdf += zlib.decompress(packed)
    return pdf


def test_the_record_is_a_pdf_for_everybody_where_the_system_can_make_one(as_administrator, monkeypatch):
    assert documents.available(), f"apt-get install {documents.PACKAGES}"
    page = as_administrator.get("privacy.record")
    answer = as_administrator.client.get(page.links("Als PDF herunterladen")[0])
    assert answer.mimetype == "application/pdf" and "verzeichnis.pdf" in answer.headers["Content-Disposition"]
    data = unpacked(answer.get_data())
    for mark in (b"pdfuaid:part", b"/Marked true", b"/Lang (de)", b"/DisplayDocTitle true", b"/S /H1", b"/S /TH"):
        assert mark in data, mark
    monkeypatch.setattr(documents, "available", lambda: False)
    page = as_administrator.get("privacy.record")
    assert "Ein PDF geht hier noch nicht" in page.text and "Als PDF herunterladen" not in page.text
    answer = as_administrator.client.get("/verwaltung/datenschutz.pdf")
    assert answer.status_code == 302 and answer.location == "/verwaltung/datenschutz"


def test_the_notice_speaks_english(as_visitor):
    as_visitor.get_path("/sprache/en")
    page = as_visitor.get("privacy.notice")
    assert page.h1 == "Data protection" and "12 months after" in page.text


def test_opening_a_file_is_written_once_a_day(as_coordinator, coordinator, as_administrator, time):
    pilot = factories.pilot()
    for _again in range(2):
        as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    rows = db.session.scalars(select(FileReading)).all()
    assert [(row.reader_id, row.entity, row.entity_id) for row in rows] == [(coordinator.id, "pilot", pilot.id)]
    time.forward(days=1)
    as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert len(db.session.scalars(select(FileReading)).all()) == 2
    page = as_administrator.get("privacy.readings", person="karin")
    assert "Karin Koordination" in page.text and f"Lotsin oder Lotse {pilot.id}" in page.text
    assert "Kein Eintrag gefunden" in as_administrator.get("privacy.readings", person="niemand").text


def test_what_people_read_about_themselves_is_nobodys_business(browser):
    member = factories.member()
    request = factories.help_request(by=member)
    browser(member.user).get("help_requests.detail", request_id=request.id)
    assert db.session.scalars(select(FileReading)).all() == []


def test_the_log_is_searched_by_action_and_number_and_leaves_as_csv(as_administrator, app, time):
    with transaction():
        evil = factories.user(name="=cmd|' /C calc'!A0")
        for action in ("user.changed", "user.deactivated"):
            db.session.add(AuditEvent(at=time.at, actor_id=evil.id, action=action, entity="user", entity_id=evil.id))
    page = as_administrator.get("admin.log", was="user.deactivated", nummer=str(evil.id), art="user")
    table = page.soup.find("tbody").get_text()
    assert "Konto ausgeschaltet" in table and "Kontodaten geändert" not in table
    answer = as_administrator.client.get(f"/verwaltung/protokoll.csv?was=user.deactivated&nummer={evil.id}")
    body = answer.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][:2] == ["Wann", "Wer"] and len(lines) == 2
    assert lines[1][1].startswith("'=cmd")


def test_no_cell_begins_like_a_formula():
    cells = ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\0x", "ok", None, 5]
    line = b"".join(csv_lines(["a"], [cells])).decode("utf-8-sig").split("\r\n", 1)[1]
    row = next(csv.reader(io.StringIO(line, newline=""), delimiter=";"))
    assert row == ["'=1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "'\nx", "'\0x", "ok", "", "5"]


def test_a_barrier_is_reported_without_a_log_in_and_becomes_a_task(as_visitor, as_coordinator, time):
    page = as_visitor.get("privacy.accessibility").click("Barriere melden")
    assert page.submit("Barriere melden", text="", status=400).errors
    for _press in range(2):
        page.submit("Barriere melden", text="Der Kontrast ist zu schwach.", page="/start", contact="a@b.example")
    row = db.session.scalars(select(BarrierReport)).one()
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert mail.address == "digitallotsen@stadthagen.example" and "Der Kontrast" in mail.text
    assert "Gemeldete Barriere" in as_coordinator.get("home.start").text
    as_coordinator.get("privacy.barriers").submit("Erledigt – Meldung 1")
    db.session.expire_all()
    assert db.session.get_one(BarrierReport, row.id).done_at is not None
    assert "Gemeldete Barriere" not in as_coordinator.get("home.start").text


def test_easy_language_comes_with_the_programme_and_may_be_the_towns_own(as_visitor, as_administrator):
    assert "Die Hilfe kostet nichts." in as_visitor.get("public.easy_language").text
    as_administrator.get_path("/verwaltung/texte").submit("Speichern", easy_language="Eigener Text der Stadt.")
    assert "Eigener Text der Stadt." in as_visitor.get("public.easy_language").text


def test_erased_people_are_not_found(as_administrator, time):
    person = factories.user(name="Gelöschte Person")
    with transaction():
        db.session.get_one(User, person.id).erased_at = time.at
    page = as_administrator.get_path("/verwaltung/personen?suche=Gelöschte")
    assert page.soup.find("tbody") is None


def test_thousands_of_events_leave_a_few_at_a_time(as_administrator, time, statements):
    actor = factories.user().id
    with transaction():
        row = {"at": time.at, "action": "user.changed", "entity": "user", "actor_id": actor}
        db.session.execute(insert(AuditEvent), [{**row, "entity_id": n} for n in range(5000)])
    statements.clear()
    answer = as_administrator.client.get("/verwaltung/protokoll.csv?art=user&was=user.changed", buffered=False)
    pieces = answer.iter_encoded()
    first = next(pieces) + next(pieces) + next(pieces)

    def named() -> int:
        return len([s for s in statements if s.startswith("SELECT users.id, users.name")])

    assert 100 <= first.count(b"\n") <= 500 and named() == 1, "the names are read for five hundred rows at a time"
    rest = b"".join(pieces)
    assert (first + rest).count(b"\n") == 5001 and named() == 10
