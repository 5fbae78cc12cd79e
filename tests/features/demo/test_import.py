"""Importing files: all errors at once, nothing half done, the same file twice is once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.cli.importing import import_files
from lotsen.core.access import Role
from lotsen.core.config import ROOT
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.models import Organisation
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from tests.conftest import Time

PILOT: dict[str, Any] = {
    "id": "T-L1",
    "display_name": "Lore Muster",
    "postcode": "31655",
    "headline": "Websites für Vereine",
    "about": "Ich baue seit Jahren Vereinsseiten und erkläre gern, wie man sie pflegt.",
    "topics": [{"slug": "website", "level": 3}],
    "languages": ["de"],
    "modes": ["on_site", "remote"],
    "radius_km": 15,
    "availability": ["mon-evening"],
    "org_kinds": ["club"],
    "capacity": 2,
}
REQUEST: dict[str, Any] = {
    "id": "T-R1",
    "organisation": "Chor Muster e. V.",
    "org_kind": "club",
    "postcode": "31675",
    "title": "Neue Seite",
    "description": "Unsere Seite im Internet ist zehn Jahre alt und niemand kann sie mehr ändern.",
    "topics": ["website"],
    "mode": "either",
    "languages": ["de"],
    "availability": [],
    "urgency": "normal",
}
WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (PILOT, {"topics": [{"slug": "fliegen", "level": 3}]}, "topics: Thema 'fliegen' gibt es nicht"),
    (PILOT, {"topics": [{"slug": "website", "level": 4}]}, "topics: muss eine ganze Zahl von 1 bis 3 sein"),
    (PILOT, {"postcode": "00000"}, "postcode: Postleitzahl '00000' gibt es nicht"),
    (PILOT, {"modes": ["by_post"]}, "modes: 'by_post' ist unbekannt"),
    (PILOT, {"availability": ["mon-night"]}, "availability: 'mon-night' ist unbekannt"),
    (PILOT, {"languages": ["deutsch"]}, "languages: 'deutsch' ist kein Sprachkürzel wie de"),
    (PILOT, {"headline": "x" * 81}, "headline: höchstens 80 Zeichen, hier 81"),
    (PILOT, {"headline": None}, "headline: muss ein Text sein"),
    (PILOT, {"capacity": "zwei"}, "capacity: muss eine ganze Zahl von 0 bis 20 sein"),
    (PILOT, {"hobby": "Angeln"}, "hobby: ist unbekannt"),
    (PILOT, {"languages": ["de", "de"]}, "languages: ein Eintrag steht doppelt da"),
    (REQUEST, {"topics": ["fliegen"]}, "topics: Thema 'fliegen' gibt es nicht"),
    (REQUEST, {"postcode": 31655}, "postcode: Postleitzahl 31655 gibt es nicht"),
    (REQUEST, {"mode": "mail"}, "mode: 'mail' ist unbekannt"),
    (REQUEST, {"org_kind": "party"}, "org_kind: 'party' ist unbekannt"),
    (REQUEST, {"urgency": "sofort"}, "urgency: 'sofort' ist unbekannt"),
    (REQUEST, {"description": "y" * 4001}, "description: höchstens 4000 Zeichen, hier 4001"),
    (REQUEST, {"title": "   "}, "title: mindestens 1 Zeichen, hier 0"),
]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write records to a file of this name."""

    def write(name: str, *rows: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(list(rows), ensure_ascii=False), encoding="utf-8")
        return path

    return write


def refused(*files: Path) -> str:
    with pytest.raises(click.ClickException) as refusal:
        import_files(files, lambda _line: None)
    return refusal.value.message


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def nothing_is_there() -> bool:
    return not (count(User) or count(Pilot) or count(HelpRequest) or count(Organisation))


@pytest.mark.parametrize(("row", "change", "sentence"), WRONG, ids=[sentence[:40] for _, _, sentence in WRONG])
def test_a_wrong_field_is_named_with_its_row_and_nothing_is_imported(
    app: Flask, time: Time, file: Callable[..., Path], row: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    message = refused(file("datei.json", PILOT, {**row, "id": "T-X", **change}))
    assert f"datei.json, Zeile/row 2 (T-X), {sentence}" in message
    assert message.startswith("1 Fehler, nichts wurde übernommen. / 1 error(s), nothing was imported.")
    assert nothing_is_there()


@pytest.mark.parametrize("name", sorted(PILOT))
def test_a_missing_field_of_a_pilot_is_named(app: Flask, time: Time, file: Callable[..., Path], name: str) -> None:
    message = refused(file("datei.json", {key: value for key, value in PILOT.items() if key != name}))
    assert f"{name}: fehlt / is missing" in message or "weder Lotsin oder Lotse (display_name)" in message
    assert nothing_is_there()


def test_all_errors_of_all_files_come_at_once(app: Flask, time: Time, file: Callable[..., Path]) -> None:
    pilots = file("lotsen.json", {**PILOT, "postcode": "00000", "capacity": -1}, 7)
    requests = file("requests.json", REQUEST, REQUEST, {"id": "T-R3"})
    broken = file("kaputt.json")
    broken.write_text("[{", encoding="utf-8")
    message = refused(pilots, requests, broken, file("leer.json"))
    assert message.startswith("7 Fehler")
    for part in (
        "lotsen.json, Zeile/row 1 (T-L1), postcode",
        "lotsen.json, Zeile/row 1 (T-L1), capacity",
        "lotsen.json, Zeile/row 2: ist kein Eintrag mit Feldern",
        "requests.json, Zeile/row 2 (T-R1), id: steht schon in requests.json, Zeile/row 1",
        "requests.json, Zeile/row 3 (T-R3): weder",
        "kaputt.json, Datei/file: ist kein JSON",
        "leer.json, Datei/file: muss eine Liste mit Einträgen sein",
    ):
        assert part in message
    assert nothing_is_there()


def test_the_same_files_twice_are_imported_once(app: Flask, time: Time, file: Callable[..., Path]) -> None:
    files = (file("lotsen.json", PILOT), file("requests.json", REQUEST))
    said: list[str] = []
    import_files(files, said.append)
    import_files(files, said.append)
    assert "1 pilots, 1 requests imported; 0 were there already." in said[0]
    assert "0 pilots, 0 requests imported; 2 were there already." in said[2]
    assert (count(Pilot), count(HelpRequest), count(Organisation)) == (1, 1, 1)


def test_who_is_imported_is_awarded_with_all_that_the_award_needs(
    app: Flask, time: Time, file: Callable[..., Path]
) -> None:
    import_files([file("lotsen.json", PILOT)], lambda _line: None)
    pilot = db.session.scalars(select(Pilot)).one()
    assert pilot.state is PilotState.AWARDED
    assert pilot.award_conditions.missing() == ()
    assert (pilot.headline, pilot.radius_km, pilot.slots) == ("Websites für Vereine", 15, ["mon-evening"])
    assert [(row.topic.slug, row.level) for row in pilot.topics] == [("website", 3)]
    assert pilot.user.email == "t-l1@import.example"
    assert Role.PILOT in pilot.user.roles


def test_an_imported_request_is_submitted_and_open_with_a_verified_organisation(
    app: Flask, time: Time, file: Callable[..., Path]
) -> None:
    import_files([file("requests.json", REQUEST)], lambda _line: None)
    request = db.session.scalars(select(HelpRequest)).one()
    assert request.state is RequestState.OPEN
    assert request.submitted_at == time.at
    assert request.organisation is not None
    assert request.organisation.verified_at == time.at
    assert request.short_text == REQUEST["description"]


def test_an_import_writes_to_nobody(app: Flask, time: Time, file: Callable[..., Path]) -> None:
    import_files([file("lotsen.json", PILOT), file("requests.json", REQUEST)], lambda _line: None)
    assert set(db.session.scalars(select(OutboxMessage.state))) <= {MailState.RECALLED}


def test_the_shipped_town_has_no_error(app: Flask, time: Time) -> None:
    folder = ROOT / "benchmarks" / "gold" / "A"
    import_files([folder / "lotsen.json", folder / "requests.json"], lambda _line: None)
    assert (count(Pilot), count(HelpRequest)) == (60, 90)
