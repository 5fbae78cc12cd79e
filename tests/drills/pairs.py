"""``python -m tests.drills.pairs [sqlite|postgresql] [PAIRS] [ROLE...]``: any two forms pressed at the same moment.

Every POST form on every page of every role (or of those named) is filled in and pressed once: what it writes is known
then. Of all that write the same rows so many pairs are taken (the same ones each time), half of them a form with
itself: a double click, two browsers. Two processes press them at once. What stands then must be what stands after one
and then the other, in either order; who presses the same form again, later, leaves nothing more than the first time.
"""

import os
import random
import sys
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from lotsen.core import clock
from lotsen.core.extensions import Base, db
from tests.conftest import TUESDAY
from tests.house import access_scene as scene
from tests.house.access_scene import ROLES, Town

from .forms import Press, presses
from .ground import Figures, Ground, chosen, ground, number_from_command
from .jobs import Columns, Rows, differences, rows
from .killing import fork

FORMS, IDLE = "forms pressed", "forms that changed nothing"
TRIED, OTHER, BROKEN = "pairs pressed at once", "pairs after which something else stood", "answers that broke"
BUSY, AGAIN = "asked to come back in a moment (503)", "forms that leave more when pressed again"
NOT_LOOKED_AT = ("throttle_counters", "user_sessions", "file_readings", "job_runs", "leases")  # written by any request
ADDED_FREELY = ("audit_events", "outbox_messages", "tokens")  # two that only add here are in nobody's way
Written = set[tuple[str, Any]]


class Playing:
    """A town that is as before at each start, and processes of its own for those who press."""

    def __init__(self, at: Ground, town: Town, figures: Figures) -> None:
        assert at.storage is not None
        self.at, self.town, self.figures, self.storage = at, town, figures, at.storage
        _let_go()
        self.storage.keep()
        self.last: dict[str, int] = {}
        self.before = self.stands()
        self.last = {name: max((row.get("id", 0) for row in known), default=0) for name, known in self.before.items()}
        self.left_out: Columns = frozenset()
        self.once: dict[Press, Rows] = {}

    def stands(self) -> Rows:
        """Every row, but for what each request writes."""
        found = {name: known for name, known in rows(self.at).items() if name not in NOT_LOOKED_AT}
        return numbered(found, self.last)

    def play(self, *turns: Sequence[Press]) -> tuple[Rows, list[int]]:
        """From the start: one turn after the other, all of one turn at once. Returns what stands and the answers."""
        _let_go()
        self.storage.fresh(db.engine.dispose)
        answers = [status for turn in turns for status in self._at_once(turn)]
        self.figures.count(BROKEN, sum(status >= 500 and status != 503 for status in answers))
        self.figures.count(BUSY, answers.count(503))
        return self.stands(), answers

    def _at_once(self, turn: Sequence[Press]) -> list[int]:
        gate, opened = os.pipe()
        heard, said = os.pipe()

        def press(number: int) -> None:
            os.read(gate, 1)
            answer = turn[number].go(self.town)
            os.write(said, f"{number} {answer.status}\n".encode())
            if answer.status >= 500 and answer.status != 503:
                print(f"         {turn[number].words}: {answer.status} {answer.html[:200]}", flush=True)

        children = [fork(self.at.app, lambda number=number: press(number)) for number in range(len(turn))]  # type: ignore[misc]
        os.write(opened, b"." * len(turn))
        for child in children:
            os.waitpid(child, 0)
        os.close(said)
        with os.fdopen(heard) as lines:
            found = dict(map(int, line.split()) for line in lines)
        os.close(gate)
        os.close(opened)
        return [found.get(number, 500) for number in range(len(turn))]

    def writes(self, press: Press) -> Written:
        """The rows that it writes, pressed alone."""
        self.once[press], _ = self.play([press])
        self.figures.count(FORMS)
        found = written(self.before, self.once[press])
        self.figures.count(IDLE, int(not found))
        return found

    def pair(self, one: Press, other: Press) -> None:
        """At once; then one after the other. What differs between two times alone is not looked at."""
        for press in {one, other}:
            self.left_out |= {c for c in differences(self.once[press], self.play([press])[0], self.left_out) if c[1]}
        found, answers = self.play([one, other])
        self.figures.count(TRIED)
        orders = {(one, other), (other, one), *([(one,), (other,)] if 503 in answers else [])}
        wrong = []
        for order in sorted(orders, key=lambda order: -len(order)):
            expected, _ = self.play(*([press] for press in order))
            wrong.append(differences(expected, found, self.left_out))
            if one is other and len(order) == 2:
                self._again(one, expected)
            if not wrong[-1]:
                return
        self.figures.count(OTHER)
        print(f"         {one.words} | {other.words}: {answers} {[sorted(w)[:6] for w in wrong]}", flush=True)

    def _again(self, press: Press, twice: Rows) -> None:
        more = sorted({t for t, name in differences(self.once[press], twice, self.left_out) if not name})
        self.figures.count(AGAIN, int(bool(more)))
        if more:
            print(f"         again: {press.words} leaves more {more}", flush=True)


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def numbered(found: Rows, last: dict[str, int]) -> Rows:
    """New ids count on from the last ones without gaps: PostgreSQL does not give those again that were rolled back."""
    ranks = {table: _ranks(known, last.get(table, 0)) for table, known in found.items()}
    by_entity = {mapper.class_.entity: mapper.local_table.name for mapper in Base.registry.mappers if _names(mapper)}  # type: ignore[attr-defined]
    for name, known in found.items():
        columns = Base.metadata.tables[name].columns
        keys = {c.name: next(iter(c.foreign_keys)).column.table.name for c in columns if c.foreign_keys}
        for row in known:
            pointed = {**keys, **{f"{way}_id": by_entity.get(row.get(way, ""), "") for way in ("entity", "about")}}
            for column, table in pointed.items():
                if column in row:
                    row[column] = ranks.get(table, {}).get(row[column], row[column])
            if "id" in row:
                row["id"] = ranks[name].get(row["id"], row["id"])
    return found


def _ranks(known: list[dict[str, Any]], last: int) -> dict[int, int]:
    return {new: last + n for n, new in enumerate((row["id"] for row in known if row.get("id", 0) > last), 1)}


def _names(mapper: Any) -> bool:
    return isinstance(getattr(mapper.class_, "entity", None), str)


def written(before: Rows, after: Rows) -> Written:
    """The rows that are not as before; of added ones the table only."""
    found: Written = set()
    for table, known in after.items():
        old = {row.get("id", repr(row)): row for row in before[table]}
        new = {row.get("id", repr(row)): row for row in known}
        found |= {(table, key) for key in old if old[key] != new.get(key)}
        if table not in ADDED_FREELY and new.keys() - old.keys():
            found.add((table, "new"))
    return found


def play(at: Ground, figures: Figures, many: int, roles: Sequence[str]) -> None:
    """Every form alone, then some of those in each other's way together."""
    at.app.config["PROPAGATE_EXCEPTIONS"] = True  # what broke is named
    town = scene.build(at.app)
    playing = Playing(at, town, figures)
    wrote = {press: found for press in presses(town, roles) if (found := playing.writes(press))}
    pairs = [(one, other) for one, other in combinations(wrote, 2) if wrote[one] & wrote[other]]
    twice = [(press, press) for press in wrote]
    figures.count("pairs that write the same rows", len(pairs) + len(twice))
    lots = random.Random(1)
    taken = [lots.sample(of, min(len(of), most)) for of, most in ((twice, many // 2), (pairs, many - many // 2))]
    for one, other in taken[0] + taken[1]:
        playing.pair(one, other)


def main() -> int:
    """On each database."""
    clock._frozen.set(TUESDAY)
    roles = [role for role in ROLES if role in sys.argv] or ROLES
    failed = 0
    for database in chosen():
        figures = Figures(none=(OTHER, BROKEN))
        try:
            with ground(database) as at:
                play(at, figures, number_from_command(100), roles)
        finally:
            failed |= figures.report(f"any two forms at once, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
