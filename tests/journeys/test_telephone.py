"""Everything by telephone: who asks has no mail, who helps has none, and nobody gets one."""

from collections.abc import Callable

import pytest

from .conftest import Sit
from .judge import passes
from .person import Person
from .pilots import Helper, award
from .steps import Caller, takes_a_call, waits_for_candidates, within
from .town import ADMINISTRATOR, COORDINATOR, PASSWORD, Town

pytestmark = pytest.mark.journey

OTTO = Helper(
    "Otto Ohnemail",
    None,
    "Kassen und Kartenzahlung",
    "Ich habe dreißig Jahre lang Kassen aufgestellt und erkläre, wie man Karten annimmt.",
    ("payment-pos",),
    phone="05721 200300",
)
BERTA = Caller("Berta Backfrau", "Backhausverein Wiedensahl", "05721 400500")
WORDS = "Unsere alte Kasse ist kaputt und Ersatzteile gibt es keine. Was brauchen wir, um Karten zu nehmen?"
CALLS = "/postausgang/anrufe"
Say = Callable[[str, object], None]


def test_a_request_by_telephone_with_a_pilot_without_mail(town: Town, sit: Sit, record_property: Say) -> None:
    award(town, [OTTO])
    town.forward(hours=1)
    town.sink.mails.clear()
    karin = sit().logs_in(COORDINATOR, PASSWORD)
    karin.opens(CALLS).presses(f"Ich habe angerufen – {OTTO.name}")  # about his title

    case = takes_a_call(karin, BERTA, WORDS)
    a_clear_case_is_approved(karin, case, record_property)
    nobody_answers_at_first(town, karin)
    otto_says_yes_and_so_does_berta(town, karin, record_property)
    both_are_told_how_to_reach_each_other(town, karin, case)

    town.forward(hours=1)
    office = {COORDINATOR, ADMINISTRATOR}
    assert {str(mail["To"]) for mail in town.sink.mails if case in str(mail)} <= office


def a_clear_case_is_approved(karin: Person, case: str, say: Say) -> None:
    """The goal: three clicks from the start page."""
    karin.follows("Vorschläge ansehen")
    waits_for_candidates(karin, karin.path, OTTO.name)
    with within(3, karin.opens("/start"), "from the start page to an approved order", say):
        karin.follows(f"Neue Anfrage {case}").ticks("Organisation und Ansprechperson").presses("Reihenfolge freigeben")
    assert "Die Reihenfolge ist freigegeben." in karin.reads


def nobody_answers_at_first(town: Town, karin: Person) -> None:
    town.forward(minutes=20)
    karin.opens(CALLS)
    passes(karin)
    karin.unfolds("Zum Vorlesen")
    assert "Unsere alte Kasse ist kaputt" in karin.reads
    assert BERTA.name not in karin.reads
    karin.presses(f"Niemand erreicht – {OTTO.name}")
    assert "Ein Versuch bisher" in karin.reads
    town.go_to(town.working_day(1), hour=11)


def otto_says_yes_and_so_does_berta(town: Town, karin: Person, say: Say) -> None:
    """The goal: two clicks from the start page."""
    with within(2, karin.opens("/start"), "from the start page to a yes by telephone", say):
        karin.presses(f"Hat Ja gesagt – {OTTO.name}")
    town.forward(minutes=20)
    karin.opens(CALLS).presses(f"Hat Ja gesagt – {BERTA.name}")


def both_are_told_how_to_reach_each_other(town: Town, karin: Person, case: str) -> None:
    town.forward(minutes=20)
    for name, phone in ((OTTO.name, BERTA.phone), (BERTA.name, OTTO.phone)):
        card = karin.opens(CALLS).page.locator("article", has_text=name).first
        assert phone in str(card.locator(".mail-text").text_content())
        karin.presses(f"Ich habe angerufen – {name}")
    assert case not in karin.opens(CALLS).reads
