"""The life of a help request, without a database."""

import itertools

import pytest

from lotsen.help_requests import rules
from lotsen.help_requests.rules import CLOSED, LIVE, MOVES, SCORED, TIMEOUTS, State


def test_every_state_has_a_way_in():
    reached = {to for targets in MOVES.values() for to in targets}
    assert reached | {State.DRAFT} == set(State)


def test_every_state_has_a_way_out():
    assert all(MOVES[state] for state in State)


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_a_closed_request_can_only_be_opened_again(state):
    assert MOVES[state] == {State.SUBMITTED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("draft", "submitted"),
        ("submitted", "open"),
        ("submitted", "query"),
        ("query", "submitted"),
        ("query", "put_aside"),
        ("open", "asking"),
        ("open", "waiting"),
        ("waiting", "open"),
        ("asking", "matched"),
        ("asking", "open"),
        ("matched", "running"),
        ("running", "completed"),
        ("on_hold", "submitted"),
        ("on_hold", "waiting"),
        ("put_aside", "submitted"),
    ],
)
def test_the_straight_way_is_open(before, after):
    assert State(after) in MOVES[State(before)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("draft", "open"),
        ("draft", "asking"),
        ("submitted", "asking"),
        ("submitted", "running"),
        ("waiting", "asking"),
        ("waiting", "rejected"),
        ("completed", "withdrawn"),
        ("withdrawn", "open"),
        ("query", "open"),
    ],
)
def test_there_are_no_short_cuts(before, after):
    assert State(after) not in MOVES[State(before)]


def test_nobody_waits_without_an_end():
    waits_for_us = {State.DRAFT, State.SUBMITTED, State.QUERY, State.ON_HOLD, State.OPEN, State.WAITING}
    assert waits_for_us == set(TIMEOUTS)


def test_only_live_requests_have_time_outs_and_are_scored():
    assert set(TIMEOUTS) <= LIVE
    assert SCORED <= LIVE


@pytest.mark.parametrize("number", range(5))
def test_ticks_survive_the_way_to_slots_and_back(number):
    for ticks in itertools.combinations(rules.TICKS, number):
        assert rules.ticks_of_slots(rules.slots_of_ticks(list(ticks))) == list(ticks)


def test_a_single_evening_is_no_tick():
    assert rules.ticks_of_slots(["tue-evening"]) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Unsere Homepage ist alt. Wer hilft?", "Unsere Homepage ist alt"),
        ("Wie geht das? Wir wissen es nicht.", "Wie geht das?"),
        ("Zeile eins\nZeile zwei", "Zeile eins"),
        ("🥖" * 30, "🥖" * 30),
        ("x" * 20_000, "X" + "x" * 77 + " …"),
        ("Wort " * 50, "Wort " * 15 + "…"),
        (
            "Guten Tag, ich bin die Kassenwartin vom TSV. Unsere Beiträge sind ein Chaos.",
            "Unsere Beiträge sind ein Chaos",
        ),
        ("hallo zusammen wir brauchen hilfe mit der homepage", "Wir brauchen hilfe mit der homepage"),
        ("Hallo liebes Digitallotsen-Team, unsere Kasse spinnt!", "Unsere Kasse spinnt"),
        ("Sehr geehrte Damen und Herren,\nwir suchen Rat zu unserer Website.", "Wir suchen Rat zu unserer Website"),
        ("Moin! Wer kann uns mit dem WLAN helfen?", "Wer kann uns mit dem WLAN helfen?"),
        ("👋 Hallo, ich heiße Petra und wir möchten Termine online vergeben.", "Wir möchten Termine online vergeben"),
        (
            "Ich bin Bäcker. Können Sie uns helfen? Ich möchte Bestellungen annehmen.",
            "Ich möchte Bestellungen annehmen",
        ),
        ("Guten Morgen. Wir haben eine Frage: Wie sichern wir Fotos?", "Wie sichern wir Fotos?"),
        ("Guten Tag Frau Berger, es geht um unseren Newsletter.", "Es geht um unseren Newsletter"),
        ("Hallo Herr Müller wir haben ein Problem mit Excel", "Wir haben ein Problem mit Excel"),
        ("Lieber Herr Kramer, vielen Dank für das Gespräch. Die Cloud ist weg.", "Die Cloud ist weg"),
        ("Wir sind ein Verein und unsere Buchhaltung ist auf Papier.", "Unsere Buchhaltung ist auf Papier"),
        ("Guten Abend, hier ist der Schützenverein. bei uns hakt es", "Bei uns hakt es"),
        ("HALLO!!! DRINGEND!!! DIE KASSE GEHT NICHT", "DIE KASSE GEHT NICHT"),
        ("Hilfe! Der Server ist weg 🙈", "Der Server ist weg 🙈"),
        ("Hilfe bei der Steuererklärung im Netz", "Hilfe bei der Steuererklärung im Netz"),
        ("Ich hoffe, es geht Ihnen gut. Wir möchten eine App.", "Wir möchten eine App"),
        ("Hi there, my name is Tom. I need help with our website.", "I need help with our website"),
        ("Hello, can you help us? Our printer does not work.", "Our printer does not work"),
        ("Dear Sir or Madam, we would like a new list.", "We would like a new list"),
        ("Wir brauchen Hilfe.", "Wir brauchen Hilfe"),
        ("Guten Tag", "Guten Tag"),
        ("Hallo Homepage kaputt, was tun?", "Homepage kaputt, was tun?"),
        ("Hallo unsere Homepage ist alt, wer hilft?", "Unsere Homepage ist alt, wer hilft?"),
        ("Hi-Fi Anlage im Vereinsheim, wer kennt sich aus?", "Hi-Fi Anlage im Vereinsheim, wer kennt sich aus?"),
        ("Werte Daten von Excel nach Access übertragen. Danke", "Werte Daten von Excel nach Access übertragen"),
        ("Hallo Drucker druckt nicht, Hilfe!", "Drucker druckt nicht, Hilfe"),
        ("Moin wir kommen nicht ins Netz, was nun?", "Wir kommen nicht ins Netz, was nun?"),
        ("Hallo Frau Berger, der Drucker streikt.", "Der Drucker streikt"),
        ("Hallo Petra Meier, unser Server ist weg.", "Unser Server ist weg"),
        ("Hallo Petra\nDie Kasse geht nicht.", "Die Kasse geht nicht"),
        ("Liebe Lotsinnen und Lotsen, unser WLAN ist langsam.", "Unser WLAN ist langsam"),
        ("Liebe Frau Dr. Meier, unser Newsletter hakt.", "Unser Newsletter hakt"),
        ("Werte einer Tabelle zusammenzählen, wie geht das?", "Werte einer Tabelle zusammenzählen, wie geht das?"),
        ("Liebes Tagebuch als App. Wer kennt eine?", "Liebes Tagebuch als App"),
        ("Guten Tag. Danke. Ich bin Bäcker.", "Ich bin Bäcker"),
        ("Hi-Tech im Klassenzimmer! Danke", "Hi-Tech im Klassenzimmer"),
        ("Sehr geehrte Frau Dr. Meier, unser Chor sucht Rat zu Noten-Apps.", "Unser Chor sucht Rat zu Noten-Apps"),
    ],
)
def test_the_title_is_the_first_sentence_that_says_something_cut_between_words(text, title):
    assert rules.title_from(text) == title


@pytest.mark.parametrize(
    ("verified", "cleared", "allowed"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_nobody_is_asked_before_organisation_and_text_were_seen(verified, cleared, allowed):
    assert rules.may_be_opened(organisation_verified=verified, short_text_cleared=cleared) is allowed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Meine Nummer ist 0171 2345678.", True),
        ("Sie erreichen uns unter +49 5721 98765", True),
        ("Schreiben Sie an info@verein-beispiel.de", True),
        ("Wir haben 2026 und 2027 je 120 Mitglieder, 31655 Stadthagen, 24.12.2026", False),
        ("Der Drucker HL-2030 druckt nur 0 bis 10 Seiten.", False),
    ],
)
def test_a_text_for_pilots_tells_no_way_to_reach_anybody(text: str, found: bool) -> None:
    assert rules.tells_who(text, "", "", "") is found


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Sportverein, Uwe Kasper, führt Listen von Hand.", "Uwe Kasper 😀", True),
        ("Unser Kassenwart kasper-uwe tippt alles ab.", "Uwe Kasper", True),
        ("Das hat Jörg Weiß gemacht.", "JOERG WEISS", True),
        ("Fragen Sie Herrn Kasper nach der Liste.", "Uwe Kasper 😀", True),
        ("Fragen Sie Frau Dr. Moeller.", "Petra Möller", True),
        ("Fragen Sie Frau Lüdenscheid.", "Petra Müller-Lüdenscheid", True),
        ("Wir spielen Kasper und Uwe ist dabei.", "Uwe Kasper", False),
        ("Der Kasper im Theater braucht eine Website.", "Uwe Kasper", False),
        ("Der Drucker streikt.", "Frau 😀", False),
    ],
)
def test_a_person_is_found_by_the_words_of_the_name(text: str, name: str, found: bool) -> None:
    assert rules.tells_who(text, name, "", "") is found


def test_a_drafted_title_names_nobody_and_is_cut_at_a_word() -> None:
    text = "Frau Möller will Fotos vom Ausflug allen zeigen und eine Whatsapp Gruppe machen, aber niemand weiß wie"
    title = rules.title_from(text)
    assert title == "Fotos vom Ausflug allen zeigen und eine Whatsapp Gruppe machen, aber niemand …"
    assert len(title) <= rules.LONGEST_DRAFTED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hallo, wir sind der Musikverein Harmonie Wendthagen.", True),
        ("Ein Musikverein sucht Hilfe mit der Kasse.", False),
    ],
)
def test_a_name_that_is_not_to_be_shown_is_found_without_its_legal_form(text: str, found: bool) -> None:
    assert rules.names_organisation(text, "Musikverein Harmonie Wendthagen e. V.") is found
