"""Towns and texts that are not as they should be: an honest answer on every page, never an error or a wrong name."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import queries, sweep
from lotsen.skills.models import Topic
from tests import factories
from tests.page import PageClient


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    sweep.index.forget()


@pytest.fixture
def wanted(app: Flask) -> HelpRequest:
    return factories.help_request(RequestState.OPEN)


def test_a_town_without_pilots_says_so_everywhere(
    wanted: HelpRequest, as_coordinator: PageClient, at: datetime
) -> None:
    assert sweep.run(at=at) == 1
    found = queries.matching_of(wanted.id)
    assert found.nobody and found.considered == 0
    page = as_coordinator.get("proposals.candidates", request_id=wanted.id)
    assert "Noch passt niemand" in page.text and "Vielleicht passt zu dieser Anfrage niemand." in page.text
    assert "Für „Website und Homepage“ gibt es im Programm noch niemanden." in page.text
    assert "Reihenfolge freigeben" not in page.text
    assert "Noch passt niemand" in as_coordinator.get("proposals.queue").text
    assert "Für diese Anfrage ist gerade niemand frei, der passt." in as_coordinator.get("proposals.share").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": PilotState.PAUSED}, "macht gerade Pause"),
        ({"state": PilotState.SUSPENDED}, "macht gerade Pause"),
        ({"capacity": 0}, "hat gerade genug zu tun"),
        ({"asks_per_month": 0}, "wurde diesen Monat oft genug gefragt"),
    ],
)
def test_nobody_is_recommended_when_nobody_can_be_asked(
    wanted: HelpRequest, as_coordinator: PageClient, at: datetime, values: dict, words: str
) -> None:
    for _one in range(2):
        factories.pilot(**values)
    sweep.run(at=at)
    page = as_coordinator.get("proposals.candidates", request_id=wanted.id)
    assert words in page.text
    assert "Gut passen" not in page.text and "passen gut, können aber gerade nicht." in page.text
    assert not page.soup.select("select[name^=place-] option[selected]:not([value='0'])"), "nobody has a place"
    assert "Hier würde" not in as_coordinator.get("proposals.share").text


def test_a_thousand_identical_profiles_keep_one_order(
    wanted: HelpRequest, as_coordinator: PageClient, at: datetime
) -> None:
    now = clock.now()
    topic_id = db.session.scalar(select(Topic.id).where(Topic.slug == "website"))
    common = {"headline": "Websites", "about": "Ich baue Vereinsseiten.", "postcode": "31655", "remote": True}
    with transaction():
        people = [{"name": f"Kim {n}", "email": f"k{n}@example.org", "created_at": now} for n in range(1000)]
        users = db.session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), people).all()
        rows = [
            {"user_id": key, "state": PilotState.AWARDED, "state_since": now, "created_at": now, **common}
            for key in users
        ]
        pilots = db.session.scalars(insert(Pilot).returning(Pilot.id, sort_by_parameter_order=True), rows).all()
        db.session.execute(insert(PilotTopic), [{"pilot_id": key, "topic_id": topic_id, "level": 3} for key in pilots])
    sweep.run(at=at)
    first = [row.pilot_id for row in queries.suggestions(wanted.id, limit=100)]
    assert first == sorted(pilots)[: sweep.KEPT]
    sweep.index.forget()
    sweep.run(at=at + timedelta(days=1))
    assert [row.pilot_id for row in queries.suggestions(wanted.id, limit=100)] == first
    page = as_coordinator.get("proposals.candidates", request_id=wanted.id)
    assert "Gut passen Kim 0, Kim 1, Kim 2 und 9 weitere." in page.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("🙂 📱 ❤️ 🎉🎉🎉 ⚽️⚽️ 🙏🙏🙏🙏🙏🙏🙏", "Worum es geht, wird aus dem Text nicht klar."),
        ("Kann mal einer kommen? Nichts geht mehr. Danke.", "Worum es geht, wird aus dem Text nicht klar."),
        ("Das Dach ist undicht, wir suchen einen Dachdecker.", "und damit nach keiner digitalen Aufgabe."),
        ("Facebook haben wir schon. Unsere Homepage ist uralt.", "Darum geht es vermutlich: Website und Homepage"),
        ("Нам потрібен вебсайт для пекарні.", "Darum geht es vermutlich: Website und Homepage"),
        ("Web sitemiz çok eski, yeni bir web sitesi istiyoruz.", "Darum geht es vermutlich: Website und Homepage"),
        (
            "Our website is very old, nobody can change it, bitte help.",
            "Darum geht es vermutlich: Website und Homepage",
        ),
    ],
)
def test_the_page_says_what_it_understood_and_what_not(
    as_coordinator: PageClient, app: Flask, at: datetime, text: str, words: str
) -> None:
    factories.pilot(name="Wiebke Web")
    made = factories.help_request(RequestState.OPEN, title="Hilfe", description=text)
    sweep.run(at=at)
    page = as_coordinator.get("proposals.candidates", request_id=made.id)
    assert words in page.text
    assert ("Gut passt Wiebke Web." in page.text) == ("Website" in words)
