"""What the pages tell people to type exists, and the two READMEs say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lotsen.cli import main

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ROOT / "docs" / "operations.md"
READMES = ROOT / "README.md", ROOT / "README.de.md"
PAGES = [
    *READMES,
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "deploy").rglob("*.*")),
]
EACH_OTHER = {path.name for path in READMES}
# What stands in both, whatever the language around it: pages and pictures, what is typed or read, numbers.
THE_SAME = {
    "pages": r"\]\(([^)]+)\)",
    "code": r"`([^`]+)`",
    "commands": r"^ {4}(\S.*?)(?: {2,}#.*| – .*|\w+@\w+.*)?$",
    "figures": r"\b\d[\d.:-]*\d\b",
}


def typed() -> Iterator[tuple[str, str]]:
    """Where a command stands, and its words: after ``python -m lotsen``, or in the first column of the table."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"python -m lotsen +([^`\n#&|>]+)", text):
            yield path.name, line
    for row in re.findall(r"^\| (`.+?) \| ", OPERATIONS.read_text(encoding="utf-8").partition("## Commands")[2], re.M):
        for line in re.findall(r"`([^`]+)`", row):
            if line.split()[0].islower() and "." not in line.split()[0] and "_" not in line:
                yield OPERATIONS.name, line


def missing(line: str) -> list[str]:
    """The words of a command line that the program does not know; what is free to choose is not looked at."""
    command: click.Command = main
    for word in re.sub(r"[\[\]]", "", line).split():
        if word.startswith("--"):
            known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
            if word not in known:
                return [f"{command.name} {word}"]
        elif isinstance(command, click.Group) and word.islower():
            if word not in command.commands:
                return [word]
            command = command.commands[word]
    return []


def test_the_pages_name_only_commands_and_options_that_exist() -> None:
    lines = list(typed())
    assert len(lines) > 50
    assert [(page, line) for page, line in lines if missing(line)] == []


def test_the_check_of_commands_sees_what_is_wrong() -> None:
    assert missing("outbox realease") == ["realease"]
    assert missing("backup FILE --keep 14 --forever") == ["backup --forever"]
    assert missing("user add EMAIL --role administrator") == []


@pytest.mark.parametrize("what", THE_SAME)
def test_both_readmes_name_the_same(what: str) -> None:
    english, german = (set(re.findall(THE_SAME[what], path.read_text(encoding="utf-8"), re.M)) for path in READMES)
    assert english - EACH_OTHER == german - EACH_OTHER
