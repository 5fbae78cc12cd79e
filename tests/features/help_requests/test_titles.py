"""A request is called by what somebody wrote, or by its topic where nothing written can be a title."""

import pytest

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.help_requests import service
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import drafted_title
from lotsen.help_requests.rules import State, title_from
from tests import factories

LONG = (
    "Also das ist so, dass bei uns im Verein seit Jahren alle alles irgendwie machen und am Ende keiner mehr weiß, "
    "wer welche Datei zuletzt gehabt hat."
)


@pytest.mark.parametrize("text", [LONG, "Guten Tag", "Wir brauchen Hilfe.", "Hallo, können Sie uns helfen?"])
def test_what_can_be_no_title_is_named_by_its_topic(text):
    assert title_from(text, "Hilfe beim Thema: Website") == "Hilfe beim Thema: Website"


def test_a_sentence_that_says_something_stays_the_title():
    assert title_from("Unsere Homepage ist uralt.", "Hilfe beim Thema: Website") == "Unsere Homepage ist uralt"


def test_the_first_topic_names_it_in_german_whatever_the_page_speaks(app, time):
    topics = ["website", "payment-pos"]
    assert drafted_title(LONG, topics) == "Hilfe beim Thema: Website und Homepage"
    with speaking("en"):
        assert drafted_title(LONG, topics) == "Hilfe beim Thema: Website und Homepage"
    assert drafted_title(LONG, []).startswith("Also das ist so, dass bei uns im Verein")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Website, bitte Petra Möller anrufen", "Website, bitte … anrufen"),
        ("Kasse hakt: 05721 98765 oder moeller@verein.example", "Kasse hakt: … oder …"),
        ("Die Liste von Herrn Kasper", "Die Liste von Herrn …"),
        ("Website für die Bäckerei Möller", "Website für die Bäckerei Möller"),
    ],
)
def test_a_typed_title_tells_the_other_side_neither_names_nor_numbers(typed: str, kept: str, app, at) -> None:
    row = factories.help_request(State.OPEN, contact_name="Petra Möller")
    with transaction():
        row = db.session.get_one(HelpRequest, row.id)
        service.edit(row, {"title": typed}, by=row.contact, at=at)
        assert service.says_already(row, {"title": typed})
    assert row.title == kept


def test_a_title_of_which_nothing_may_be_read_leaves_what_stood_there(app, at) -> None:
    row = factories.help_request(State.OPEN, contact_name="Petra Möller", title="Homepage")
    with transaction():
        row = db.session.get_one(HelpRequest, row.id)
        assert service.edit(row, {"title": "Petra Möller, 05721 98765"}, by=row.contact, at=at) == []
    assert row.title == "Homepage"
