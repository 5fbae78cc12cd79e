"""Ambiguous words need a second witness; what names something digital is hardly a task for somebody else."""

import pytest

from matching import Catalogue, Matcher, Need, Profile


@pytest.mark.parametrize("word", ["Karte", "Kasse", "Zahlen", "Schlange"])
def test_one_ambiguous_word_is_not_sure_of_its_topic(catalogue: Catalogue, word: str) -> None:
    reading = catalogue.inference.read(f"Es geht um die {word}")
    assert reading.alone[int(reading.topics.argmax())]
    surer = catalogue.inference.read(f"Es geht um die {word}. Es geht um das Kassenbuch, Eintrittskarten und Summen")
    assert reading.topics.max() < surer.topics.max()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Am Stand mit Karte zahlen", "payment-pos"),
        ("Die Zahlen in der Tabelle stimmen nicht", "data-spreadsheets"),
        ("Karten vorverkaufen für unser Theater", "events-ticketing"),
    ],
)
def test_a_second_word_settles_the_meaning(catalogue: Catalogue, text: str, topic: str) -> None:
    reading = catalogue.inference.read(text)
    best = int(reading.topics.argmax())
    assert catalogue.inference.topic_slugs[best] == topic
    assert not reading.alone[best]


def test_the_same_word_twice_is_one_witness(catalogue: Catalogue) -> None:
    reading = catalogue.inference.read("Karte, Karten, Karte")
    assert reading.alone[int(reading.topics.argmax())]


def test_a_lone_ambiguous_word_leaves_the_ranking_unsure(people: list[Profile], catalogue: Catalogue) -> None:
    cashier = Profile("gus", about="Zahlen mit Karte, an Kasse und Terminal.", topics={"payment-pos": 3})
    matcher = Matcher(catalogue).fit([*people, cashier])
    assert matcher.rank(Need("n", description="Wer hilft uns mit der Karte?")).uncertain
    with_it = matcher.rank(Need("n", description="Karte und Terminal an der Kasse streiken"))
    assert with_it.matches[0].profile_id == "gus"
    assert not with_it.uncertain


def test_what_the_requester_chose_is_a_witness_too(matcher: Matcher) -> None:
    need = Need("n", description="Wer hilft uns mit der Karte?", topics=("maps-presence",))
    assert matcher.sheet(need).wish.witnessed


def test_a_text_that_names_something_digital_is_hardly_another_task(catalogue: Catalogue) -> None:
    text = "Wir suchen jemanden, der Arabisch spricht"
    assert catalogue.inference.read(text).outside > 0.5
    assert catalogue.inference.read(f"{text} und unsere Website pflegt").outside < 0.25


def test_another_task_is_none_even_where_the_words_fit_somebody(people: list[Profile], catalogue: Catalogue) -> None:
    plays = Profile("gus", about="Ich spiele in einer Kapelle zum Frühschoppen.", topics={"photo-video-audio": 2})
    ranking = (
        Matcher(catalogue).fit([*people, plays]).rank(Need("n", description="Kapelle für den Frühschoppen gesucht"))
    )
    assert ranking.nobody
    assert ranking.missing == ("performers-catering",)
