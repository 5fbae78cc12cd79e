"""The matcher's targets, measured. Speed on people made from the catalogue; DATA=path adds the external collections.

    python benchmarks/matching.py
    DATA=../shared/data python benchmarks/matching.py

Times are processor time of this process: the machine may be busy with something else.
"""

import gc
import json
import math
import os
import random
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matching import Catalogue, Matcher, Need, Profile
from matching.assignment import assign
from matching.evaluation import evaluate, summary
from matching.formats import places, read_needs, read_profiles
from matching.text import People, TextSpace, by_word
from matching.words import Analyser, sentences

SLOTS = ("mon-morning", "tue-evening", "wed-evening", "thu-evening")
TASKS = {"ba_esco_digital": 0.51, "esco_alt_to_skill": 0.75, "faq_de": 0.555, "xquad_de": 0.96}


def person(number: int, catalogue: Catalogue, chance: random.Random) -> Profile:
    topics = chance.sample(catalogue.entries, 2)
    areas = [chance.choice(topic.areas) for topic in topics]
    words = [word for area in areas for word in chance.sample(area.words, 6)]
    about = f"Ich helfe gern bei {', '.join(words)}. " + ". ".join(chance.choice(a.situations) for a in areas)
    return Profile(
        number,
        headline=chance.choice(areas[0].words),
        about=about,
        topics={topics[0].slug: chance.randint(1, 3), topics[1].slug: 2},
        latitude=52 + chance.random(),
        longitude=9 + chance.random(),
        radius_km=30,
        slots=frozenset(chance.sample(SLOTS, 2)),
        org_kinds=frozenset({"club", "business"}),
    )


def speed(catalogue: Catalogue, sizes: tuple[int, ...]) -> None:
    chance = random.Random(1)
    said = [s for topic in catalogue.entries for area in topic.areas for s in area.situations]
    needs = [
        Need(k, "", ". ".join(chance.sample(said, 4)), latitude=52.5, longitude=9.5, languages=frozenset({"de"}),
             slots=frozenset({"tue-evening"}), org_kind="club")
        for k in range(30)
    ]  # fmt: skip
    for size in sizes:
        people = [person(number, catalogue, chance) for number in range(size)]
        gc.collect()
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        matcher = Matcher(catalogue).fit(people)
        fit = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        times = []
        for need in (*needs, *needs):
            start = time.process_time()
            matcher.rank(need, 25)
            times.append(time.process_time() - start)
        start = time.process_time()
        matcher.update(people[0])
        update = (time.process_time() - start) * 1000
        middle, slowest = np.median(times[30:]) * 1000, max(times[30:]) * 1000
        print(
            f"{size:>7} people: fit {fit:6.2f} s, peak +{grown:.0f} MB,"
            f" one request {middle:.1f} ms (slowest {slowest:.1f}), one changed profile {update:.1f} ms"
        )


def share() -> None:
    chance = np.random.default_rng(0)
    rows, columns, each = 1000, 10_000, 25
    at = np.concatenate([chance.choice(columns, each, replace=False) for _ in range(rows)])
    table = sp.csr_matrix(
        (chance.random(rows * each) * 0.8 + 0.1, (np.repeat(np.arange(rows), each), at)), (rows, columns)
    )
    room = chance.integers(1, 4, columns)
    start = time.process_time()
    found = assign(table, room)
    print(
        f"share 1,000 x 10,000: {(time.process_time() - start) * 1000:.0f} ms (floor 150, goal 40), {found.value:.3f}"
    )


def typo(text: str, chance: random.Random) -> str:
    """One edit in half of the words of six letters or more."""
    out = []
    for word in text.split():
        if len(word) >= 6 and chance.random() < 0.5:
            at = chance.randrange(1, len(word) - 1)
            kind = chance.randrange(4)
            letter = chance.choice("abcdefghijklmnoprstuw")
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            word = [
                swapped,
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
            ][kind]
        out.append(word)
    return " ".join(out)


def gold(folder: Path, catalogue: Catalogue) -> None:
    judgements = json.loads((folder / "judgements.json").read_text())
    matcher = Matcher(catalogue).fit(read_profiles(folder / "lotsen.json", catalogue.topics, places()))
    needs = read_needs(folder / "requests.json", catalogue.topics, places())

    def measure(asked: list[Need], rules: bool) -> dict:
        found = {need.id: matcher.rank(need, rules=rules) for need in asked}
        ranked = {key: [m.profile_id for m in ranking.matches] for key, ranking in found.items()}
        return summary(*evaluate(judgements, ranked, {k for k, r in found.items() if r.nobody} if rules else set()))

    whole, open_to_all = measure(needs, True), measure(needs, False)
    cell = "{mean:.3f} [{lo:.3f}, {hi:.3f}]"
    for name, value in whole["effective"].items():
        print(f"gold {folder.name} effective {name:<10} {cell.format(**value)}")
    print(f"gold {folder.name} expertise ndcg@10  {cell.format(**open_to_all['expertise']['ndcg@10'])}")
    print(f"gold {folder.name} infeasible@5 {whole['infeasible@5']['mean']:.3f}; nobody {whole['abstention']}")
    chance = random.Random(5)
    losses = []
    for _ in range(3):
        wrong = [
            Need(
                **{f: getattr(n, f) for f in n.__slots__}
                | {"title": typo(n.title, chance), "description": typo(n.description, chance)}
            )
            for n in needs
        ]
        losses.append(1 - measure(wrong, True)["effective"]["ndcg@10"]["mean"] / whole["effective"]["ndcg@10"]["mean"])
    print(f"gold {folder.name} loss through typing errors {np.mean(losses):.1%} (floor 8 %, goal 4 %)")
    deletion(matcher, needs)


def deletion(matcher: Matcher, needs: list[Need]) -> None:
    """Text score lost by deleting the word that explains most, against a random one; error of the split."""
    chance, top, other, error = random.Random(3), [], [], 0.0
    for need in needs:
        best = matcher.rank(need, 1, rules=False).matches[0].profile_id
        document, query = matcher.people_.entries[best].document, matcher.space_.query(need.text)
        gains = by_word(matcher.space_, query, document)
        whole = float(People(matcher.space_, [document]).scores(query)[0])
        error = max(error, abs(sum(gains.values()) - whole))
        if len(gains) < 3 or whole <= 0:
            continue
        for word, out in ((max(gains, key=gains.get), top), (chance.choice(sorted(gains)), other)):  # type: ignore[arg-type]
            left = matcher.space_.query(need.text, {word: 0.0})
            out.append(1 - float(People(matcher.space_, [document]).scores(left)[0]) / whole)
    print(
        f"explanation: error of the sum {error:.1e};"
        f" lost by the top word {np.mean(top):.2f}, a random one {np.mean(other):.2f}"
    )


def retrieval(folder: Path) -> None:
    analyser = Analyser()
    for task, floor in TASKS.items():
        texts = _lines(folder / task / "docs.tsv")
        grades: dict[str, dict[str, float]] = defaultdict(dict)
        for query, document, gain in _lines(folder / task / "qrels.tsv"):
            grades[query][document] = float(gain)
        space = TextSpace(analyser)
        labelled = " . " in texts[0][1]
        items = [t[1].split(" . ") if labelled else [t[1]] for t in texts]
        counts = [space.learn([i[0], " . ".join(i)] if len(i) > 1 else sentences(i[0])[:0] or i) for i in items]
        people = People(space.finish(), [space.document(c) for c in counts])
        found = []
        for query, text in _lines(folder / task / "queries.tsv"):
            if query in grades:
                order = np.argsort(-people.scores(space.query(text)), kind="stable")[:10]
                gains = [grades[query].get(texts[i][0], 0.0) for i in order]
                best = sorted(grades[query].values(), reverse=True)[:10]
                found.append(_dcg(gains) / _dcg(best))
        print(f"{task:<18} nDCG@10 {np.mean(found):.3f} (floor {floor}), {len(found)} queries")


def _dcg(gains: list[float]) -> float:
    return sum((2**gain - 1) / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _lines(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    catalogue = Catalogue.load()
    sizes = tuple(int(size) for size in os.environ.get("SIZES", "1000,10000").split(","))
    speed(catalogue, sizes)
    share()
    data = os.environ.get("DATA")
    if data:
        gold(Path(data) / "gold" / "A", catalogue)
        retrieval(Path(data) / "german-retrieval")


if __name__ == "__main__":
    main()
