"""German words: sentences, stems, compounds, gender endings."""

import pytest

from matching import Catalogue
from matching.analyser import Analyser
from matching.clauses import clauses
from matching.words import clean, content

ANALYSER = Analyser()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lehrer", "Lehrerinnen"),
        ("Trainer*innen", "Trainer"),
        ("Trainer:in", "Trainerin"),
        ("KassenwartInnen", "Kassenwart"),
        ("Häuser", "Haus"),
        ("Haeuser", "Häuser"),
        ("Online-Shop", "Onlineshop"),
    ],
)
def test_two_spellings_share_their_first_feature(one: str, other: str) -> None:
    assert ANALYSER.words(one)[0] == ANALYSER.words(other)[0]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("onlineshop", ("online", "shop")),
        ("mitgliederliste", ("mitglieder", "liste")),
        ("datenschutzerklärung", ("daten", "schutz", "erklärung")),
        ("garten", ()),
        ("hund", ()),
    ],
)
def test_a_compound_falls_into_its_parts(word: str, parts: tuple[str, ...]) -> None:
    assert ANALYSER.split(word) == parts


def test_invisible_characters_do_not_split_a_word() -> None:
    assert clean("Home\u00adpage\u200b") == "Homepage"


@pytest.mark.parametrize(
    "text",
    [
        "Verschicken wollen wir nichts.",
        "Buchhaltung können wir schon.",
        "Eine App brauchen wir nicht.",
        "Eine eigene Homepage gibt es schon.",
        "Facebook haben wir schon.",
        "Die Kasse läuft prima.",
        "Gute Fotos machen können wir",
    ],
)
def test_what_is_not_wanted_counts_little(text: str) -> None:
    assert [weight for _, weight in clauses(text)] == [0.15]


@pytest.mark.parametrize(
    "text",
    [
        "Das WLAN geht nicht.",
        "Wir haben keine Webseite.",
        "Niemand findet uns online.",
        "Das WLAN läuft nicht gut.",
        "Die Seite können wir nicht selbst.",
        "Was können wir?",
        "Wer sagt uns, was wir online machen können?",
    ],
)
def test_a_complaint_is_no_refusal(text: str) -> None:
    assert [weight for _, weight in clauses(text)] == [1.0]


@pytest.mark.parametrize(
    "text", ["Wär schön, wenn ihr das mögt", "Hätt's wer? Dürft ihr’s?", "Habt ihr gemusst, wärt ihr gewesen, muß das?"]
)
def test_no_form_of_an_auxiliary_is_content(text: str) -> None:
    assert set(content(text)) <= {"schön"}


def test_a_request_is_read_by_the_noun_and_not_by_the_adjective_of_its_stem() -> None:
    """Routes are no routers, and the electronics of an organ are no electronic signature."""
    read = Catalogue.load().inference.read
    slugs = Catalogue.load().inference.topic_slugs
    network, government = slugs.index("hardware-network"), slugs.index("e-government")
    assert read("Der Router ist kaputt").topics[network] > 0.5 > 0.2 > read("Routen für den Bürgerbus").topics[network]
    assert read("Die Elektronik der Orgel spinnt").topics[government] < 0.35
