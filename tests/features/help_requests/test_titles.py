"""A request is called by what somebody wrote, or by its topic where nothing written can be a title."""

import pytest

from lotsen.core.i18n import speaking
from lotsen.help_requests.queries import drafted_title
from lotsen.help_requests.rules import title_from

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
