"""When nobody fits, and how likely somebody is able: simulated towns, situations held out of the catalogue.

In each of five folds a fifth of the situations is taken out of the catalogue; people are written from what is left,
requests from the fifth.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from sklearn.metrics import roc_auc_score

from matching import Catalogue, Matcher, Need, Profile
from matching.abstention import OUTSIDE

FOLDS, TOWNS, PEOPLE, REQUESTS = 5, 3, 40, 60


def without(catalogue: Catalogue, fold: int) -> Catalogue:
    """The catalogue without a fifth of its situations."""

    def kept(situations: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for at, text in enumerate(situations) if at % FOLDS != fold)

    topics = [
        replace(t, areas=tuple(replace(a, situations=kept(a.situations)) for a in t.areas)) for t in catalogue.entries
    ]
    outside = tuple(replace(kind, situations=kept(kind.situations)) for kind in catalogue.outside)
    return Catalogue(tuple(topics), outside)


def person(number: int, catalogue: Catalogue, chance: random.Random) -> tuple[Profile, set[str]]:
    topics = chance.sample(catalogue.entries, chance.choice([1, 1, 2, 2, 3]))
    areas = [chance.choice(topic.areas) for topic in topics]
    areas += [chance.choice(topic.areas) for topic in topics if chance.random() < 0.3]
    text = ". ".join("Ich helfe bei " + ", ".join(chance.sample(a.words, min(4, len(a.words)))) for a in areas)
    levels = {topic.slug: chance.choice([1, 2, 2, 3, 3]) for topic in topics if chance.random() < 0.9}
    ticked = frozenset(a.slug for a in areas if chance.random() < 0.4)
    return Profile(number, about=text, topics=levels, areas=ticked), {a.slug for a in areas}


def request(number: int, catalogue: Catalogue, fold: int, chance: random.Random) -> tuple[Need, str, str]:
    """A need from held-out situations with its true area and topic; empty for one that is no digital task."""
    outside = chance.random() < 0.12
    source = chance.choice(catalogue.outside if outside else list(catalogue.areas.values()))
    said = [text for at, text in enumerate(source.situations) if at % FOLDS == fold]
    text = ". ".join(chance.sample(said, min(2, len(said))))
    if not outside and chance.random() < 0.75:
        text += f". Es geht um {chance.choice(source.words)}."
    true = "" if outside else source.topic
    said_topic = chance.random()
    wrong = chance.choice(catalogue.entries).slug
    topics = () if said_topic < 0.2 else (wrong,) if said_topic < 0.35 or outside else (true,)
    away = frozenset(k for k in range(PEOPLE) if chance.random() < 0.5)
    return Need(number, description=text, topics=topics, excluded_profiles=away), "" if outside else source.slug, true


def main(catalogue: Catalogue) -> None:
    chance = random.Random(11)
    rows = []
    for fold in range(FOLDS):
        left = without(catalogue, fold)
        for _ in range(TOWNS):
            people = [person(number, left, chance) for number in range(PEOPLE)]
            matcher = Matcher(left).fit([profile for profile, _ in people])
            for number in range(REQUESTS):
                need, area, topic = request(number, catalogue, fold, chance)
                ranking, sheet = matcher.rank(need, 1), matcher.sheet(need)
                free = [k for k in range(PEOPLE) if k not in need.excluded_profiles]
                some = any(topic in (catalogue.areas[a].topic for a in people[k][1]) for k in free)
                held = sheet.values["topics"][free].max()
                rows.append((some, not area, ranking.nobody, held, sheet.wish.reading.outside))
    some, outside, nobody, held, out = np.array(rows, dtype=float).T
    some, outside = some > 0, outside > 0
    print(
        f"nobody, simulated: {len(rows)} requests of two held-out sentences; share held: AUC"
        f" {roc_auc_score(~some[~outside], -held[~outside]):.2f}; outside > {OUTSIDE}:"
        f" false {(out > OUTSIDE)[some].mean():.3f}, found {(out > OUTSIDE)[outside].mean():.2f};"
        f" nobody said: wrongly {nobody[some].mean():.2f}, found {nobody[~some].mean():.2f} (shorter than real texts)"
    )
