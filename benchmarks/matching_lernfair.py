"""Lern-Fair's request stream replayed with our share, and its one-shot comparison.

python -m benchmarks.matching_lernfair ../shared/data/assignment/lernfair
"""

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.assignment import assign

SERVED, SUBJECTS, SPARE, RARE, WANTED = 100.0, 0.1, 1.0, 6.0, 0.4
"""Worth of being served at all; of a shared subject; of an offer that has little else; of a request that few of the
latest offers could serve; and what an offer costs that many of the latest requests could use: it is kept for later."""
LATEST = 400
EVERY, LAST = timedelta(days=10), timedelta(days=31)


def read(file: Path) -> list[dict]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    for row in rows:
        row["at"] = datetime.fromisoformat(row["requestAt"])
        row["subjects"] = json.loads(row["subjects"])
        row["grade"] = int(row["grade"].split(".")[0]) if row.get("grade") else None
    return rows


def shared(requests: list[dict], offers: list[dict]) -> np.ndarray:
    """Shared subjects of every pair, 0 where the pair is impossible; people in rows and columns."""
    names = {s["name"] for row in (*requests, *offers) for s in row["subjects"]}
    at = {name: i for i, name in enumerate(sorted(names))}
    grades = sorted({r["grade"] for r in requests})
    wanted, must = np.zeros((len(requests), len(at))), np.zeros((len(requests), len(at)))
    for i, row in enumerate(requests):
        for s in row["subjects"]:
            wanted[i, at[s["name"]]] = 1
            must[i, at[s["name"]]] = bool(s.get("mandatory"))
    out = np.zeros((len(requests), len(offers)))
    for grade in grades:
        mine = np.flatnonzero([r["grade"] == grade for r in requests])
        held = np.zeros((len(offers), len(at)))
        for j, row in enumerate(offers):
            for s in row["subjects"]:
                if (s.get("minGrade") or 0) <= (grade or 0) <= (s.get("maxGrade") or 99):
                    held[j, at[s["name"]]] = 1
        common = wanted[mine] @ held.T
        out[mine] = np.where(must[mine] @ held.T >= must[mine].sum(axis=1)[:, None], common, 0)
    return out


def run(
    pools: tuple[list[dict], list[dict]], seen: tuple[list[dict], list[dict]], now: datetime, done: set, weight: float
) -> list[tuple[int, int]]:
    requests, offers = pools
    if not requests or not offers:
        return []
    common = shared(requests, offers)
    for i, r in enumerate(requests):
        for j, o in enumerate(offers):
            if (r["id"], o["id"]) in done:
                common[i, j] = 0
    days = np.array([(now - r["at"]) / timedelta(days=1) for r in requests])
    most = np.maximum.outer([len(r["subjects"]) for r in requests], [len(o["subjects"]) for o in offers])
    served = (shared(requests, seen[1][-LATEST:]) > 0).mean(axis=1)
    wanted = (shared(seen[0][-LATEST:], offers) > 0).mean(axis=0)
    raised = SERVED + SUBJECTS * common + SPARE * common / most + weight * np.minimum(days, 60)[:, None] / 60
    worth = np.where(common > 0, raised - RARE * served[:, None] - WANTED * wanted[None, :], 0.0)
    people = ([r["id"] for r in requests], [o["id"] for o in offers])
    return list(assign(worth, people=people).pairs)


def replay(requests: list[dict], offers: list[dict], weight: float = 0.5) -> tuple[int, float, float]:
    stream = sorted([*((r["at"], 0, r) for r in requests), *((o["at"], 1, o) for o in offers)], key=lambda e: e[:2])
    pools: tuple[list, list] = ([], [])
    seen: tuple[list, list] = ([], [])
    found: list[tuple[float, float]] = []
    done: set = set()

    def settle(now: datetime) -> None:
        pairs = run(pools, seen, now, done, weight)
        common = shared(pools[0], pools[1]) if pairs else None
        for i, j in pairs:
            r, o = pools[0][i], pools[1][j]
            done.add((r["id"], o["id"]))
            found.append((common[i, j], (now - r["at"]) / timedelta(days=1)))
        gone = ({i for i, _ in pairs}, {j for _, j in pairs})
        for pool, out in zip(pools, gone, strict=True):
            pool[:] = [row for k, row in enumerate(pool) if k not in out]

    last = stream[0][0]
    for at, kind, row in stream:
        pools[kind].append(row)
        seen[kind].append(row)
        if at - last > EVERY:
            settle(at)
            last = at
    for extra in (1, 2):
        settle(last + extra * LAST)
    numbers = np.array(found)
    return len(found), float(numbers[:, 0].mean()), float(numbers[:, 1].mean())


def one_shot(requests: list[dict], offers: list[dict]) -> None:
    rows, columns = requests[:1000], offers[:1000]
    common = shared(rows, columns)
    most = np.maximum.outer([len(r["subjects"]) for r in rows], [len(o["subjects"]) for o in columns])
    now = max(r["at"] for r in (*rows, *columns))
    days = np.array([(now - r["at"]) / timedelta(days=1) for r in rows])
    waiting = 1 / (1 + np.exp(-np.clip(days, 0, 50))) * np.where(days < 14, 0.5, 1.0)
    score = np.where(common > 0, 0.3 * common / most + 0.6 * waiting[:, None], 0.0)
    people, helpers = sorted({r["id"] for r in rows}), sorted({o["id"] for o in columns})
    print(f"one shot: {len(rows)} x {len(columns)} rows of {len(people)} and {len(helpers)} people")
    start = time.process_time()
    plain = linear_sum_assignment(score, maximize=True)
    plain_time = time.process_time() - start
    start = time.process_time()
    pairs = assign(score, people=([r["id"] for r in rows], [o["id"] for o in columns])).pairs
    ours = time.process_time() - start
    unique = {(rows[i]["id"], columns[j]["id"]) for i, j in pairs}
    print(f"  pairs {len(unique)} (floor and goal 995); plain assignment {plain_time:.3f} s, ours {ours:.3f} s,")
    print(f"  x{ours / plain_time:.1f} of the plain one (floor x2, goal x1)")
    print(f"  plain: {sum(score[i, j] > 0 for i, j in zip(*plain, strict=True))} pairs")


def main(folder: str) -> None:
    requests, offers = read(Path(folder) / "requests.json"), read(Path(folder) / "offers.json")
    matches, common, days = replay(requests, offers)
    print(f"replay: {matches} matches (1,045), {common:.4f} shared subjects (1.6478), {days:.3f} days (7.964)")
    one_shot(requests, offers)


if __name__ == "__main__":
    main(sys.argv[1])
