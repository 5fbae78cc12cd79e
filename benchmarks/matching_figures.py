"""The figures of a set in the form of a gold set, with intervals over its requests."""

from typing import Any

import numpy as np

from matching import Band, Matcher, Need, Ranking
from matching.evaluation import ABLE, TOP, evaluate, summary


def measure(name: str, needs: list[Need], judged: list[dict[str, Any]], matcher: Matcher) -> None:
    """Print the figures of one set; ``judged`` as in a gold set, in the order of the needs."""
    found = {need.id: matcher.rank(need) for need in needs}
    free = {need.id: [m.profile_id for m in matcher.rank(need, rules=False).matches] for need in needs}
    ranked = {key: [m.profile_id for m in ranking.matches] for key, ranking in found.items()}
    said = {key for key, ranking in found.items() if ranking.nobody}
    figures, open_to_all = summary(*evaluate(judged, ranked, said)), summary(*evaluate(judged, free, set()))
    cell = "{mean:.3f} [{lo:.3f}, {hi:.3f}]"
    for view, values in (("effective", figures), ("expertise", open_to_all)):
        for measured, value in values[view].items():
            print(f"{name}: {view} {measured:<10} {cell.format(**value)}")
    print(f"{name}: infeasible@5 {figures['infeasible@5']['mean']:.3f}")
    told = figures["abstention"]
    print(f"{name}: nobody said {told['said_nobody']}, true {told['truly_nobody']}, right {told['hits']}")
    first, three = _topics(needs, judged, matcher)
    print(f"{name}: topic from the text alone {first:.3f}, true ones among three {three:.3f}")
    low = [
        match.band == Band.FAR
        for row in judged
        for match in found[row["request"]].matches[:TOP]
        if {r["lotse"]: r["grade"] for r in row["relevant"]}.get(match.profile_id, 0) == 3
    ]
    for line in bands(judged, found):
        print(f"{name}: {line}")
    print(f"{name}: experts among the first five called far {sum(low)} of {len(low)}")


def bands(judged: list[dict[str, Any]], found: dict[Any, Ranking]) -> list[str]:
    """For each band the pairs, how many of them are able, and the chance said on average; intervals over requests."""
    able = [{row["lotse"] for row in j["relevant"] if row["grade"] >= ABLE} for j in judged]
    out = []
    for band in Band:
        rows = [
            [(m.profile_id in good, m.chance) for m in found[j["request"]].matches if m.band == band]
            for j, good in zip(judged, able, strict=True)
        ]
        sums = np.array([(len(r), sum(a for a, _ in r), sum(c for _, c in r)) for r in rows])
        drawn = sums[np.random.default_rng(7).integers(0, len(sums), (1000, len(sums)))].sum(axis=1)
        low, high = np.percentile(drawn[:, 1] / np.maximum(drawn[:, 0], 1), [2.5, 97.5])
        pairs, right, chance = sums.sum(axis=0)
        share = f"{right / pairs:.2f} [{low:.2f}, {high:.2f}]; the chance says {chance / pairs:.3f}" if pairs else "-"
        out.append(f"band {band.value:<9} {right:.0f} of {pairs:.0f} able: {share}")
    return out


def _topics(needs: list[Need], judged: list[dict[str, Any]], matcher: Matcher) -> tuple[float, float]:
    """How often the likeliest topic is a true one, and the share of true ones among three; no choice given."""
    first, three = [], []
    inference = matcher.catalogue_.inference
    for need, row in zip(needs, judged, strict=True):
        topics = set(row["true_topics"])
        if topics and not row["nobody"]:
            best = [inference.topic_slugs[at] for at in np.argsort(-inference.read(need.text).topics)[:3]]
            first.append(best[0] in topics)
            three.append(len(topics.intersection(best)) / len(topics))
    return float(np.mean(first)), float(np.mean(three))
