"""Whatever comes in: a clear error that names the record, or an honest "niemand"; never a traceback, never a NaN."""

from dataclasses import replace

import numpy as np
import pytest

from matching import Band, InputError, Matcher, Need, Profile, Ranking, Rule
from matching.assignment import assign

TOO_LONG = "Homepage und Router. " * 1000
ODD = {
    "empty": "",
    "20,000 characters": TOO_LONG[:20_000],
    "emoji": "🙂🎉🔥👍",
    "Ukrainian": "Нам потрібна допомога з бухгалтерією та рахунками",
    "Arabic": "نحتاج إلى مساعدة",
    "one endless word": "a" * 20_000,
    "control characters": "\x00\x07 Homepage \u202e\ufeff",
    "punctuation": "!?… – ;;; ((((",
    "digits": "1234567890 " * 50,
    "half a surrogate": "Homepage \ud83d",
}


def sound(ranking: Ranking) -> None:
    """Every number is one, in range, and the shares add up."""
    for match in ranking.matches:
        assert 0.0 <= match.score <= 1.0
        assert 0.0 <= match.chance <= 1.0
        assert sum(share.value for share in match.shares) == pytest.approx(match.score, abs=1e-9)
    assert all(np.isfinite(said.score) for said in ranking.inferred)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_texts_are_ranked_soundly(matcher: Matcher, text: str) -> None:
    sound(matcher.rank(Need("n", text, text)))


@pytest.mark.parametrize("text", ["", "🙂🎉🔥👍", "!?… – ;;; ((((", "a" * 20_000])
def test_what_says_nothing_is_an_honest_nobody(matcher: Matcher, text: str) -> None:
    ranking = matcher.rank(Need("n", description=text))
    assert ranking.nobody and ranking.uncertain
    assert all(match.band is Band.FAR for match in ranking.matches)


def test_what_follows_after_twenty_thousand_characters_is_not_read(matcher: Matcher) -> None:
    long = "Homepage " * 2500
    assert (
        matcher.rank(Need("n", description=long)).matches == matcher.rank(Need("n", description=long + "WLAN")).matches
    )


def test_a_choice_that_no_longer_exists_counts_nothing(matcher: Matcher) -> None:
    gone = Need("n", "Homepage veraltet", topics=("fax",), areas=("fax-thermal",))
    assert matcher.rank(gone).matches == matcher.rank(Need("n", "Homepage veraltet")).matches


@pytest.mark.parametrize(("number", "nobody"), [(0, True), (1, False)])
def test_nobody_and_one(people: list[Profile], matcher: Matcher, homepage: Need, number: int, nobody: bool) -> None:
    ranking = Matcher(matcher.catalogue).fit(people[:number]).rank(homepage)
    sound(ranking)
    assert ranking.nobody is nobody
    assert len(ranking.matches) == number


@pytest.mark.parametrize(
    ("change", "rule"), [({"active": False}, Rule.INACTIVE), ({"capacity_left": 0}, Rule.CAPACITY)]
)
def test_everybody_away_or_busy(
    people: list[Profile], matcher: Matcher, homepage: Need, change: dict, rule: Rule
) -> None:
    ranking = Matcher(matcher.catalogue).fit([replace(person, **change) for person in people]).rank(homepage)
    assert ranking.nobody and ranking.matches == []
    assert ranking.removed[rule] == len(people)
    assert ranking.gaps[0].removed[rule] == ranking.gaps[0].holders


def test_a_thousand_alike_come_in_the_order_of_their_ids(matcher: Matcher, people: list[Profile]) -> None:
    alike = [replace(people[0], id=number) for number in range(1000)]
    found = Matcher(matcher.catalogue).fit(alike[::-1]).rank(Need("n", "Homepage"), 30).matches
    assert [match.profile_id for match in found] == list(range(30))
    assert len({match.score for match in found}) == 1


BAD = {
    "radius": ({"radius_km": float("nan")}, "profile x: radius_km"),
    "record": ({"record": float("nan")}, "profile x: record"),
    "place": ({"latitude": 52.0, "longitude": float("inf")}, "profile x: longitude"),
    "level": ({"topics": {"website": float("nan")}}, "profile x: topics"),
    "text": ({"headline": 3}, "profile x: headline"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_a_number_that_is_none_names_its_record_also_when_it_comes_later(
    people: list[Profile], matcher: Matcher, change: dict, message: str
) -> None:
    wrong = Profile("x", **change)
    with pytest.raises(InputError, match=message):
        Matcher(matcher.catalogue).fit([*people, wrong])
    fitted = Matcher(matcher.catalogue).fit(people)
    with pytest.raises(InputError, match=message):
        fitted.update(wrong)
    assert "x" not in fitted.people_


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"latitude": float("nan"), "longitude": 9.0}, "need n: latitude"),
        ({"must_level": 7}, "need n: must_level"),
        ({"description": None}, "need n: description"),
    ],
)
def test_a_broken_need_is_named_by_every_question(matcher: Matcher, change: dict, message: str) -> None:
    wrong = Need("n", **change)
    for ask in (matcher.rank, matcher.what_ifs, lambda need: matcher.explain(need, "ada")):
        with pytest.raises(InputError, match=message):
            ask(wrong)


def test_nobody_is_assigned_where_nobody_has_room() -> None:
    found = assign([[0.9, 0.8], [0.7, 0.6]], capacities=[0, 0])
    assert (found.pairs, found.unassigned) == ((), (0, 1))
    with pytest.raises(InputError, match="values"):
        assign([[float("nan")]])
