"""Topics suggested from somebody's own words."""

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.core.extensions import db
from lotsen.skills.models import Area, Topic
from lotsen.skills.suggest import suggest


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("Ich pflege die Homepage unseres Vereins mit WordPress.", "website"),
        ("Ich habe lange als IT-Sicherheitsbeauftragter gearbeitet: Passwörter, Phishing, Backups.", "it-security"),
    ],
)
def test_own_words_lead_to_the_topic_with_words_as_evidence(app: Flask, words: str, topic: str) -> None:
    first = suggest(words)[0]
    assert first[0] == topic
    assert first[2] > 0 and first[3]


@pytest.mark.parametrize("words", ["", "   ", "\n", "🙂🙂🙂", "Das Dach ist undicht, wir suchen einen Dachdecker."])
def test_no_words_no_suggestion(app: Flask, words: str) -> None:
    assert suggest(words) == []


def test_no_more_than_asked_for_and_best_first(app: Flask) -> None:
    rows = suggest("Homepage, Passwörter, Rechnungen, Newsletter, Videokonferenz, Drucker, Cloud", limit=3)
    assert len(rows) <= 3
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


def test_every_suggestion_is_a_row_of_the_catalogue(app: object) -> None:
    topics = set(db.session.scalars(select(Topic.slug)))
    areas = set(db.session.scalars(select(Area.slug)))
    for topic, area, _score, _words in suggest("Homepage und Passwörter und Excel-Tabellen", limit=10):
        assert topic in topics and (area is None or area in areas)


def test_several_problems_in_one_letter_do_not_hide_each_other(app: Flask) -> None:
    letter = (
        "Unsre Mitgliederliste haben wir in Exel. Dann ist unsere Interneseite nicht mehr erreichbar. "
        "Und drittens sollen sich die Leute fürs Sommerfest online anmelden können."
    )
    found = {row[0] for row in suggest(letter)}
    assert found >= {"membership-management", "website", "events-ticketing"}
