"""The town's own words: tried out, added, in use at once, taken out again."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.proposals import sweep
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
    assert queries.own_rows() == [] and queries.own_version() == ""


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


@pytest.mark.parametrize("role", ["as_member", "as_pilot"])
def test_only_staff_see_it(role: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(role).get("admin.catalogue", status=403)
