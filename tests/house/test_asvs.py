"""docs/asvs.md, number by number: none is missing, none stands twice, and every test it names is in the tree."""

import ast
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest

from lotsen.core.config import ROOT

# How many requirements each section of OWASP ASVS 5.0.0 has, and the level of each, in their order.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333",
    "10.5": "22222", "10.6": "22", "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
# The numbers and sections that the design names, so that their requirements of level 3 stand here too.
NAMED = (
    "1.2", "1.3", "2.3", "3.4", "3.5.1", "3.5.3", "4.1.3", "5.2", "5.3", "5.4", "6.2", "6.3.1", "6.3.3", "6.3.8", "6.4",
    "7.4", "8.1.1", "8.2.1", "8.2.2", "8.2.3", "15.1", "15.3.3", "16.2", "16.5",
)  # fmt: skip
PAGE = ROOT / "docs" / "asvs.md"
STATES = ("met", "partly", "not met", "n/a")
ROW = re.compile(r"^\| ([\d.]+)(?:–([\d.]+))? \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


class Row(NamedTuple):
    """A line of the table."""

    first: str
    last: str
    state: str
    words: str
    tests: list[tuple[str, str]]

    @property
    def numbers(self) -> list[str]:
        """Every number from first to last that has to be there."""
        return [number for number in ALL if _key(self.first) <= _key(number) <= _key(self.last)]


def _key(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


def _all() -> dict[str, int]:
    """Every requirement and its level."""
    return {f"{section}.{n}": int(level) for section, levels in LEVELS.items() for n, level in enumerate(levels, 1)}


ALL = _all()
WANTED = {n for n, level in ALL.items() if level < 3 or any(n == name or n.startswith(f"{name}.") for name in NAMED)}


@cache
def rows() -> tuple[Row, ...]:
    """The table of the page."""
    page = PAGE.read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    cells = ROW.findall(page)
    found = [Row(a, b or a, state, words.strip(), TEST.findall(tests)) for a, b, state, words, tests in cells]
    assert len(found) == len(lines), "a line that is no row of the table"
    return tuple(found)


@cache
def names_in(path: str) -> frozenset[str]:
    """The functions of a test module, as Python reads it; none when there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_standard_has_as_many_requirements_as_it_says() -> None:
    assert Counter(ALL.values()) == {1: 70, 2: 183, 3: 92}


def test_every_requirement_of_levels_1_and_2_and_of_the_design_is_there_once() -> None:
    counted = Counter(number for row in rows() for number in row.numbers if number in WANTED or row.first == row.last)
    assert sorted(WANTED - set(counted), key=_key) == []
    assert [number for number, times in counted.items() if times > 1] == []
    named = {number for row in rows() for number in (row.first, row.last)}
    assert named <= set(ALL), named - set(ALL)
    firsts = [_key(row.first) for row in rows()]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.first)
def test_what_is_met_has_a_test_and_what_is_not_says_why(row: Row) -> None:
    assert row.state in STATES
    assert len(row.words) > 5, "a line says what Lotsen does, or why not"
    assert row.tests if row.state in ("met", "partly") else not row.tests
    assert row.state in ("n/a", "not met") or row.first == row.last, "each requirement for itself"
    missing = [f"{path}::{name}" for path, name in row.tests if name not in names_in(path)]
    assert not missing


def test_the_page_counts_itself() -> None:
    page = PAGE.read_text(encoding="utf-8")
    counted = Counter(row.state for row in rows() for number in row.numbers if ALL[number] < 3)
    said = re.search(r"Of the 253 .*?: (\d+) met, (\d+) partly, (\d+) not met, (\d+) not applicable", page, re.DOTALL)
    assert said is not None
    assert [int(number) for number in said.groups()] == [counted[state] for state in STATES]
