"""A town and a browser for each file of journeys; every test here is a journey."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import TUESDAY
from tests.demo_town import folder

from .person import DESK, Person, chromium
from .town import Town

Sit = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder, so that no journey is forgotten."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many clicks and seconds the coordinator's day took."""
    for report in terminalreporter.getreports("passed"):
        for name, said in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(f"measured: {said}")


@pytest.fixture(scope="session")
def web() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """A town with a coordinator and an administrator and nobody else yet; its clock only goes forward.

    One for each file: whoever begins where another journey ended may begin on a Saturday night.
    """
    made = Town()
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="session")
def demo_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo town as ``make run`` shows it."""
    made = Town(demo=True)
    made.moves_in(folder(tmp_path_factory), TUESDAY)
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture
def visitor(web: Browser, demo_town: Town) -> Iterator[Person]:
    """Somebody in the demo town."""
    person = Person.sits_down(web, demo_town.url)
    yield person
    person.leaves()


@pytest.fixture
def sit(web: Browser, town: Town) -> Iterator[Sit]:
    """Let somebody sit down: ``sit(390)``; nothing may have gone wrong when the test is over."""
    people: list[Person] = []

    def make(width: int = DESK, **options: Any) -> Person:
        people.append(Person.sits_down(web, town.url, width, **options))
        return people[-1]

    yield make
    for person in people:
        person.leaves()
