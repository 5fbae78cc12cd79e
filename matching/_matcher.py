"""Rank people for a need: hard rules first, then a linear score whose shares add up."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from ._catalogue import Catalogue, Suggestion
from ._rules import broken, distance_km
from ._text import stem, words
from ._types import Band, Match, Need, Profile, Ranking, Share

WEIGHTS: Mapping[str, float] = {
    "topics": 0.45, "text": 0.25, "availability": 0.12, "distance": 0.08, "org_kind": 0.05, "record": 0.05,
}  # fmt: skip
LEVELS = np.asarray([0.0, 0.55, 0.85, 1.0])
VERSION = "1"


class Matcher(BaseEstimator):  # type: ignore[misc]
    """People as sets of items, needs as topics, sub-areas and words.

    Parameters
    ----------
    catalogue : Catalogue or None
        None loads the shipped one at ``fit``.
    weights : mapping or None
        Weight of each component; they sum to 1.
    fits_from, possible_from : float
        From which fit of expertise (topics and text, 0 to 1) a match is "passt" or "möglich".

    Attributes
    ----------
    profiles_ : dict
        The fitted profiles by id, in order of fitting.
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        weights: Mapping[str, float] | None = None,
        fits_from: float = 0.42,
        possible_from: float = 0.25,
    ) -> None:
        self.catalogue = catalogue
        self.weights = weights
        self.fits_from = fits_from
        self.possible_from = possible_from

    def fit(self, profiles: Iterable[Profile], y: object = None) -> "Matcher":
        """Learn the people and the weight of their words."""
        self.catalogue_ = self.catalogue or Catalogue.load()
        self.profiles_: dict[Hashable, Profile] = {p.id: p for p in profiles}
        texts = [self._full(p) for p in self.profiles_.values()]
        background = [" ".join(self.catalogue_.texts(t)) for t in self.catalogue_.topics]
        self.words_ = TfidfVectorizer(analyzer=self.catalogue_.splitter.terms, sublinear_tf=True).fit(
            texts + background
        )
        self.chars_ = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True).fit(texts + background)
        self._rows: dict[Hashable, Any] = {}
        self._terms: dict[Hashable, frozenset[str]] = {}
        for profile in self.profiles_.values():
            self._rows[profile.id] = self._row(profile)
        self._stack()
        self.version_ = f"{VERSION}.{len(self.words_.vocabulary_)}"
        return self

    def update(self, profile: Profile) -> None:
        """Take in one new or changed profile; statistics stay as they were fitted."""
        check_is_fitted(self, "profiles_")
        self.profiles_[profile.id] = profile
        self._rows[profile.id] = self._row(profile)
        self._stack()

    def remove(self, profile_id: Hashable) -> None:
        """Forget one profile."""
        if self.profiles_.pop(profile_id, None) is not None:
            del self._rows[profile_id]
            self._stack()

    def rank(self, need: Need, limit: int | None = None, *, rules: bool = True) -> Ranking:
        """Rank everybody who can; ``rules=False`` judges expertise alone."""
        check_is_fitted(self, "profiles_")
        people = list(self.profiles_.values())
        inferred = tuple(self.catalogue_.suggest(need.text))
        removed_by: dict[Hashable, tuple[str, ...]] = {}
        kilometres = [distance_km(p, need) for p in people]
        if rules:
            for profile, km in zip(people, kilometres, strict=True):
                codes = broken(profile, need, km)
                if codes:
                    removed_by[profile.id] = codes
        topic, text = self._expertise(need)
        fit = (self._weight("topics") * topic + self._weight("text") * text) / max(
            1e-9, self._weight("topics") + self._weight("text")
        )
        matches = []
        for i, profile in enumerate(people):
            if profile.id not in removed_by:
                matches.append(self._match(profile, need, kilometres[i], topic[i], text[i], fit[i]))
        matches.sort(key=lambda m: (-m.score, str(m.profile_id)))
        best = max((fit[i] for i, p in enumerate(people) if p.id not in removed_by), default=0.0)
        return Ranking(
            need_id=need.id,
            matches=tuple(self._with_words(m, need, inferred) for m in matches[:limit]),
            removed=dict(Counter(code for codes in removed_by.values() for code in codes)),
            removed_by_profile=removed_by,
            inferred=inferred,
            nobody=bool(best < self.possible_from),
            uncertain=bool(best < (self.possible_from + self.fits_from) / 2),
            missing=tuple(s.topic for s in inferred[:1]) if best < self.possible_from else (),
            model_version=self.version_,
        )

    def why_not(self, need: Need, profile_id: Hashable) -> tuple[str, ...]:
        """Codes of the rules that rule one person out."""
        profile = self.profiles_[profile_id]
        return broken(profile, need, distance_km(profile, need))

    def _weight(self, name: str) -> float:
        return float((self.weights or WEIGHTS)[name])

    @staticmethod
    def _full(profile: Profile) -> str:
        return " . ".join([profile.headline, profile.about, *profile.cases])

    def _items(self, profile: Profile) -> list[str]:
        labels = [self.catalogue_.labels[t]["de"] for t in profile.topics if t in self.catalogue_.labels]
        labels += [self.catalogue_.labels[a]["de"] for a in profile.areas if a in self.catalogue_.labels]
        return [self._full(profile), profile.headline or self._full(profile), *labels, *profile.cases]

    def _row(self, profile: Profile) -> Any:
        catalogue = self.catalogue_
        self._terms[profile.id] = frozenset(catalogue.splitter.terms(self._full(profile)))
        items = self._items(profile)
        read = catalogue.area_scores([self._full(profile)])
        topics = catalogue.topic_scores(read)[0]
        said = topics / max(1e-9, topics.max()) if topics.max() > 0.03 else np.zeros_like(topics)
        held = np.asarray([LEVELS[min(3, max(0, profile.topics.get(t, 0)))] for t in catalogue.topics])
        skill = np.clip(0.6 * held + 0.4 * np.where(said > 0.35, said, 0), 0, 1)
        area_said = read[0] / max(1e-9, read[0].max()) if read[0].max() > 0.03 else np.zeros(len(catalogue.areas))
        ticked = np.asarray([1.0 if a in profile.areas else 0.0 for a in catalogue.areas])
        own = np.asarray([held[catalogue.topics.index(catalogue.topic_of[a])] for a in catalogue.areas])
        area = np.clip(np.maximum(ticked, 0.25 * own + 0.75 * np.where(area_said > 0.3, area_said, 0)), 0, 1)
        return self.words_.transform(items), self.chars_.transform(items), skill, area

    def _stack(self) -> None:
        rows = list(self._rows.values())
        if not rows:
            self._item_words = self._item_chars = None
            return
        self._item_words = sparse.vstack([r[0] for r in rows]).T.tocsr()
        self._item_chars = sparse.vstack([r[1] for r in rows]).T.tocsr()
        self._starts = np.cumsum([0] + [r[0].shape[0] for r in rows])[:-1]
        self._skills = np.vstack([r[2] for r in rows])
        self._area_skills = np.vstack([r[3] for r in rows])

    def _expertise(self, need: Need) -> tuple[np.ndarray, np.ndarray]:
        """Topic fit and text fit of everybody, each in [0, 1]."""
        if not self._rows:
            return np.zeros(0), np.zeros(0)
        areas = self.catalogue_.area_scores([need.text])
        wanted, wanted_areas = self._wanted(need, areas)
        topic = 0.5 * (self._skills @ wanted) + 0.5 * (self._area_skills @ wanted_areas)
        w, c = self.words_.transform([need.text]), self.chars_.transform([need.text])
        word = (w @ self._item_words).toarray().ravel()
        char = (c @ self._item_chars).toarray().ravel()
        both = 0.45 * word + 0.55 * char
        full, best = both[self._starts], np.maximum.reduceat(both, self._starts)
        raw = 0.5 * full + 0.5 * best
        return np.clip(topic, 0, 1), np.clip(raw / 0.4, 0, 1)

    def _wanted(self, need: Need, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        scores = self.catalogue_.topic_scores(areas)[0]
        wanted = _sharpen(scores)
        chosen = np.asarray([1.0 if t in need.topics else 0.0 for t in self.catalogue_.topics])
        if chosen.sum():
            chosen /= chosen.sum()
            wanted = 0.75 * wanted + 0.25 * chosen if wanted.sum() else chosen
        parts = _sharpen(areas[0])
        ticked = np.asarray([1.0 if a in need.areas else 0.0 for a in self.catalogue_.areas])
        if ticked.sum():
            parts = 0.5 * parts + 0.5 * ticked / ticked.sum()
        return wanted, parts

    def _match(self, profile: Profile, need: Need, km: float, topic: float, text: float, fit: float) -> Match:
        common = need.slots & profile.slots
        time = 1.0 if not need.slots or not profile.slots else min(1.0, 0.5 + 0.25 * len(common))
        remote = need.mode != "on_site" and "remote" in profile.modes
        near = max(0.0, 1.0 - km / max(1.0, profile.radius_km)) if km <= profile.radius_km else 0.0
        place = max(
            0.7 if remote else 0.0, 0.5 + 0.5 * near if "on_site" in profile.modes and km <= profile.radius_km else 0.0
        )
        values = {
            "topics": (topic, {"topics": dict(profile.topics), "areas": tuple(profile.areas)}),
            "text": (text, {}),
            "availability": (time, {"slots": tuple(sorted(common))}),
            "distance": (place, {"km": km, "remote": remote, "near": km <= profile.radius_km}),
            "org_kind": (1.0 if need.org_kind in profile.org_kinds else 0.0, {}),
            "record": (min(1.0, max(0.0, profile.record)), {}),
        }
        shares = tuple(Share(name, self._weight(name) * float(v), detail) for name, (v, detail) in values.items())
        band = Band.FITS if fit >= self.fits_from else Band.POSSIBLE if fit >= self.possible_from else Band.FAR
        return Match(profile.id, float(sum(s.value for s in shares)), band, shares)

    def _with_words(self, match: Match, need: Need, wanted: tuple[Suggestion, ...]) -> Match:
        profile = self.profiles_[match.profile_id]
        theirs = self._terms[match.profile_id]
        idf, vocabulary = self.words_.idf_, self.words_.vocabulary_
        shared = {}
        for word in words(need.text):
            parts = [stem(word), *(stem(p) for p in self.catalogue_.splitter.parts(word))]
            hits = [idf[vocabulary[p]] for p in parts if p in theirs and p in vocabulary]
            if hits:
                shared[word] = max(hits)
        found = tuple(sorted(shared, key=lambda w: -shared[w])[:4])
        known = tuple((s.topic, s.area, profile.topics[s.topic]) for s in wanted[:3] if s.topic in profile.topics)
        extra = {"text": {"words": found}, "topics": {"held": known}}
        labels = self.catalogue_.labels
        shares = tuple(
            Share(s.component, s.value, {**s.detail, **extra.get(s.component, {}), "labels": labels})
            for s in match.shares
        )
        return Match(match.profile_id, match.score, match.band, shares)


def _sharpen(scores: np.ndarray) -> np.ndarray:
    """Scores to weights that sum to 1: only what comes close to the best counts."""
    top = scores.max()
    if top <= 0.02:
        return np.zeros_like(scores)
    kept = np.where(scores >= 0.5 * top, scores, 0.0) ** 3
    return np.asarray(kept / kept.sum())
