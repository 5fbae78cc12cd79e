"""What a person takes along: everything of her own, nobody else's name, no secret."""

import hashlib
import io
import json
import re
import zipfile

from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from tests import factories

from . import scene


def unpacked(response):
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
        page = archive.read("meine-daten/daten.html").decode()
        return json.loads(archive.read("meine-daten/daten.json")), page


def download(browser, path):
    return browser.client.post(path, data={"csrf_token": browser.csrf_token()})


def sent_link(kind="privacy.own_data"):
    mails = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    row = db.session.scalars(mails).all()[-1]
    return next(word for word in row.text.split() if "/meine-daten/" in word).partition("localhost")[2]


def test_the_file_holds_the_own_data_others_as_roles_and_no_secret(browser, time):
    built = scene.build()
    data, page = unpacked(download(browser(built.person), "/konto/daten/herunterladen"))
    everything = json.dumps(data, ensure_ascii=False)
    sections = {section["name"]: section["rows"] for section in data["sections"]}
    assert sections["account"][0]["name"] == scene.NAME
    assert sections["notes"][0]["text"].startswith("Frau Zitzewitz und [Lotsin oder Lotse] kommen gut aus")
    assert "[Koordination]" in sections["notes"][0]["text"]
    assert sections["feedback"][0]["criticism"] == "Kritik von pilot"
    for text in (everything, page):
        assert scene.NAME in text
        for hidden in (scene.OTHER, "Querkopf", "Rathaus", "balduin@example.org", scene.SECRET):
            assert hidden not in text, hidden
        assert "von ihr geschrieben" not in text, "a note about somebody else"
    assert "Kritik von member" in everything, "what she said as a contact person"
    received = {row["praise"] for row in sections["feedback_about"]}
    assert received == {"Lob von member", "Lob von pilot"}
    assert all("criticism" not in row for row in sections["feedback_about"])
    assert not re.findall(r">[^<]*\b[a-z]+_[a-z_]+\b", page), "a code that nobody understands"
    assert "<h1>Meine Daten</h1>" in page and "Rechtsgrundlage" not in page and "Grundlage" in page


def test_a_large_file_leaves_in_pieces_and_is_whole(browser, time):
    person = factories.user()
    with transaction():
        for number in range(400):
            db.session.add(
                AuditEvent(
                    at=time.at,
                    action=f"x.{hashlib.sha256(str(number).encode()).hexdigest()[:50]}",
                    entity="user",
                    entity_id=person.id,
                )
            )
    page = browser(person)
    answer = page.client.post("/konto/daten/herunterladen", data={"csrf_token": page.csrf_token()}, buffered=False)
    pieces = list(answer.iter_encoded())
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        data = json.loads(archive.read("meine-daten/daten.json"))
        assert archive.read("meine-daten/daten.html").decode().rstrip().endswith("</html>")
    assert max(len(section["rows"]) for section in data["sections"]) >= 400


def test_the_file_is_written_down_and_not_made_without_end(browser, time):
    page = browser(factories.user())
    for _number in range(6):
        assert download(page, "/konto/daten/herunterladen").status_code == 200
    assert download(page, "/konto/daten/herunterladen").status_code == 429
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.exported")).all()
    assert len(events) == 6 and events[0].details == {"channel": "login"}


def test_somebody_without_an_account_gets_a_link_by_mail(browser, as_visitor, time):
    member = factories.member()
    request = factories.help_request(RequestState.OPEN, by=member)
    with transaction():
        raw = tokens.issue(Purpose.REQUEST_STATUS, "help_request", request.id, at=time.at, user_id=member.user_id)
    page = as_visitor.get_path(f"/anfragen/stand/{raw}")
    told = page.submit("Link zu meinen Daten schicken")
    assert "Er gilt 48 Stunden" in told.html
    path = sent_link()
    page = as_visitor.get_path(path)
    assert page.h1 == "Meine Daten"
    data, _page = unpacked(download(as_visitor, f"{path}/herunterladen"))
    assert {section["name"] for section in data["sections"]} >= {"account", "requests", "memberships", "links"}
    time.forward(hours=49)
    assert as_visitor.get_path(path).h1 == "Dieser Link gilt nicht mehr"


def test_a_double_click_sends_one_link_to_the_own_data_and_that_one_opens(as_visitor, time):
    member = factories.member()
    request = factories.help_request(RequestState.OPEN, by=member)
    with transaction():
        raw = tokens.issue(Purpose.REQUEST_STATUS, "help_request", request.id, at=time.at, user_id=member.user_id)
    status, ask = as_visitor.get_path(f"/anfragen/stand/{raw}"), as_visitor.get_path("/meine-daten")
    for _ in range(2):
        assert "Er gilt 48 Stunden" in status.submit("Link zu meinen Daten schicken").html
        ask.submit("Link schicken", email=member.user.email)
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 1
    assert as_visitor.get_path(sent_link()).h1 == "Meine Daten"
    time.forward(minutes=1)
    status.submit("Link zu meinen Daten schicken")
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 2


def test_the_answer_is_the_same_for_an_unknown_address(as_visitor, time):
    known = factories.user()
    answers = []
    for email in (known.email, "niemand@example.org"):
        answers.append(as_visitor.get_path("/meine-daten").submit("Link schicken", email=email).text)
    assert answers[0] == answers[1]
    assert [row.address for row in db.session.scalars(select(OutboxMessage))] == [known.email]


def test_a_draft_that_belongs_to_nobody_yet_is_found_by_its_address(as_visitor, time):
    draft = factories.help_request(RequestState.DRAFT, contact_email="neu@example.org", description="Meine Sorgen")
    as_visitor.get_path("/meine-daten").submit("Link schicken", email="neu@example.org")
    path = sent_link()
    data, _page = unpacked(download(as_visitor, f"{path}/herunterladen"))
    sections = {section["name"]: section["rows"] for section in data["sections"]}
    assert sections["requests"][0]["description"] == "Meine Sorgen"
    done = as_visitor.get_path(f"{path}/loeschen").submit("Endgültig löschen", word="löschen")
    assert done.h1 == "Ihre Daten sind gelöscht"
    db.session.expire_all()
    assert db.session.get(type(draft), draft.id) is None


def test_the_coordinator_reads_what_leaves_before_it_leaves(browser, time):
    built = scene.build()
    desk = browser(built.coordinator)
    page = desk.get("privacy.desk_data", user_id=built.person.id)
    assert "Frau Zitzewitz und [Lotsin oder Lotse] kommen gut aus" in page.text
    assert scene.OTHER not in page.text and scene.SECRET not in page.html
    data, _page = unpacked(download(desk, f"/personen/{built.person.id}/daten/herunterladen"))
    assert data["sections"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.exported")).one()
    assert (event.actor_id, event.on_behalf_of) == (built.coordinator.id, built.person.id)
    desk.get("privacy.desk_data", user_id=built.coordinator.id, status=404)
    page.submit("Link per E-Mail schicken")
    assert sent_link()


def test_a_preview_shows_what_the_other_side_sees_and_when(browser, time):
    member = factories.member()
    pilot = factories.pilot(name="Lore Lang", phone="05721 1234", release_phone=True, release_email=False)
    page = browser(pilot.user).get("privacy.own_view")
    steps = [card.get_text(" ") for card in page.soup.select("article")]
    assert "Solange wir Sie fragen, sieht die Organisation nichts von Ihnen." in page.text
    assert "Lang" not in steps[0] and "Lore" in steps[0]
    assert "05721 1234" in steps[1] and pilot.user.email not in page.text
    factories.help_request(
        RequestState.OPEN, by=member, name_may_be_shown=False, release_phone=False, contact_name="Vera Verein"
    )
    page = browser(member.user).get("privacy.own_view")
    steps = [card.get_text(" ") for card in page.soup.select("article")]
    assert "Vera" not in steps[0] and member.organisation.name not in steps[0] and "Homepage" in steps[0]
    assert "Vera Verein" in steps[1] and "05721 4711" not in steps[1]
