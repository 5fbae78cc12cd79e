"""The log speaks in words: every action and every kind of row that the source records has some."""

import re
from pathlib import Path

import lotsen
from lotsen.admin.queries.deadlines import LIFECYCLES
from lotsen.audit.queries.words import ENTITIES, PHRASES, TURNS

SOURCE = [path.read_text(encoding="utf-8") for path in Path(lotsen.__file__).parent.rglob("*.py")]
# Rows about which nothing is recorded, or only under the name of another row.
SILENT = {"decision", "escalation", "feedback", "hours_entry", "incident", "message", "request_intake", "note"}


def test_every_action_that_is_recorded_has_a_phrase():
    recorded = {action for text in SOURCE for action in re.findall(r'audit\.record\(\s*"([a-z_]+\.[a-z_]+)"', text)}
    assert len(recorded) > 60
    assert recorded - set(PHRASES) == set()


def test_every_kind_of_row_has_a_word():
    kinds = {kind for text in SOURCE for kind in re.findall(r'^    entity = "([a-z_]+)"', text, flags=re.MULTILINE)}
    assert kinds - set(ENTITIES) - SILENT == set()


def test_every_move_has_a_phrase_and_every_finer_one_is_a_move():
    moves = {
        (f"{entity}.{to.value}", before.value)
        for entity, rules in LIFECYCLES.items()
        for before, following in rules.MOVES.items()
        for to in following
    }
    assert {action for action, _before in moves} - set(PHRASES) == set()
    assert set(TURNS) - moves == set()
