"""Rules of notes and names."""

from datetime import date, timedelta

import pytest

from lotsen.core.folding import fold_for_search
from lotsen.notes.rules import Kind, is_a_day_to_come, may_be_empty

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(TODAY, True), (TODAY - timedelta(days=1), False), (TODAY + timedelta(days=900), True), (date(2040, 1, 1), False)],
)
def test_a_wiedervorlage_lies_ahead(day, expected):
    assert is_a_day_to_come(day, TODAY) is expected


def test_only_nobody_reached_needs_no_words():
    assert [kind for kind in Kind if may_be_empty(kind)] == [Kind.NOT_REACHED]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "mueller"), ("Weiß", "WEISS"), ("Ægir", "ægir"), ("José", "jose"), ("O’Neil-Groß", "o neil gross")],
)
def test_spellings_of_a_name_are_alike(one, other):
    assert fold_for_search(one) == fold_for_search(other)


def test_different_names_stay_different():
    assert len({fold_for_search(name) for name in ("Meier", "Maier", "Mayer", "Meyer", "Müller", "Möller")}) == 6
