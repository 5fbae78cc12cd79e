"""Every page that the coordinator and the administrator see in the demo town, judged."""

import pytest

from .person import Person
from .walking import all_pages

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("name", ["koordination", "admin"])
def test_every_page_passes_all_judges(visitor: Person, name: str) -> None:
    assert not (found := all_pages(visitor, name)), found
