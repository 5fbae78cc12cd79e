"""A sloppy letter keeps its concern: only who writes and how to reach her goes."""

import pytest

from lotsen.core.openings import concern
from lotsen.help_requests.rules import draft_short_text, title_from

INGE = "Inge Wiegmann"
LETTERS = [  # (text, whose, clauses that must survive, what must not)
    (
        "moin, ich bin die inge wiegmann kassenwartin vom TSV Nienstädt 09, wir haben 240 mitglieder alles in ner exel "
        "liste und beim lastschrift einzug gibts jedes mal fehler weil die iban falsch sind 😩 mein vorgänger hat das "
        "noch per hand gemacht. bin 71 u kenn mich nich so aus. erreichbar 05721 443322 abens. geht das auch "
        "online?? danke lg inge",
        INGE,
        [
            "wir haben 240 mitglieder alles in ner exel liste",
            "weil die iban falsch sind",
            "mein vorgänger hat das noch",
            "bin 71 u kenn mich nich so aus",
            "geht das auch online??",
        ],
        ["inge", "wiegmann", "443322", "erreichbar", "lg"],
    ),
    (
        "hallo hier ist der heinz unser drucker druckt nur noch leere seiten tel 05721 98765 ab 18 uhr mfg heinz meier",
        "Heinz Meier",
        ["unser drucker druckt nur noch leere seiten"],
        ["heinz", "meier", "98765", "tel", "mfg"],
    ),
    (
        "wlan im vereinsheim ist zu langsam 😡 keiner kommt ins netz lg Herbert",
        "Herbert Möller",
        ["wlan im vereinsheim ist zu langsam", "keiner kommt ins netz"],
        ["herbert", "lg"],
    ),
    (
        "servus bin der toni vom schützenverein und brauch hilfe mit der homepage, die ist abends nicht erreichbar. "
        "rufen sie mich an 0171 2345678",
        "Anton Huber",
        ["brauch hilfe mit der homepage", "die ist abends nicht erreichbar"],
        ["toni", "0171", "rufen"],
    ),
    (
        "die mails kommen nich an, sie erreichen mich am besten abends ab 18 uhr unter 05721 443322 oder "
        "inge@tsv.example. was tun? viele grüße inge wiegmann",
        INGE,
        ["die mails kommen nich an", "was tun?"],
        ["erreichen", "18 uhr", "@", "grüße", "inge"],
    ),
    (
        "Die Kasse geht nicht.\n\nMit freundlichen Grüßen\nInge Wiegmann\nKassenwartin TSV Nienstädt\n05721 443322",
        INGE,
        ["die kasse geht nicht"],
        ["grüßen", "wiegmann", "kassenwartin", "443322"],
    ),
    (
        "bitte abends anrufen! facebook seite ist weg, passwort auch 🙈 und die neue kassenwartin hat keinen zugang. "
        "05721/443322",
        INGE,
        ["facebook seite ist weg", "passwort auch", "die neue kassenwartin hat keinen zugang"],
        ["anrufen", "443322"],
    ),
    (
        "Inge Wiegmann, 05721 443322, abends. Die Excel-Liste ist kaputt",
        INGE,
        ["die excel-liste ist kaputt"],
        ["inge", "443322", "abends"],
    ),
    (
        "Tischler Moeller will Angebote am Computer schreiben, sagt Möller. Tel.: 05721 98765, werktags",
        "Herbert Möller",
        ["will angebote am computer schreiben"],
        ["moeller", "möller", "98765", "werktags"],
    ),
    (
        "wir kriegen die spenden nich gebucht die inge wiegmann macht das sonst aber die is krank. danke schonmal",
        INGE,
        ["wir kriegen die spenden nich gebucht die", "macht das sonst aber die is krank"],
        ["inge", "wiegmann", "danke"],
    ),
    (
        "Unser Verein ist unter 05721 443322 erreichbar, aber Google zeigt die alte Nummer. LG",
        INGE,
        ["unser verein ist unter", "erreichbar", "aber google zeigt die alte nummer"],
        ["443322", "lg"],
    ),
    (
        "Wir sind mit unserer Homepage unzufrieden. Unser Monitor von LG flackert, Fotos kann man nicht sehen 😕 "
        "Danke!",
        INGE,
        ["wir sind mit unserer homepage unzufrieden", "unser monitor von lg flackert", "fotos kann man nicht sehen"],
        ["danke"],
    ),
    (
        "liebe Grüße online verschicken, wie geht das? wir wollen allen spendern danke sagen",
        INGE,
        ["liebe grüße online verschicken, wie geht das?", "wir wollen allen spendern danke sagen"],
        [],
    ),
]


@pytest.mark.parametrize(("text", "name", "clauses", "gone"), LETTERS)
def test_only_who_writes_and_how_to_reach_her_is_left_out(text: str, name: str, clauses: list[str], gone: list[str]):
    drafted = draft_short_text(text, name).lower()
    assert [clause for clause in clauses if clause not in drafted] == []
    assert [piece for piece in gone if piece in drafted] == []


@pytest.mark.parametrize(("text", "name", "clauses", "gone"), LETTERS)
def test_no_title_is_a_greeting_a_farewell_or_a_way_to_be_reached(text, name, clauses, gone):
    title = title_from(text, name=name).lower()
    assert [piece for piece in gone if piece in title] == []
    assert len(title) > 10


@pytest.mark.parametrize(("text", "name", "clauses", "gone"), LETTERS)
def test_the_concern_keeps_every_clause_of_it(text, name, clauses, gone):
    said = concern(text).lower()
    assert [clause for clause in clauses if clause not in said] == []


def test_a_whole_name_goes_also_where_half_of_it_is_a_word() -> None:
    text = "bitte Vera Bäcker anrufen, der bäcker hat eine alte Homepage"
    assert draft_short_text(text, "Vera Bäcker") == "Bitte … anrufen, der bäcker hat eine alte Homepage"


@pytest.mark.parametrize(
    "text", ["Danke lg Inge", "Bitte abends anrufen: 05721 443322", "Moin", "Erreichbar 05721 443322 abens"]
)
def test_a_letter_without_a_concern_is_named_by_its_topic(text: str) -> None:
    assert title_from(text, "Hilfe beim Thema: Website", INGE) == "Hilfe beim Thema: Website"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Herr Möller will Rechnungen am Computer schreiben.", "Rechnungen am Computer schreiben"),
        ("Frau Berg braucht eine neue Homepage.", "Eine neue Homepage"),
        ("Herr Möller schreibt Rechnungen von Hand.", "Herr … schreibt Rechnungen von Hand"),
    ],
)
def test_a_title_says_what_is_wanted_and_not_that_somebody_wants_it(text: str, title: str) -> None:
    assert title_from(text) == title
