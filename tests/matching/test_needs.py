"""Two needs in one request: found when the text clearly holds two, with one list each and who covers both."""

import json
from pathlib import Path

from matching import Catalogue, Matcher, Need, Profile
from matching.parts import split

TEXTS = json.loads((Path(__file__).parent / "needs.json").read_text(encoding="utf-8"))
TWO = "Unsere Homepage ist uralt. Außerdem fällt das WLAN aus, der Router ist kaputt."


def test_requests_with_one_need_stay_whole(catalogue: Catalogue) -> None:
    assert [text for text in TEXTS["one"] if split(text, catalogue.inference)] == []


def test_most_requests_with_two_needs_fall_into_the_right_two(catalogue: Catalogue) -> None:
    right = 0
    for text, *topics in TEXTS["two"]:
        found = split(text, catalogue.inference) or ()
        right += [catalogue.inference.topic_slugs[piece.topic] for piece in found] == topics
    assert right >= 14


def test_each_need_has_its_own_list(matcher: Matcher) -> None:
    ranking = matcher.rank(Need("n", description=TWO))
    assert [part.suggestion.topic for part in ranking.needs] == ["website", "hardware-network"]
    assert [part.matches[0].profile_id for part in ranking.needs] == ["ada", "cem"]
    assert ranking.needs[1].text.startswith("Außerdem fällt das WLAN aus")
    assert ranking.both == ()


def test_who_covers_both_needs_is_named(matcher: Matcher, people: list[Profile]) -> None:
    gus = Profile("gus", about="Webseiten, Homepage, Router und WLAN.", topics={"website": 3, "hardware-network": 3})
    ranking = Matcher(matcher.catalogue).fit([*people, gus]).rank(Need("n", description=TWO))
    assert ranking.both == ("gus",)
    assert ranking.matches[0].profile_id == "gus"


def test_a_need_that_nobody_covers_says_so(matcher: Matcher, people: list[Profile]) -> None:
    ranking = Matcher(matcher.catalogue).fit(people[:2]).rank(Need("n", description=TWO))
    assert [part.nobody for part in ranking.needs] == [False, True]
    assert not ranking.nobody


def test_what_runs_already_is_no_second_need(matcher: Matcher) -> None:
    text = "Unsere Homepage ist uralt. Außerdem: Buchhaltung und Rechnungen können wir schon selbst."
    assert matcher.rank(Need("n", description=text)).needs == ()
