"""What a request says on its pages: the same words as wherever else it is read."""

import pytest

from lotsen.help_requests.rules import Mode, State
from tests import factories

SAID = {
    "de": ("online oder am Telefon", "dienstags abends, donnerstags abends", "keine angekreuzt"),
    "en": ("online or by telephone", "Tuesdays in the evening, Thursdays in the evening", "none ticked"),
}


@pytest.mark.parametrize("language", SAID)
def test_place_times_and_topics_are_said_in_words(as_coordinator, language):
    row = factories.help_request(State.SUBMITTED, mode=Mode.REMOTE, slots=["tue-evening", "thu-evening"])
    as_coordinator.client.set_cookie("lotsen_language", language)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    for words in SAID[language]:
        assert words in page.text
