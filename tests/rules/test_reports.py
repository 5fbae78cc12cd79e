"""Small numbers: what may stand by itself, and that nobody can compute the rest."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotsen.reports.rules import Breakdown, Group, break_down, over_years

Counts = dict[str, int]
KEYS = "abcde"
SHORT = settings(max_examples=50, deadline=None)
counts = st.fixed_dictionaries({key: st.integers(0, 12) for key in KEYS})


def alike(numbers: Counts) -> dict[str, Group]:
    """As many behind each group as are counted in it."""
    return {key: Group(number, number) for key, number in numbers.items()}


def reader(pages: list[Breakdown[str] | None], totals: list[int]) -> tuple[object, ...]:
    """All that somebody can read on the pages of the years and on the page of all."""
    read = [*pages, over_years(page for page in pages if page)]
    return (*totals, *(page and (dict(page.shown), page.others) for page in read))


@pytest.mark.parametrize(
    ("numbers", "shown", "others"),
    [
        ({"club": 9, "business": 5, "institution": 3}, {"club": 9, "business": 5, "institution": 3}, 0),
        ({"club": 9, "business": 5, "institution": 0}, {"club": 9, "business": 5, "institution": 0}, 0),
        ({"club": 9, "business": 5, "institution": 1}, {"club": 9}, 6),  # 15 less 14 would say it
        ({"club": 9, "business": 9, "institution": 5, "school": 2, "church": 0}, {"club": 9, "business": 9}, 7),
    ],
)
def test_a_small_group_goes_with_the_next_one(numbers: Counts, shown: Counts, others: int) -> None:
    page = break_down(alike(numbers), 3)
    assert page is not None
    assert (page.shown, page.others) == (shown, others)


@pytest.mark.parametrize("numbers", [{}, {"a": 0}, {"a": 2, "b": 0}, {"a": 40, "b": 2}, {"a": 3, "b": 3, "c": 1}])
def test_where_nothing_can_be_shown_nothing_is(numbers: Counts) -> None:
    assert break_down(alike(numbers), 3) is None


def test_many_requests_of_one_organisation_are_a_small_group() -> None:
    page = break_down({"club": Group(9, 6), "business": Group(30, 1), "institution": Group(4, 4)}, 3)
    assert page == Breakdown({"club": 9}, 34, frozenset({"business", "institution"}))


@given(counts, st.integers(3, 6))
@SHORT
def test_nothing_small_is_shown_and_the_others_are_never_few(numbers: Counts, smallest: int) -> None:
    page = break_down(alike(numbers), smallest)
    if page is None:
        return
    assert all(number == 0 or number >= smallest for number in page.shown.values())
    assert page.others == 0 or page.others >= smallest
    assert sum(page.shown.values()) + page.others == sum(numbers.values())


@given(counts, st.integers(3, 6), st.randoms())
@SHORT
def test_the_order_of_the_groups_does_not_matter(numbers: Counts, smallest: int, chance: object) -> None:
    keys = list(numbers)
    chance.shuffle(keys)  # type: ignore[attr-defined]
    assert break_down(alike({key: numbers[key] for key in keys}), smallest) == break_down(alike(numbers), smallest)


@given(st.lists(counts, min_size=1, max_size=4), st.integers(3, 6))
@SHORT
def test_no_hidden_number_can_be_computed_from_all_the_pages(years: list[Counts], smallest: int) -> None:
    """For each there is another table that makes the same pages, with the same totals, but another number in it."""
    pages = [break_down(alike(year), smallest) for year in years]
    totals = [sum(year.values()) for year in years]
    read = reader(pages, totals)
    for number, (year, page) in enumerate(zip(years, pages, strict=True)):
        hidden = [key for key in year if page is None or key in page.merged]
        for key in (key for key in hidden if 0 < year[key] < smallest):
            other = next(one for one in hidden if one != key)
            moved = {**year, key: year[key] - 1, other: year[other] + 1}
            assert sum(moved.values()) == totals[number]
            if page is not None:
                again = Breakdown(
                    {one: moved[one] for one in page.shown}, sum(moved[one] for one in page.merged), page.merged
                )
                assert reader([*pages[:number], again, *pages[number + 1 :]], totals) == read


@pytest.mark.parametrize("smallest", [3, 4])
def test_who_knows_the_rule_cannot_compute_it_either(smallest: int) -> None:
    """Every table of four groups that makes the same page is looked at: a small number is never the same in all."""
    tables = defaultdict(list)
    for numbers in product(range(smallest + 4), repeat=4):
        page = break_down(alike(dict(zip("abcd", numbers, strict=True))), smallest)
        seen = page and (tuple(page.shown.items()), page.others, page.merged)
        tables[sum(numbers), seen].append(numbers)
    for made in tables.values():
        for place in range(4):
            (first, *more) = {numbers[place] for numbers in made}
            assert more or not 0 < first < smallest, made
    assert len(tables) > 200


@given(st.lists(counts, max_size=4), st.integers(3, 6))
@SHORT
def test_all_years_say_what_the_years_say(years: list[Counts], smallest: int) -> None:
    pages = [page for page in (break_down(alike(year), smallest) for year in years) if page]
    whole = over_years(pages)
    if whole is None:
        return
    for key, number in whole.shown.items():
        assert number == sum(page.shown[key] for page in pages)
    assert sum(whole.shown.values()) + whole.others == sum(p.others + sum(p.shown.values()) for p in pages)
