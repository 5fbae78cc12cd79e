"""Long lists say how many there are without reading what they hold."""

import re

import pytest

from tests import factories
from tests.page import PageClient


@pytest.mark.parametrize("endpoint", ["help_requests.overview", "proposals.queue", "organisations.overview"])
def test_how_many_there_are_is_counted_without_reading_what_they_hold(
    endpoint: str, as_coordinator: PageClient, statements: list[str]
) -> None:
    for _number in range(21):
        factories.help_request()
    statements.clear()
    page = as_coordinator.get(endpoint, seite=2)
    assert page.soup.select_one(".kern-pagination, nav [aria-current]") is not None
    (counted,) = [s for s in statements if re.match(r"SELECT count\(\*\)[^,]* FROM", " ".join(s.split()))]
    assert "title" not in counted and "name" not in counted.partition("WHERE")[0]
