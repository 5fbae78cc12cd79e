"""A small town of invented people for the matcher's tests."""

from __future__ import annotations

import pytest

from matching import Catalogue, Matcher, Need, Profile

TOWN = (52.32, 9.2)
ALL_DAYS = frozenset({"mon-evening", "tue-evening", "sat-morning"})


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def people() -> list[Profile]:
    def person(key: str, about: str, topics: dict[str, int], **more: object) -> Profile:
        facts: dict[str, object] = {
            "latitude": TOWN[0],
            "longitude": TOWN[1],
            "radius_km": 15.0,
            "slots": ALL_DAYS,
            "org_kinds": frozenset({"club", "business"}),
            "languages": frozenset({"de"}),
        }
        return Profile(key, about=about, topics=topics, **{**facts, **more})  # type: ignore[arg-type]

    return [
        person("ada", "Ich baue und pflege Webseiten mit WordPress, auch für kleine Vereine.", {"website": 3}),
        person("bert", "Buchhaltung, Kassenbuch und Rechnungen waren mein Beruf.", {"accounting-invoicing": 2}),
        person("cem", "Router, WLAN und Drucker bringe ich zum Laufen.", {"hardware-network": 3}),
        person("dora", "Ich fotografiere und schneide Videos vom Vereinsfest.", {"photo-video-audio": 2}),
        person("emil", "Tabellen in Excel, Listen aufräumen, Formeln.", {"data-spreadsheets": 2}),
        person("fee", "Plakate, Flyer und Logos gestalte ich gern.", {"design-print": 2}),
    ]


@pytest.fixture(scope="session")
def matcher(people: list[Profile], catalogue: Catalogue) -> Matcher:
    return Matcher(catalogue).fit(people)


@pytest.fixture(scope="session")
def homepage() -> Need:
    return Need(
        "homepage",
        "Homepage veraltet",
        "Unsere Vereinshomepage ist uralt und auf dem Handy unlesbar.",
        latitude=TOWN[0],
        longitude=TOWN[1],
        mode="on_site",
        languages=frozenset({"de"}),
        slots=frozenset({"tue-evening"}),
        org_kind="club",
        organisation="sv",
    )
