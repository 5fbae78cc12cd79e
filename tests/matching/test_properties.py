"""Properties that hold for any people and needs."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from matching import Catalogue, Matcher, Need, Profile, Ranking

SLOTS = ("mon-evening", "tue-evening", "sat-morning")
TEXTS = ("Webseite bauen", "Kassenbuch führen", "WLAN im Saal", "Flyer für das Fest", "Excel-Liste", "🙂", "")
TOPICS = ("website", "payment-pos", "hardware-network", "design-print", "data-spreadsheets")
SHORT = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

profiles = st.builds(
    Profile,
    id=st.integers(0, 40),
    headline=st.sampled_from(TEXTS),
    about=st.sampled_from(TEXTS),
    topics=st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 3), max_size=3),
    slots=st.frozensets(st.sampled_from(SLOTS)),
    capacity_left=st.integers(0, 2),
    record=st.floats(0, 1),
)
crowds = st.lists(profiles, max_size=8, unique_by=lambda p: p.id)
needs = st.builds(
    Need,
    id=st.just("n"),
    title=st.sampled_from(TEXTS),
    description=st.one_of(st.sampled_from(TEXTS), st.text(max_size=60)),
    topics=st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple),
    slots=st.frozensets(st.sampled_from(SLOTS)),
)
CATALOGUE = Catalogue.load()


def fitted(people: list[Profile]) -> Matcher:
    return Matcher(CATALOGUE).fit(people)


def order(ranking: Ranking) -> list[int]:
    return [match.profile_id for match in ranking.matches]


@SHORT
@given(crowds, needs, st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(people: list[Profile], need: Need, random) -> None:
    shuffled = people.copy()
    random.shuffle(shuffled)
    one, other = fitted(people).rank(need), fitted(shuffled).rank(need)
    assert order(one) == order(other)
    assert one.removed_by_profile == other.removed_by_profile


@SHORT
@given(crowds, needs)
def test_scores_are_in_range_and_shares_add_up(people: list[Profile], need: Need) -> None:
    for match in fitted(people).rank(need, rules=False).matches:
        assert 0.0 <= match.score <= 1.0
        assert sum(share.value for share in match.shares) == pytest.approx(match.score, abs=1e-9)


@SHORT
@given(crowds, profiles, needs)
def test_one_more_pilot_does_not_change_the_others_order(people: list[Profile], new: Profile, need: Need) -> None:
    matcher = fitted(people)
    before = [key for key in order(matcher.rank(need)) if key != new.id]
    matcher.update(new)
    assert [key for key in order(matcher.rank(need)) if key != new.id] == before


@SHORT
@given(crowds.filter(bool), needs, st.sampled_from(TOPICS))
def test_a_higher_level_never_lowers_the_rank(people: list[Profile], need: Need, topic: str) -> None:
    matcher, first = fitted(people), people[0]
    before = order(matcher.rank(need, rules=False)).index(first.id)
    low = first.topics.get(topic, 0)
    if low:
        matcher.update(replace(first, topics={**first.topics, topic: min(3, low + 1)}))
        assert order(matcher.rank(need, rules=False)).index(first.id) <= before


@SHORT
@given(crowds.filter(bool), needs)
def test_without_a_common_slot_the_pair_is_gone(people: list[Profile], need: Need) -> None:
    wanting = replace(need, slots=frozenset({"sun-evening"}))
    matcher = fitted([replace(person, slots=person.slots or frozenset({"mon-evening"})) for person in people])
    assert matcher.rank(wanting).matches == []


@SHORT
@given(crowds, profiles, needs)
def test_an_update_equals_a_fit_of_the_same_statistics(people: list[Profile], new: Profile, need: Need) -> None:
    matcher = fitted(people)
    matcher.update(new)
    everybody = {**{p.id: p for p in people}, new.id: new}
    again = fitted(people)
    again.remove(new.id)
    for profile in everybody.values():
        again.update(profile)
    one, other = matcher.rank(need), again.rank(need)
    assert order(one) == order(other)
    assert [m.score for m in one.matches] == pytest.approx([m.score for m in other.matches])


def test_the_constructor_stores_and_clone_works() -> None:
    matcher = Matcher(CATALOGUE, possible_from=0.3)
    assert clone(matcher).get_params()["possible_from"] == 0.3
    assert not hasattr(matcher, "people_")


def test_an_unfitted_matcher_says_so() -> None:
    with pytest.raises(NotFittedError):
        Matcher().rank(Need("n"))


def test_removed_people_are_gone(people: list[Profile]) -> None:
    matcher = fitted(people)
    matcher.remove("ada")
    matcher.remove("ada")
    assert "ada" not in order(matcher.rank(Need("n", "Homepage")))


def test_common_habits_of_estimators_are_kept(people: list[Profile]) -> None:
    matcher = Matcher(possible_from=0.3)
    assert "possible_from=0.3" in repr(matcher)
    assert matcher.set_params(fits_from=0.5) is matcher
    assert set(matcher.get_params()) == {
        "catalogue",
        "weights",
        "fits_from",
        "possible_from",
        "spelling",
        "thesaurus",
    }
    assert matcher.catalogue is None
    assert matcher.fit(people) is matcher
    assert matcher.weights is None, "fit learns into names with an underscore and leaves the settings alone"
    again = clone(matcher)
    with pytest.raises(NotFittedError):
        again.what_if(Need("n"), "time")


def test_fitting_twice_forgets_the_first_time(people: list[Profile]) -> None:
    matcher = fitted(people)
    matcher.fit(people[:1])
    assert order(matcher.rank(Need("n", "Homepage"))) == ["ada"]


def test_many_changes_fold_into_the_base_without_a_change_of_score(people: list[Profile]) -> None:
    matcher = fitted(people)
    need = Need("n", "Homepage")
    before = matcher.explain(need, "ada").score
    for number in range(70):
        matcher.update(Profile(f"new{number}", about="Kassenbuch"))
    assert not matcher.people_.changed or len(matcher.people_.changed) < 70
    assert matcher.explain(need, "ada").score == pytest.approx(before, abs=1e-7)
    assert len(matcher.people_) == len(people) + 70
