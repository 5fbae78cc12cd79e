"""/postausgang: in the demo town everybody reads everything; in a real town staff see who and where it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from lotsen.accounts.models import User
from lotsen.audit.queries import events_of
from lotsen.core.extensions import db
from lotsen.outbox import service
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State, spoken
from tests import factories
from tests.features.outbox.test_delivery import again, listening
from tests.page import PageClient
from tests.smtp_sink import Sink

Enqueue = Callable[..., OutboxMessage]


@pytest.fixture
def real_town(app: Flask) -> object:
    """No demo."""
    before = app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mode="production")
    yield
    app.config["LOTSEN"] = before


def test_in_the_demo_town_a_visitor_reads_the_newest_mail_first(as_visitor: PageClient, enqueue: Enqueue, time) -> None:  # type: ignore[no-untyped-def]
    enqueue(subject="Die ältere")
    time.forward(minutes=5)
    enqueue(factories.user(name="Nele Neu"), subject="Die neuere")
    page = as_visitor.get_path("/postausgang")
    assert page.text.index("Die neuere") < page.text.index("Die ältere")
    assert "auch ohne Anmeldung" in page.text
    mail = page.click("Die neuere")
    assert "mit Umlaut: ä" in mail.text and "Nele Neu" in mail.text
    assert mail.links("https://x.example/l/1") == ["https://x.example/l/1"]


def test_the_list_shows_twenty_mails_a_page_with_few_statements(
    as_visitor: PageClient, enqueue: Enqueue, statements: list[str]
) -> None:
    for number in range(23):
        enqueue(subject=f"Mail Nummer {number}")
    statements.clear()
    page = as_visitor.get_path("/postausgang")
    assert len(statements) <= 8
    assert len(page.soup.select("tbody tr")) == 20
    assert len(page.click("Weiter").soup.select("tbody tr")) == 3


def test_in_a_real_town_a_visitor_must_log_in_and_a_pilot_may_not(
    real_town: object, as_visitor: PageClient, as_pilot: PageClient, enqueue: Enqueue
) -> None:
    row = enqueue()
    assert as_visitor.get_path("/postausgang").path.startswith("/anmelden")
    as_pilot.get_path("/postausgang", status=403)
    as_pilot.get_path(f"/postausgang/{row.id}", status=403)


def test_in_a_real_town_staff_see_name_and_state_but_no_text_and_no_link(
    real_town: object, as_coordinator: PageClient, enqueue: Enqueue
) -> None:
    row = enqueue(factories.user(name="Gerd Geheim"), subject="Vertrauliches")
    for path in ("/postausgang", f"/postausgang/{row.id}"):
        page = as_coordinator.get_path(path)
        assert "Gerd Geheim" in page.text and "wartet" in page.text
        assert "Vertrauliches" not in page.html and "Umlaut" not in page.html and "x.example" not in page.html


def test_an_unknown_message_is_not_found(as_coordinator: PageClient) -> None:
    as_coordinator.get_path("/postausgang/4711", status=404)


def test_a_person_without_address_is_called_and_the_clock_starts(
    as_coordinator: PageClient, coordinator: User, enqueue: Enqueue, at: datetime
) -> None:
    row = enqueue(factories.user(name="Opa Ohnemail", email=None, phone="05721 99"))
    assert deliver(at) == 0
    page = as_coordinator.get_path("/postausgang/anrufe")
    assert "Opa Ohnemail" in page.text and "05721 99" in page.text and "mit Umlaut: ä" in page.text
    told: list[datetime] = []
    with listening(service.delivered, lambda _, when: told.append(when)):
        page.submit("Ich habe angerufen – Opa Ohnemail")
        as_coordinator.post("outbox.called", message_id=row.id)
    assert told == [at], "pressed twice counts once"
    assert again(row).state is State.CALLED
    (event,) = events_of("outbox_message", row.id)
    assert (event.action, event.actor_id, event.on_behalf_of) == ("outbox.called", coordinator.id, row.recipient_id)


def test_three_attempts_are_enough_and_the_first_one_starts_the_clock(
    as_coordinator: PageClient, enqueue: Enqueue, at: datetime
) -> None:
    row = enqueue(factories.user(name="Nie Da", email=None, phone="05721 98"))
    told: list[datetime] = []
    with listening(service.delivered, lambda _, when: told.append(when)):
        as_coordinator.get_path("/postausgang/anrufe").submit("Niemand erreicht – Nie Da")
        as_coordinator.post("outbox.not_reached", {"tries": "0"}, message_id=row.id)
        assert again(row).tries == 1, "pressed twice counts once"
        assert again(row).due_at > at
        for _ in range(2):
            as_coordinator.get_path("/postausgang/anrufe").submit("Niemand erreicht – Nie Da")
    assert told == [at]
    assert again(row).state is State.CALLED


def test_the_coordinator_records_that_a_mail_came_back(
    as_coordinator: PageClient, sink: Sink, enqueue: Enqueue, at: datetime
) -> None:
    row = enqueue(factories.user(name="Umgezogen"))
    deliver(at)
    told: list[int] = []
    with listening(service.undeliverable, lambda message, _: told.append(message.id)):
        page = as_coordinator.get_path(f"/postausgang/{row.id}").submit("Kam zurück")
        as_coordinator.post("outbox.bounced", message_id=row.id)
    assert told == [row.id]
    assert "Diese E-Mail kam zurück." in page.text and "rufen Sie die Person an" in page.text
    assert again(row).state is State.FAILED
    assert "Erneut senden" not in page.html, "its text is erased"


def test_a_refused_mail_is_sent_again_by_one_button(
    as_coordinator: PageClient, sink: Sink, enqueue: Enqueue, at: datetime
) -> None:
    sink.unknown.add("voll@example.org")
    row = enqueue(factories.user(email="voll@example.org"))
    deliver(at)
    sink.unknown.clear()
    page = as_coordinator.get_path("/postausgang?stand=failed").click("Eine Nachricht")
    assert "550 5.1.1 no such mailbox" in page.text
    page.submit("Erneut senden")
    as_coordinator.post("outbox.send_again", message_id=row.id)
    assert deliver(at) == 1
    assert sink.message_ids == {row.message_id: 1}


def test_only_the_coordinator_records_calls(
    as_pilot: PageClient, as_member: PageClient, as_visitor: PageClient, enqueue: Enqueue
) -> None:
    row = enqueue(factories.user(email=None, phone="05721 1"))
    for endpoint in ("outbox.called", "outbox.not_reached", "outbox.bounced", "outbox.send_again"):
        for browser in (as_pilot, as_member):
            browser.post(endpoint, status=403, message_id=row.id)
        assert as_visitor.post(endpoint, message_id=row.id).path.startswith("/anmelden")
    assert again(row).state is State.CALL
    assert db.session.get_one(OutboxMessage, row.id).tries == 0


def test_what_is_read_aloud_has_no_links_and_no_signature() -> None:
    text = "Guten Tag,\n\nbitte antworten:\nhttps://x.example/l/1\n\nDanke\n\n-- \nStadt Stadthagen"
    assert spoken(text) == "Guten Tag,\n\nbitte antworten:\n\nDanke"
