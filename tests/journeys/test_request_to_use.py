"""The main job, whole: from "unsere Homepage ist uralt" on a telephone to "Nutzen Sie es noch?"."""

from collections import Counter
from datetime import timedelta

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE, Person
from .pilots import Helper, award
from .steps import TITLE, VERA, approves, asks_for_help, sends, subjects, submits
from .town import COORDINATOR, PASSWORD, Town, text_of

pytestmark = pytest.mark.journey

LORE, BERND, AYLIN = "lore@lotsen.example", "bernd@lotsen.example", "aylin@lotsen.example"
HELPERS = (
    Helper("Lore Lindemann", LORE),
    Helper("Bernd Behrens", BERND),
    Helper("Aylin Aydin", AYLIN),
    Helper(
        "Nora Niegefragt",
        "nora@lotsen.example",
        "Fotos ordnen",
        "Ich ordne alte Fotos am Rechner.",
        ("photo-video-audio",),
    ),
)
ORGANISATION_MAILS = [
    "Bitte bestätigen Sie Ihre Anfrage",
    "Wir haben jemanden für Sie gefunden",
    "Es kann losgehen: So erreichen Sie sich",
    "Wie war es?",
    "Ist es geschafft?",
    "Nutzen Sie es noch?",
]
PILOT_MAILS = [
    "Können Sie helfen?",
    "Es kann losgehen: So erreichen Sie sich",
    "Wie war es?",
    "Ist es geschafft?",
    "Das ist daraus geworden",
]


class Story:
    """What the parts of the journey share: the town, the people, the one status link."""

    def __init__(self, town: Town, sit: Sit) -> None:
        self.town = town
        self.vera, self.karin, self.pilot = sit(TELEPHONE), sit(), sit(TELEPHONE)
        self.status = ""

    def stands(self, words: str) -> None:
        """The member opens the link of her first mail and reads where her request stands."""
        assert words in self.vera.opens(self.status).reads

    def answers(self, person: Person, address: str, subject: str) -> Person:
        """Somebody opens the link in a mail."""
        return person.opens(self.town.link(address, subject))


def test_a_request_goes_from_the_telephone_to_still_in_use_within_the_mail_budget(town: Town, sit: Sit) -> None:
    award(town, HELPERS)
    town.forward(hours=1)
    town.sink.mails.clear()
    story = Story(town, sit)

    the_request_is_submitted_by_the_link(story)
    the_coordinator_checks_and_approves_three(story)
    one_declines_one_is_silent_the_third_says_yes(story)
    the_organisation_confirms_and_both_get_contact_data(story)
    they_meet_and_it_fits(story)
    it_is_done_and_both_give_feedback(story)
    six_weeks_later_it_is_still_in_use(story)

    assert subjects(town, VERA) == ORGANISATION_MAILS
    assert subjects(town, AYLIN) == PILOT_MAILS
    assert subjects(town, LORE) == ["Können Sie helfen?"]
    assert subjects(town, BERND) == ["Können Sie helfen?", "Kurze Erinnerung: Können Sie helfen?"]
    case = str(town.mails(VERA)[0]["Subject"]).split("] ")[0]
    written_to = Counter(str(mail["To"]) for mail in town.sink.mails if case in str(mail["Subject"]))
    assert sorted(written_to.values()) == [1, 2, 5, 6], written_to
    assert town.mails("nora@lotsen.example") == []
    assert set(town.sink.message_ids.values()) == {1}


def the_request_is_submitted_by_the_link(story: Story) -> None:
    asks_for_help(story.vera)
    passes(story.vera)
    sends(story.vera)
    story.status = story.town.link(VERA, "Bitte bestätigen Sie Ihre Anfrage")
    submits(story.vera, story.status)
    story.stands("Ihre Anfrage ist da, und wir sehen sie uns bis")


def the_coordinator_checks_and_approves_three(story: Story) -> None:
    story.karin.logs_in(COORDINATOR, PASSWORD)
    assert "TSV Sülbeck" in story.karin.opens("/start").reads
    story.karin.opens("/anfragen").follows(TITLE)
    assert "geprüft" in story.karin.reads
    story.karin.presses("Organisation und Ansprechperson sind geprüft")
    story.karin.unfolds("Kurztext prüfen und freigeben")
    story.karin.writes("Kurztext", "Ein Verein möchte seine alte Homepage erneuern und selbst pflegen.")
    story.karin.presses("Kurztext freigeben")
    approves(story.karin, TITLE, ["Lore Lindemann", "Bernd Behrens", "Aylin Aydin"])
    story.stands("Wir fragen jemanden für Sie; spätestens am")


def one_declines_one_is_silent_the_third_says_yes(story: Story) -> None:
    town = story.town
    town.forward(minutes=20)
    asked = text_of(town.mail(LORE, "Können Sie helfen?"))
    assert "Ein Verein möchte seine alte Homepage erneuern" in asked
    assert "Vera" not in asked
    assert town.mails(BERND) == []
    lore = story.answers(story.pilot, LORE, "Können Sie helfen?")
    assert "Warum Sie?" in lore.reads
    passes(lore)
    lore.chooses("Nein, weil …").selects("Warum?", "Ich habe gerade keine Zeit").presses("Antwort senden")
    assert lore.heading == "Danke für Ihre Antwort"

    town.forward(minutes=20)
    town.mail(BERND, "Können Sie helfen?")
    late = town.link(BERND, "Können Sie helfen?")
    story.stands("Wir fragen jemanden für Sie; spätestens am")
    assert town.mails(AYLIN) == []
    town.go_to(town.working_day(6), hour=9)

    aylin = story.answers(story.pilot, AYLIN, "Können Sie helfen?")
    assert "jemand anderen gefragt" in story.vera.opens(late).reads
    story.stands("Wir fragen jemanden für Sie")
    aylin.chooses("Ja").presses("Antwort senden")
    assert aylin.heading == "Danke für Ihr Ja!"


def the_organisation_confirms_and_both_get_contact_data(story: Story) -> None:
    story.town.forward(minutes=20)
    vera = story.answers(story.vera, VERA, "Wir haben jemanden für Sie gefunden")
    assert vera.heading == "Aylin möchte Ihnen helfen"
    passes(vera)
    vera.chooses("Ja, gern").presses("Antwort senden")
    assert vera.heading == "Ihre Begleitung: Aylin" and "05721 100200" in vera.reads
    for address, other in ((VERA, "05721 100200"), (AYLIN, "05721 4711")):
        assert other in text_of(story.town.mail(address, "So erreichen Sie sich"))
    story.stands("Wir haben jemanden für Sie gefunden; die Kontaktdaten")


def they_meet_and_it_fits(story: Story) -> None:
    town = story.town
    meeting = town.at.date() + timedelta(days=2)
    aylin = story.answers(story.pilot, AYLIN, "So erreichen Sie sich")
    passes(aylin)
    aylin.unfolds("Termin eintragen").dates("Tag des Treffens", meeting)
    aylin.writes("Uhrzeit", "15:30").writes("Ort", "Vereinsheim").presses("Termin speichern")
    assert "15:30 Uhr, Vereinsheim" in aylin.reads
    story.stands("Wir haben jemanden für Sie gefunden")

    town.go_to(town.calendar.nth_working_day(meeting + timedelta(days=2), 1), hour=10)
    aylin = story.answers(story.pilot, AYLIN, "Wie war es?")
    passes(aylin)
    aylin.chooses("Es passt, wir machen weiter").writes("Ihr Ziel in einem Satz", "Die neue Homepage ist online.")
    aylin.dates("Bis wann ungefähr?", town.at.date() + timedelta(days=21))
    aylin.writes("Ihre Stunden bisher", "1,5").presses("Antwort senden")
    assert "Danke" in aylin.heading
    vera = story.answers(story.vera, VERA, "Wie war es?")
    vera.chooses("Es passt, wir machen weiter").presses("Antwort senden")
    story.stands("Ihre Begleitung läuft")


def it_is_done_and_both_give_feedback(story: Story) -> None:
    town = story.town
    town.go_to(town.calendar.next_working_day(town.at.date() + timedelta(days=23)))
    aylin = story.answers(story.pilot, AYLIN, "Ist es geschafft?")
    aylin.chooses("Ja, wir sind fertig").chooses("Ja, ganz").writes("Ihre Stunden bisher", "4").presses(
        "Antwort senden"
    )
    assert "Danke" in aylin.heading
    vera = story.answers(story.vera, VERA, "Ist es geschafft?")
    passes(vera)
    vera.chooses("Ja, wir sind fertig").chooses("Ja, ganz").writes("Was war gut?", "Sehr geduldig erklärt!")
    vera.presses("Antwort senden")
    story.stands("Ihre Begleitung ist abgeschlossen")


def six_weeks_later_it_is_still_in_use(story: Story) -> None:
    town = story.town
    town.go_to(town.calendar.next_working_day(town.at.date() + timedelta(days=43)), hour=11)
    vera = story.answers(story.vera, VERA, "Nutzen Sie es noch?")
    passes(vera)
    vera.chooses("Ja, wir nutzen es").writes("Ein Dank", "Jede Woche!").presses("Antwort senden")
    assert vera.heading == "Danke für Ihre Antwort"
    town.forward(hours=1)
    thanks = text_of(town.mail(AYLIN, "Das ist daraus geworden"))
    assert "TSV Sülbeck nutzt noch" in thanks
    assert "Jede Woche!" in thanks
