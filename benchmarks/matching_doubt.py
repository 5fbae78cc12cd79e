"""Where the log odds that nobody fits and the chance to be able come from: the hand-written and the blind set.

    python -m benchmarks.matching_doubt

Of the people of either set towns of 15 to 80 are drawn; in those of the hand-written set four in ten cannot. A request
counts as nobody's when nobody who can is able (grade 2); those that somebody can help with halfway are left out. The
log odds are fitted on both sets together, each counting the same, and on either alone to judge the other. Those in use
were fitted before texts were read by least squares and are the more careful ones (``docs/matching.md``).
"""

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import matching_blind, matching_hand
from matching import Catalogue, Matcher, Need
from matching.abstention import DOUBT, DOUBTED, doubts
from matching.evaluation import ABLE
from matching.sheet import FIT_CHANCE

Case = tuple[Matcher, Need, int]
Array = NDArray[np.float64]


def hand(catalogue: Catalogue) -> Iterator[Case]:
    """Matcher, need and the best grade of anybody who can."""
    crowd, asked = matching_hand.people(), matching_hand.requests()
    for _, need, matcher, best in matching_hand.towns(catalogue, crowd, asked):
        yield matcher, need, best


def blind(catalogue: Catalogue) -> Iterator[Case]:
    """The same for the blind set, whose requests come with conditions of their own."""
    crowd, asked, chance = matching_blind.people(), matching_blind.requests(), random.Random(3)
    for _ in range(matching_hand.TOWNS):
        town = sorted(chance.sample(range(len(crowd)), chance.choice([20, 30, 40, 60, 80])))
        matcher = Matcher(catalogue).fit([crowd[number].profile for number in town])
        for request in asked:
            free = [crowd[number] for number in town if request.feasible(crowd[number].profile)]
            yield matcher, request.need, max((request.grade(person) for person in free), default=0)


def table(cases: Iterator[Case]) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """What speaks for nobody, whether it is true, and whether the matcher says so."""
    rows = [(matcher, need, grade) for matcher, need, grade in cases if grade != 1]
    asked = [(matcher._asked(need), matcher.rank(need, 1)) for matcher, need, _ in rows]
    found = [list(doubts(a.sheet, a.gone).values()) for a, _ in asked]
    return np.array(found), np.array([not grade for *_, grade in rows]), np.array([r.nobody for _, r in asked])


def main(catalogue: Catalogue) -> None:
    sets = {"hand-written": table(hand(catalogue)), "blind": table(blind(catalogue))}
    names = list(DOUBT)
    used = np.array(list(DOUBT.values()))
    weights = np.concatenate([np.full(true.size, 1 / true.size) for _, true, _ in sets.values()])
    parts = [np.concatenate(part) for part in zip(*sets.values(), strict=True)]
    said = ", ".join(f"{n} {w:.2f}" for n, w in zip(names, _fitted(parts[0], parts[1], weights), strict=True))
    print(f"nobody fits, log odds fitted on both sets: {said}; used {DOUBT}")
    print(f"chance to be able: intercept and slope fitted {ability(catalogue).round(1)}; used {FIT_CHANCE}")
    for name, (rows, true, nobody) in sets.items():
        (other,) = (of for n, of in sets.items() if n != name)
        from_other = rows @ _fitted(other[0], other[1], np.ones(other[1].size))
        doubted = rows @ used > DOUBTED
        print(
            f"nobody fits, towns of the {name} set ({true.sum()} of {true.size} nobody's): AUC of the log odds"
            f" {roc_auc_score(true, rows @ used):.2f}, of those fitted on the other set"
            f" {roc_auc_score(true, from_other):.2f}; by them alone wrongly {doubted[~true].mean():.3f}, rightly"
            f" {doubted[true].mean():.2f}; by all that is known wrongly {nobody[~true].mean():.3f}, rightly"
            f" {nobody[true].mean():.2f}"
        )


def ability(catalogue: Catalogue) -> Array:
    """Intercept and slope of the chance to be able by fit, over all pairs of both sets that no rule removes."""
    sides: list[tuple[list[Any], list[Any], Callable[[Any, Any], int]]] = [
        (matching_hand.people(), matching_hand.requests(), lambda r, p: r.grade(p, catalogue)),
        (matching_blind.people(), matching_blind.requests(), lambda r, p: r.grade(p)),
    ]
    pairs = []
    for crowd, asked, grade in sides:
        matcher = Matcher(catalogue).fit([person.profile for person in crowd])
        who = {person.profile.id: person for person in crowd}
        for request in asked:
            matches = matcher.rank(request.need).matches
            pairs += [(match.fit, grade(request, who[match.profile_id]) >= ABLE) for match in matches]
    fit, able = np.array(pairs, dtype=float).T
    model = LogisticRegression(C=1e3).fit(fit[:, None], able)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _fitted(rows: Array, true: NDArray[np.bool_], weights: Array) -> Array:
    """Log odds of each column; the first is always 1."""
    model = LogisticRegression(C=1.0).fit(rows[:, 1:], true, sample_weight=weights / weights.mean())
    return np.concatenate([model.intercept_, model.coef_[0]])


if __name__ == "__main__":
    main(Catalogue.load())
