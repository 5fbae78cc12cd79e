"""Rank people for a need: hard rules first, then a linear score whose shares add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from . import abstention
from .catalogue import Catalogue
from .details import detail, place_values, slot_values
from .people import Entry, Snapshot, items, prepare
from .rules import check_need, check_profile
from .text import TextSpace
from .types import Band, InputError, Key, Match, Need, Profile, Ranking, Rule, Share
from .wants import Wants, wants

Array = NDArray[np.float64]
COMPONENTS = ("topics", "text", "availability", "distance", "org_kind", "record")
WEIGHTS: Mapping[str, float] = dict(zip(COMPONENTS, (0.45, 0.25, 0.12, 0.08, 0.05, 0.05), strict=True))
TEXT_STRETCH = 2.5
"""Text scores of real pairs lie below 0.4; stretched so that a strong one comes near 1."""
DETAILED = 50
VERSION = "2"
DISCUSSED = (Rule.TIME, Rule.DISTANCE, Rule.MODE, Rule.LANGUAGE, Rule.LEVEL, Rule.CAPACITY, Rule.ORG_KIND)
"""Rules that somebody could lift by a telephone call; conflicts, exclusions and clearances are none of them."""


class Matcher(BaseEstimator):  # type: ignore[misc]
    """Match people with needs; the constructor stores, :meth:`fit` learns.

    Parameters
    ----------
    catalogue : Catalogue, optional
        The shipped one when left out.
    weights : mapping of component to weight, optional
        Not negative; divided by their sum.
    fits_from, possible_from : float
        From which fit (topics and text, 0 to 1) a match is shown as fitting or possible.

    Attributes
    ----------
    catalogue_, weights_, space_ : learned
    version_ : str
        Of model and statistics; two rankings with the same version are comparable.

    Examples
    --------
    >>> anna = Profile("anna", about="Ich baue Webseiten für Vereine mit WordPress.", topics={"website": 3})
    >>> ben = Profile("ben", about="Kassenbuch und Buchhaltung sind mein Beruf.", topics={"accounting-invoicing": 2})
    >>> matcher = Matcher().fit([anna, ben])
    >>> ranking = matcher.rank(Need("n", "Unsere Homepage ist veraltet"))
    >>> ranking.matches[0].profile_id
    'anna'
    >>> abs(sum(s.value for s in ranking.matches[0].shares) - ranking.matches[0].score) < 1e-9
    True
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        weights: Mapping[str, float] | None = None,
        fits_from: float = 0.40,
        possible_from: float = 0.22,
    ) -> None:
        self.catalogue = catalogue
        self.weights = weights
        self.fits_from = fits_from
        self.possible_from = possible_from

    def fit(self, profiles: Iterable[Profile], y: object = None) -> Matcher:
        """Learn people and the weight of their words; refuses a profile that cannot be matched."""
        people = list(profiles)
        seen: set[Key] = set()
        for profile in people:
            check_profile(profile)
            if profile.id in seen:
                raise InputError(f"profile {profile.id}: id occurs twice")
            seen.add(profile.id)
        self.weights_ = _weights(self.weights)
        self.catalogue_ = self.catalogue or Catalogue.load()
        self.space_ = TextSpace(self.catalogue_.inference.analyser)
        background = [[topic.label.get("de", ""), *topic.words] for topic in self.catalogue_.entries]
        counts = [self.space_.learn(items(p, self.catalogue_)) for p in people]
        for text in background:
            self.space_.learn(text)
        self.space_.finish()
        self.version_ = f"{VERSION}.{self.space_.words_.size}.{self.space_.groups_.size}.{len(people)}"
        found = prepare(people, counts, self.catalogue_, self.space_)
        self.people_ = Snapshot(self.space_, found, self.catalogue_.inference.topic_at)
        return self

    def update(self, profile: Profile) -> None:
        """Take in one new or changed profile; statistics stay as they were fitted."""
        check_is_fitted(self, "people_")
        check_profile(profile)
        counts = [self.space_.count(items(profile, self.catalogue_))]
        entry = prepare([profile], counts, self.catalogue_, self.space_)
        self.people_ = Snapshot(self.space_, {**self.people_.entries, **entry}, self.people_.topic_at, self.people_)

    def remove(self, profile_id: Key) -> None:
        """Forget one profile; an unknown id is no error."""
        check_is_fitted(self, "people_")
        if profile_id in self.people_.entries:
            rest = {key: entry for key, entry in self.people_.entries.items() if key != profile_id}
            self.people_ = Snapshot(self.space_, rest, self.people_.topic_at, self.people_)

    def reweighted(self, weights: Mapping[str, float] | None) -> Matcher:
        """The same people and statistics under other weights; the fitted parts are shared, this matcher stays as it is.

        Examples
        --------
        >>> matcher = Matcher().fit([Profile("anna", about="Webseiten")])
        >>> only_text = {name: float(name == "text") for name in COMPONENTS}
        >>> matcher.reweighted(only_text).weights_["text"], round(matcher.weights_["text"], 2)
        (1.0, 0.25)
        """
        check_is_fitted(self, "people_")
        other = copy(self)
        other.weights = weights
        other.weights_ = _weights(weights)
        return other

    def rank(self, need: Need, limit: int | None = None, *, rules: bool = True) -> Ranking:
        """Rank everybody who can, best first; ``rules=False`` judges without hard rules.

        Ties keep the order of ids. Words of evidence are worked out for the first 50 matches.
        """
        check_is_fitted(self, "people_")
        check_need(need)
        people, wish = self.people_, self._wants(need)
        broken = people.facts.broken(need) if rules else {}
        gone = np.zeros(len(people.keys), dtype=bool)
        for mask in broken.values():
            gone |= mask
        values = self._values(people, need, wish)
        score = self._score(values)
        fit = self._fit(values)
        open_to = np.flatnonzero(~gone)
        chosen = open_to[np.lexsort((people.order[open_to], -np.round(score[open_to], 12)))]
        matches = []
        for rank, at in enumerate(chosen[:limit].tolist()):
            matches.append(self._match(people, need, wish, values, float(fit[at]), at, rank < DETAILED))
        verdict = abstention.judge(need, wish, fit, broken, gone, people, self.possible_from, self.fits_from)
        return Ranking(
            need.id,
            matches,
            {rule: int(mask.sum()) for rule, mask in broken.items() if mask.any()},
            _by_profile(people, broken, gone),
            wish.inferred,
            verdict.nobody,
            verdict.uncertain,
            verdict.missing,
            self.version_,
            gaps=verdict.gaps,
        )

    def explain(self, need: Need, profile_id: Key) -> Match:
        """One pair in full, hard rules aside; ``KeyError`` for an unknown profile."""
        check_is_fitted(self, "people_")
        check_need(need)
        people, wish = self.people_, self._wants(need)
        values = self._values(people, need, wish)
        at = people.at[profile_id]
        return self._match(people, need, wish, values, float(self._fit(values)[at]), at, True)

    def why_not(self, need: Need, profile_id: Key) -> tuple[Rule, ...]:
        """Codes of the rules that remove one profile; empty when none does."""
        check_is_fitted(self, "people_")
        check_need(need)
        at = self.people_.at[profile_id]
        return tuple(rule for rule, mask in self.people_.facts.broken(need).items() if mask[at])

    def what_if(self, need: Need, drop: str, limit: int | None = None) -> list[Match]:
        """Who would be added if one hard rule did not hold, best first.

        Examples
        --------
        >>> late = Profile("late", topics={"website": 3}, slots=frozenset({"tue-evening"}))
        >>> need = Need("n", "Homepage", slots=frozenset({"mon-morning"}))
        >>> [match.profile_id for match in Matcher().fit([late]).what_if(need, drop="time")]
        ['late']
        """
        check_is_fitted(self, "people_")
        check_need(need)
        return self._added(need, [Rule(drop)], limit)[Rule(drop)]

    def what_ifs(self, need: Need, limit: int | None = DETAILED) -> dict[Rule, list[Match]]:
        """For each rule one could talk about: who would be added without it and come at least near, best first."""
        check_is_fitted(self, "people_")
        check_need(need)
        found = self._added(need, DISCUSSED, limit)
        near = {rule: [m for m in matches if m.band is not Band.FAR] for rule, matches in found.items()}
        return {rule: matches for rule, matches in near.items() if matches}

    def _added(self, need: Need, rules: Sequence[Rule], limit: int | None) -> dict[Rule, list[Match]]:
        people, wish = self.people_, self._wants(need)
        broken = people.facts.broken(need)
        number = np.sum(list(broken.values()), axis=0)
        values = self._values(people, need, wish)
        score, fit = self._score(values), self._fit(values)
        out: dict[Rule, list[Match]] = {}
        for rule in rules:
            added = np.flatnonzero(broken[rule] & (number == 1))
            chosen = added[np.lexsort((people.order[added], -np.round(score[added], 12)))][:limit]
            out[rule] = [
                self._match(people, need, wish, values, float(fit[at]), at, rank < DETAILED)
                for rank, at in enumerate(chosen.tolist())
            ]
        return out

    def _wants(self, need: Need) -> Wants:
        return wants(need, self.catalogue_, self.space_)

    def _values(self, people: Snapshot, need: Need, wish: Wants) -> dict[str, Array]:
        size = len(people.keys)
        topic = people.topic_scores(np.concatenate([wish.topics, wish.areas]))
        kinds = people.facts.org_kinds.any(axis=1) if size else np.zeros(0, dtype=bool)
        return {
            "topics": np.clip(topic, 0.0, 1.0),
            "text": np.clip(TEXT_STRETCH * people.text_scores(wish.query), 0.0, 1.0),
            "availability": slot_values(people.facts, need),
            "distance": place_values(people.facts, need),
            "org_kind": np.where(kinds, 1.0, 0.8),
            "record": people.facts.record,
        }

    def _score(self, values: Mapping[str, Array]) -> Array:
        return np.asarray(sum(self.weights_[name] * values[name] for name in COMPONENTS))

    def _fit(self, values: Mapping[str, Array]) -> Array:
        topic, text = self.weights_["topics"], self.weights_["text"]
        return np.asarray((topic * values["topics"] + text * values["text"]) / max(topic + text, 1e-12))

    def _match(
        self, people: Snapshot, need: Need, wish: Wants, values: Mapping[str, Array], fit: float, at: int, full: bool
    ) -> Match:
        entry: Entry = people.entries[people.keys[at]]
        shares = tuple(
            Share(name, self.weights_[name] * float(values[name][at]), detail(name, people, need, wish, entry, full))
            for name in COMPONENTS
        )
        band = Band.FITS if fit >= self.fits_from else Band.POSSIBLE if fit >= self.possible_from else Band.FAR
        return Match(people.keys[at], min(1.0, sum(s.value for s in shares)), band, shares, fit)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "people_")


def _weights(given: Mapping[str, float] | None) -> dict[str, float]:
    weights = dict(given or WEIGHTS)
    if set(weights) != set(COMPONENTS):
        raise InputError(f"weights: exactly {', '.join(COMPONENTS)} are needed")
    if not all(np.isfinite(w) and w >= 0 for w in weights.values()) or sum(weights.values()) <= 0:
        raise InputError("weights: none may be negative, and not all zero")
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _by_profile(people: Snapshot, broken: Mapping[Rule, Any], gone: Any) -> dict[Key, tuple[Rule, ...]]:
    """Grouped by pattern of broken rules: there are few patterns and many people."""
    rules = list(broken)
    code = np.zeros(gone.size, dtype=np.int64)
    for bit, rule in enumerate(rules):
        code |= broken[rule].astype(np.int64) << bit
    kinds, pattern = np.unique(code, return_inverse=True)
    names = [tuple(rule for bit, rule in enumerate(rules) if kind >> bit & 1) for kind in kinds.tolist()]
    at = np.flatnonzero(gone)
    return {people.keys[i]: names[p] for i, p in zip(at.tolist(), pattern[at].tolist(), strict=True)}
