"""The town's own words: tried out, added, in use at once, taken out again."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots import service as pilot_service
from lotsen.proposals import sweep
from lotsen.proposals.queries import suggestions
from lotsen.skills import queries, suggest
from lotsen.skills.models import Area, CatalogueWord, Topic
from tests import factories
from tests.page import PageClient


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    sweep.index.forget()


def area(slug: str = "website-build") -> Area:
    return db.session.scalars(select(Area).where(Area.slug == slug)).one()


def test_a_word_is_tried_out_then_added_and_then_understood(
    as_coordinator: PageClient, app: Flask, at: datetime
) -> None:
    factories.pilot(name="Wiebke Web")
    factories.help_request(RequestState.OPEN)
    sweep.run(at=at)
    typed = {"area": str(area().id), "kind": "word", "text": "Xqualbert"}
    assert "website" not in str(suggest.suggest("Unsere Xqualbert")[:1])
    tried = as_coordinator.post("admin.catalogue", typed)
    assert "Was sich ändern würde" in tried.text and db.session.scalar(select(CatalogueWord)) is None
    as_coordinator.post("admin.catalogue", {**typed, "hinzufuegen": "1"})
    found = suggest.suggest("Unsere Xqualbert")
    assert found and found[0][0] == "website"
    assert sweep.run(at=at) == 1, "the open request is scored anew with the new words"
    assert "Xqualbert" in as_coordinator.get("admin.catalogue").text


def test_pressing_twice_adds_once_and_taking_out_works_twice(as_coordinator: PageClient, app: Flask) -> None:
    typed = {"area": str(area().id), "kind": "situation", "text": "Die Seite vom Dorf ist weg.", "hinzufuegen": "1"}
    as_coordinator.post("admin.catalogue", typed)
    as_coordinator.post("admin.catalogue", typed)
    row = db.session.scalars(select(CatalogueWord)).one()
    as_coordinator.post("admin.remove_word", {}, word_id=row.id)
    as_coordinator.post("admin.remove_word", {}, word_id=row.id)
    assert queries.own_rows() == [] and queries.own_part() == queries.OwnPart()


def test_an_empty_text_is_explained(as_coordinator: PageClient, app: Flask) -> None:
    page = as_coordinator.post("admin.catalogue", {"area": str(area().id), "kind": "word", "text": " "}, status=400)
    assert "Schreiben Sie das Wort oder den Satz." in page.text


def test_an_own_sub_area_can_be_ticked_and_takes_words(as_coordinator: PageClient, app: Flask) -> None:
    topic = db.session.scalars(select(Topic).where(Topic.slug == "website")).one()
    as_coordinator.post("admin.add_area", {"topic": str(topic.id), "label_de": "Seite in Plattdeutsch"})
    own = db.session.scalars(select(Area).where(Area.label_de == "Seite in Plattdeutsch")).one()
    assert own.slug in suggest.catalogue().areas
    as_coordinator.post(
        "admin.catalogue", {"area": str(own.id), "kind": "word", "text": "Plattsnacker", "hinzufuegen": "1"}
    )
    assert "Plattsnacker" in suggest.catalogue().areas[own.slug].words


PRINTING = {
    "label_de": "3D-Druck",
    "said": "3D-Drucker\nFilament\nBambu Lab\nDas Ersatzteil gibt es nicht mehr und wir möchten es selbst drucken.\n",
}


def own_topic(as_coordinator: PageClient) -> Topic:
    as_coordinator.post("admin.add_topic", {**PRINTING, "hinzufuegen": "1"})
    return db.session.scalars(select(Topic).where(Topic.label_de == "3D-Druck")).one()


def test_a_topic_is_tried_out_then_added_then_held_chosen_and_matched(
    as_coordinator: PageClient, app: Flask, at: datetime, coordinator: User
) -> None:
    factories.pilot(name="Wiebke Web")
    printer = factories.pilot(name="Dieter Druck", topics={}, headline="Rentner", about="Ich helfe gern im Ort.")
    wanted = factories.help_request(
        RequestState.OPEN, title="Filament reißt", description="Unser 3D-Drucker steht, das Filament reißt immer."
    )
    sweep.run(at=at)
    tried = as_coordinator.post("admin.add_topic", PRINTING)
    assert f"{wanted.case_number} Filament reißt Darum ginge es dann: 3D-Druck" in " ".join(tried.text.split())
    assert queries.own_topics() == []
    topic = own_topic(as_coordinator)
    assert (topic.label_en, topic.parts) == ("3D-Druck", []), "English may be left out; the words hang on no part"
    with transaction():
        pilot_service.set_topics(printer, {topic.id: 3}, frozenset(), version=printer.version, by=coordinator, at=at)
        help_requests.edit(wanted, {"topics": [topic.slug]}, by=coordinator, at=at)
    assert sweep.run(at=at) == 1
    first = suggestions(wanted.id)[0]
    assert first.pilot_id == printer.id
    assert "„3D-Druck“" in first.reasons["coordinator"]["de"][0]
    assert "3D-Druck" in as_coordinator.get("pilots.topics", pilot_id=printer.id).text


def test_a_topic_that_rests_leaves_every_choice_and_comes_back_with_its_people(
    as_coordinator: PageClient, app: Flask, at: datetime, coordinator: User
) -> None:
    topic = own_topic(as_coordinator)
    printer = factories.pilot(name="Dieter Druck", topics={topic.slug: 3, "website": 2})
    wanted = factories.help_request(RequestState.OPEN)
    with transaction():
        help_requests.edit(wanted, {"topics": [topic.slug]}, by=coordinator, at=at)
    as_coordinator.post("admin.rest_topic", {}, topic_id=topic.id)
    as_coordinator.post("admin.rest_topic", {}, topic_id=topic.id)
    assert topic.slug not in suggest.catalogue().topics
    assert "3D-Druck" not in as_coordinator.get("pilots.topics", pilot_id=printer.id).text
    website = db.session.scalars(select(Topic).where(Topic.slug == "website")).one()
    with transaction():
        pilot_service.set_topics(printer, {website.id: 3}, frozenset(), version=printer.version, by=coordinator, at=at)
        help_requests.edit(wanted, {"topics": ["website"]}, by=coordinator, at=at)
    assert sweep.run(at=at) == 1, "a topic that is no longer in use is no error"
    page = as_coordinator.get("admin.catalogue")
    assert "3D-Druck ruht 1 1" in " ".join(page.text.split())
    as_coordinator.post("admin.resume_topic", {}, topic_id=topic.id)
    assert {row.topic.slug: row.level for row in printer.topics} == {topic.slug: 3, "website": 3}
    assert {row.topic.slug for row in wanted.topics} == {topic.slug, "website"}
    assert topic.slug in suggest.catalogue().topics


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"label_de": "Website und homepage"}, "Dieses Thema gibt es schon."),
        ({"said": "Filament\nDrucker"}, "mindestens drei Worte oder Sätze"),
        ({"said": "Filament\nDrucker\nja"}, "Bitte prüfen Sie: „ja“"),
        ({"said": "\n".join(f"Wort {n}" for n in range(61))}, "höchstens 60 Zeilen"),
        ({"label_de": " "}, "Geben Sie dem Thema einen Namen."),
    ],
)
def test_what_is_wrong_with_a_topic_is_said_and_nothing_typed_is_lost(
    as_coordinator: PageClient, app: Flask, typed: dict[str, str], words: str
) -> None:
    page = as_coordinator.post("admin.add_topic", {**PRINTING, **typed, "hinzufuegen": "1"}, status=400)
    assert words in page.text
    assert page.soup.select_one("textarea").text.split() == {**PRINTING, **typed}["said"].split()
    assert queries.own_topics() == []


def test_a_second_press_adds_no_second_topic_and_a_resting_name_is_explained(
    as_coordinator: PageClient, app: Flask
) -> None:
    topic = own_topic(as_coordinator)
    assert own_topic(as_coordinator) is topic
    assert db.session.scalar(select(func.count()).select_from(CatalogueWord)) == 4
    as_coordinator.post("admin.rest_topic", {}, topic_id=topic.id)
    page = as_coordinator.post("admin.add_topic", {**PRINTING, "hinzufuegen": "1"}, status=400)
    assert "Dieses Thema ruht." in page.text


@pytest.mark.parametrize("role", ["as_member", "as_pilot"])
def test_only_staff_see_it(role: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(role).get("admin.catalogue", status=403)
