"""From "das kann ich" in own words to the title, and to the first request that fits."""

from datetime import date, timedelta

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE, Person
from .steps import asks_for_help, candidates, sends, submits
from .town import COORDINATOR, PASSWORD, Town, text_of

pytestmark = pytest.mark.journey

GESA = "gesa@lotsen.example"
WORDS = "Ich baue Websites mit WordPress für unseren Sportverein und zeige anderen gern, wie sie Seiten selbst pflegen."
FAN = "fan@schwimmverein.example"


def test_an_application_in_own_words_becomes_an_awarded_pilot_who_is_proposed(town: Town, sit: Sit) -> None:
    gesa, karin, fan = sit(TELEPHONE), sit(), sit(TELEPHONE)
    karin.logs_in(COORDINATOR, PASSWORD)

    she_applies_and_confirms_her_address(town, gesa)
    talk = the_coordinator_arranges_the_talk(town, karin)
    town.go_to(talk, hour=17)
    nothing_is_awarded_while_something_is_missing(karin)
    the_profile_is_filled_in_during_the_talk(karin)
    the_title_is_awarded(town, karin, talk)
    she_looks_at_her_profile(town, gesa)

    asks_for_help(fan, email=FAN, organisation="Schwimmverein", title="Der Schwimmverein braucht eine neue Website")
    sends(fan)
    submits(fan, town.link(FAN, "Bitte bestätigen Sie Ihre Anfrage"))
    candidates(karin, "Der Schwimmverein braucht eine neue Website", "Gesa Gerdes")
    assert "WordPress" in karin.reads
    passes(karin)


def she_applies_and_confirms_her_address(town: Town, gesa: Person) -> None:
    gesa.opens("/").follows("So werden Sie Lotsin oder Lotse")
    assert gesa.heading == "Lotsin oder Lotse werden"
    passes(gesa)
    gesa.writes("Das kann ich", WORDS).writes("Ihr Name", "Gesa Gerdes").writes("Ihre E-Mail-Adresse", GESA)
    gesa.ticks("Ich bin mindestens 16 Jahre alt").ticks("Ich habe die Hinweise zum Datenschutz gelesen").presses(
        "Weiter"
    )
    assert WORDS in gesa.reads
    gesa.presses("Absenden")
    assert gesa.heading == "Fast geschafft"

    gesa.opens(town.link(GESA, "Bitte senden Sie Ihre Bewerbung ab"))
    gesa.writes("Passwort", PASSWORD).presses("Bewerbung absenden")
    assert gesa.heading == "Ihre Bewerbung ist abgesendet"
    town.mail(GESA, "Ihre Bewerbung ist angekommen")


def the_coordinator_arranges_the_talk(town: Town, karin: Person) -> date:
    assert "Gesa Gerdes" in karin.opens("/start").reads
    karin.opens("/lotsen?stand=bewerbung").follows("Gesa Gerdes")
    assert WORDS in karin.reads
    talk = town.working_day(2)
    karin.follows("Gespräch verabreden").dates("Tag des Gesprächs", talk).presses("Termin eintragen")
    assert "Das Gespräch ist eingetragen." in karin.reads
    town.forward(minutes=20)
    assert f"{talk.day}." in text_of(town.mail(GESA, "Unser Gespräch am"))
    return talk


def nothing_is_awarded_while_something_is_missing(karin: Person) -> None:
    karin.follows("Titel verleihen").presses("Titel verleihen")
    assert karin.page.locator(".error-summary").count() == 1
    assert "unterschr" in karin.reads
    karin.follows("Zurück")


def the_profile_is_filled_in_during_the_talk(karin: Person) -> None:
    karin.follows("Themen ändern")
    assert "Weil Sie schreiben" in karin.reads
    karin.selects("Wie gut kennen Sie das?", "bringe ich anderen bei").presses("Speichern")
    sections = karin.path
    karin.opens(f"{sections}/profil/ueber-mich").writes("Kurztitel", "Websites mit WordPress")
    karin.writes("Über mich", WORDS).presses("Speichern")
    karin.opens(f"{sections}/profil/einsatz").writes("Ihre Postleitzahl", "31655").ticks("Deutsch").ticks("vor Ort")
    karin.ticks("Vereine").page.get_by_label("So weit fahre ich").fill("20")
    karin.presses("Speichern")
    assert "Websites mit WordPress" in karin.reads
    passes(karin)


def the_title_is_awarded(town: Town, karin: Person, talk: date) -> None:
    karin.follows("Titel verleihen")
    karin.dates("Das Gespräch hat stattgefunden am", talk).dates("Pflichten und Verschwiegenheit", talk)
    karin.ticks("Die Versicherung im Ehrenamt ist erklärt").presses("Titel verleihen")
    assert "Titel verliehen" in karin.reads
    town.go_to(town.calendar.next_working_day(talk + timedelta(days=1)))
    assert "hat Ihnen den Titel" in text_of(town.mail(GESA, "Herzlichen Glückwunsch"))


def she_looks_at_her_profile(town: Town, gesa: Person) -> None:
    gesa.opens(town.link(GESA, "Herzlichen Glückwunsch"))
    assert gesa.path == "/anmelden"
    gesa.writes("E-Mail-Adresse", GESA).page.fill("[name=password]", PASSWORD)
    gesa.presses("Anmelden")
    assert gesa.path == "/profil"
    assert "Websites mit WordPress" in gesa.reads
    passes(gesa)
