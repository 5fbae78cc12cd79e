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

from benchmarks import matching_blind, matching_doubt, matching_hand, matching_nobody
from benchmarks.matching_figures import bands
from matching import Catalogue, Matcher, Need, Profile
from matching.assignment import assign
from matching.evaluation import evaluate, summary
from matching.formats import places, read_needs, read_profiles
from matching.index import TextIndex
from matching.parts import split
from matching.text import TextSpace
from matching.texts import Texts
from matching.words import content

SLOTS = ("mon-morning", "tue-evening", "wed-evening", "thu-evening")
TASKS = {
    "ba_esco_digital": (0.51, 0.54),
    "esco_alt_to_skill": (0.75, 0.78),
    "faq_de": (0.555, 0.58),
    "xquad_de": (0.96, 0.97),
}


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


LIMITS = {1000: "5, goal 2", 10_000: "20, goal 8", 100_000: "120, goal 60"}


def speed(catalogue: Catalogue, sizes: tuple[int, ...]) -> None:
    chance = random.Random(1)
    said = [s for topic in catalogue.entries for area in topic.areas for s in area.situations]
    needs = [
        Need(k, "", ". ".join(chance.sample(said, 4)), latitude=52.5, longitude=9.5, languages=frozenset({"de"}),
             slots=frozenset({"tue-evening"}), org_kind="club")
        for k in range(60)
    ]  # fmt: skip
    for size in sizes:
        people = [person(number, catalogue, chance) for number in range(size)]
        gc.collect()
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        matcher = Matcher(catalogue).fit(people)
        fit = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        times, reasons = [], []
        for need in needs:  # each text is new: no word is known from the one before
            start = time.process_time()
            ranking = matcher.rank(need)
            times.append(time.process_time() - start)
            list(ranking.matches[:25])
            reasons.append(time.process_time() - start - times[-1])
        start = time.process_time()
        for profile in people[:5]:
            matcher.update(profile)
        update = (time.process_time() - start) * 200
        middle, slowest = np.median(times[5:]) * 1000, max(times[5:]) * 1000
        told = np.median(reasons[5:]) * 1000
        index = matcher.people_.base.texts.nbytes() + matcher.people_.base.strength.nbytes
        print(
            f"{size:>7} people: fit {fit:.2f} s (10,000: floor 6, goal 3),"
            f" index {index / 2**20:.0f} MB (10,000: floor 200, goal 100), peak +{grown:.0f} MB;"
            f" one request {middle:.1f} ms (floor {LIMITS.get(size, '-')}), slowest {slowest:.1f},"
            f" the reasons of the first 25 {told:.1f};"
            f" one changed profile {update:.1f} ms"
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
    floors = {"ndcg@10": ".85", "mrr@10": "-", "recall@10": "-", "p@1": "-"}
    for name, value in whole["effective"].items():
        print(f"gold {folder.name} effective {name:<10} {cell.format(**value)} (floor {floors[name]})")
    print(f"gold {folder.name} expertise ndcg@10  {cell.format(**open_to_all['expertise']['ndcg@10'])} (floor .76)")
    print(f"gold {folder.name} infeasible@5 {whole['infeasible@5']['mean']:.3f} (floor and goal 0)")
    told = whole["abstention"]
    print(
        f"gold {folder.name} nobody: wrongly {told['said_nobody'] - told['hits']} of 82 (floor 5, goal 2),"
        f" precision {told['precision']:.2f}, recall {told['recall']:.2f} (goal .5, .5)"
    )
    for line in bands(judgements, {need.id: matcher.rank(need) for need in needs}):
        print(f"gold {folder.name} {line}")
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


def deletion(name: str, space: TextSpace, index: TextIndex, pairs: list[tuple[str, int]]) -> None:
    """Text score lost by deleting the word that explains most, against a random one; error of the split."""
    chance, top, other, error, length = random.Random(3), [], [], 0.0, []
    for text, place in pairs:
        query = space.query(text)
        whole = float(index.scores(query)[place])
        gains = dict(zip(query.tokens, index.by_word(query, np.array([place]))[0].tolist(), strict=True))
        error = max(error, abs(sum(gains.values()) - whole))
        if len(gains) < 2 or whole <= 0:
            continue
        length.append(len(gains))
        for word, out in ((max(gains, key=gains.__getitem__), top), (chance.choice(sorted(gains)), other)):
            left = space.query(" ".join(w for w in content(text) if w != word))
            out.append(1 - float(index.scores(left)[place]) / whole)
    print(
        f"{name:<18} explanation: error of the sum {error:.1e} (floor 1e-6); lost by the top word {np.mean(top):.2f},"
        f" a random one {np.mean(other):.2f} (.70 and .25), {np.mean(length):.1f} words"
    )


def two_needs(catalogue: Catalogue) -> None:
    """Splits of the project's own fifty requests."""
    file = Path(__file__).resolve().parent.parent / "tests" / "matching" / "needs.json"
    texts = json.loads(file.read_text(encoding="utf-8"))
    false = sum(split(text, catalogue.inference) is not None for text in texts["one"])
    slugs = catalogue.inference.topic_slugs
    right = [
        [slugs[p.topic] for p in split(text, catalogue.inference) or ()] == topics for text, *topics in texts["two"]
    ]
    print(f"two needs: {sum(right)} of {len(right)} split rightly, {false} of {len(texts['one'])} split wrongly")


def retrieval(folder: Path) -> None:
    analyser = Catalogue.load().inference.analyser
    for task, (floor, goal) in TASKS.items():
        texts = _lines(folder / task / "docs.tsv")
        grades: dict[str, dict[str, float]] = defaultdict(dict)
        for query, document, gain in _lines(folder / task / "qrels.tsv"):
            grades[query][document] = float(gain)
        space = TextSpace(analyser)
        labelled = " . " in texts[0][1]
        items = [[t[1].split(" . ", 1)[0], t[1]] if labelled else [t[1]] for t in texts]
        people = space.fit([Texts([content(part) for part in item]) for item in items])
        asked = [(query, text) for query, text in _lines(folder / task / "queries.tsv") if query in grades]
        found, best_place = [], []
        for query, text in asked:
            order = np.argsort(-people.scores(space.query(text)), kind="stable")[:10]
            gains = [grades[query].get(texts[i][0], 0.0) for i in order]
            found.append(_dcg(gains) / _dcg(sorted(grades[query].values(), reverse=True)[:10]))
            best_place.append((text, int(order[0])))
        print(f"{task:<18} nDCG@10 {interval(found)} (floor {floor}, goal {goal}), {len(found)} queries")
        deletion(task, space, people, best_place)


def interval(values: list[float]) -> str:
    """Mean with a bootstrap interval."""
    found = np.array(values)
    means = found[np.random.default_rng(7).integers(0, found.size, (1000, found.size))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{found.mean():.3f} [{low:.3f}, {high:.3f}]"


def _dcg(gains: list[float]) -> float:
    return sum((2**gain - 1) / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _lines(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    catalogue = Catalogue.load()
    sizes = tuple(int(size) for size in os.environ.get("SIZES", "1000,10000").split(","))
    speed(catalogue, sizes)
    share()
    two_needs(catalogue)
    matching_nobody.main(catalogue)
    matching_hand.main(catalogue)
    matching_blind.main(catalogue)
    matching_doubt.main(catalogue)
    data = os.environ.get("DATA")
    if data:
        gold(Path(data) / "gold" / "A", catalogue)
        retrieval(Path(data) / "german-retrieval")


if __name__ == "__main__":
    main()
