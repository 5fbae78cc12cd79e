"""Rank people for a need: hard rules first, then a linear score whose shares add up."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from . import abstention
from .catalogue import Catalogue
from .components import COMPONENTS, WEIGHTS, Removed, checked, fingerprint
from .parts import split
from .people import Segment, Snapshot
from .rules import check_need, check_profile
from .sheet import DETAILED, Scale, Sheet
from .spelling import Speller
from .text import TextSpace, content
from .thesaurus import Thesaurus
from .types import Band, InputError, Key, Match, Need, Part, Profile, Ranking, Rule, Suggestion
from .wants import wants

__all__ = ["COMPONENTS", "WEIGHTS", "Matcher"]
VERSION = "3"
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
    spelling : bool
        Whether unknown words of a need are read as the only known word one edit away.
    thesaurus : path, optional
        File in OpenThesaurus' text format: synonyms count a little in the text share.

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
        spelling: bool = True,
        thesaurus: Path | str | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.weights = weights
        self.fits_from = fits_from
        self.possible_from = possible_from
        self.spelling = spelling
        self.thesaurus = thesaurus

    def fit(self, profiles: Iterable[Profile], y: object = None) -> Matcher:
        """Learn people and the weight of their words; refuses a profile that cannot be matched."""
        people = list(profiles)
        seen: set[Key] = set()
        for profile in people:
            check_profile(profile)
            if profile.id in seen:
                raise InputError(f"profile {profile.id}: id occurs twice")
            seen.add(profile.id)
        self.weights_ = checked(self.weights)
        self.catalogue_ = self.catalogue or Catalogue.load()
        self.space_ = TextSpace(self.catalogue_.inference.analyser)
        background = [content(" ".join((t.label.get("de", ""), *t.words))) for t in self.catalogue_.entries]
        base = Segment(people, self.catalogue_, self.space_, background)
        self.version_ = self.named()
        self.lock_ = threading.Lock()
        self.thesaurus_ = Thesaurus.load(self.thesaurus) if self.thesaurus is not None else None
        self.speller_ = self._speller(base) if self.spelling else None
        self.people_ = Snapshot(base, self.catalogue_, self.space_, {}, frozenset())
        return self

    def update(self, profile: Profile) -> None:
        """Take in one new or changed profile; statistics stay as they were fitted. Safe from several threads."""
        check_is_fitted(self, "people_")
        check_profile(profile)
        with self.lock_:
            self.people_ = self.people_.with_profile(profile)

    def remove(self, profile_id: Key) -> None:
        """Forget one profile; an unknown id is no error."""
        check_is_fitted(self, "people_")
        with self.lock_:
            if profile_id in self.people_:
                self.people_ = self.people_.without(profile_id)

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
        other.weights_ = checked(weights)
        other.version_ = other.named()
        return other

    def named(self) -> str:
        """The version of what is fitted now; whatever changes a ranking of the same people changes it."""
        settings = {name: value for name, value in self.get_params().items() if name not in ("catalogue", "weights")}
        known = self.catalogue_.fingerprint
        return f"{VERSION}.{fingerprint(self.space_.vocabulary_, known, self.weights_, settings)}"

    def rank(self, need: Need, limit: int | None = None, *, rules: bool = True) -> Ranking:
        """Rank everybody who can, best first; ``rules=False`` judges without hard rules.

        Ties keep the order of ids. Words of evidence are worked out for the first 50 matches.
        """
        check_is_fitted(self, "people_")
        check_need(need)
        sheet = self._sheet(need)
        people, wish = sheet.people, sheet.wish
        broken = people.broken(need, sheet.km) if rules else {}
        gone = ~people.alive
        for mask in broken.values():
            gone |= mask
        verdict = abstention.judge(sheet, broken, gone)
        needs, both = self._parts(sheet, gone, limit)
        return Ranking(
            need.id,
            sheet.matches(sheet.order(~gone, limit)),
            {rule: int(mask.sum()) for rule, mask in broken.items() if mask.any()},
            Removed(people, broken),
            wish.inferred,
            verdict.nobody,
            verdict.uncertain,
            verdict.missing,
            self.version_,
            needs,
            both,
            verdict.gaps,
        )

    def _parts(
        self, whole: Sheet, gone: NDArray[np.bool_], limit: int | None
    ) -> tuple[tuple[Part, ...], tuple[Key, ...]]:
        """One list a need where a text holds two, and who fits both, best first."""
        need, people, inference = whole.need, whole.people, self.catalogue_.inference
        found = split(need.text, inference)
        if found is None:
            return (), ()
        out, worst = [], np.ones(len(people.keys))
        for piece in found:
            slug = inference.topic_slugs[piece.topic]
            topics = tuple(topic for topic in need.topics if topic == slug)
            sheet = self._sheet(replace(need, title="", description=piece.text, topics=topics, areas=()), people)
            worst = np.minimum(worst, sheet.fit)
            said = next((s for s in sheet.wish.inferred if s.topic == slug), Suggestion(slug, None, 0.0))
            nobody = abstention.uncovered(sheet, gone)
            out.append(Part(piece.text, said, sheet.matches(sheet.order(~gone, limit)), nobody))
        able = np.flatnonzero(~gone & (worst >= self.possible_from))
        order = able[np.lexsort((people.order[able], -np.round(worst[able], 12)))][:limit]
        return tuple(out), tuple(people.keys[at] for at in order.tolist())

    def explain(self, need: Need, profile_id: Key) -> Match:
        """One pair in full, hard rules aside; ``KeyError`` for an unknown profile."""
        check_is_fitted(self, "people_")
        check_need(need)
        sheet = self._sheet(need)
        return sheet.matches(np.array([sheet.people.at(profile_id)]))[0]

    def why_not(self, need: Need, profile_id: Key) -> tuple[Rule, ...]:
        """Codes of the rules that remove one profile; empty when none does."""
        check_is_fitted(self, "people_")
        check_need(need)
        people = self.people_
        at = people.at(profile_id)
        return tuple(rule for rule, mask in people.broken(need, people.distances(need)).items() if mask[at])

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
        sheet = self._sheet(need)
        broken = sheet.people.broken(need, sheet.km)
        number = np.sum(list(broken.values()), axis=0)
        return {rule: sheet.matches(sheet.order(broken[rule] & (number == 1), limit)) for rule in rules}

    def sheet(self, need: Need) -> Sheet:
        """All values behind a ranking, hard rules aside: for measuring, not for showing."""
        check_is_fitted(self, "people_")
        check_need(need)
        return self._sheet(need)

    def _sheet(self, need: Need, people: Snapshot | None = None) -> Sheet:
        scale = Scale(self.weights_, self.fits_from, self.possible_from)
        read = need
        if self.speller_ is not None:
            title, description = self.speller_.repaired(need.title), self.speller_.repaired(need.description)
            read = replace(need, title=title, description=description)
        wish = wants(read, self.catalogue_, self.space_, self.thesaurus_)
        return Sheet(scale, people or self.people_, need, wish)

    def _speller(self, base: Segment) -> Speller:
        """Repairs towards the words of profiles and topics; what has a known stem or known parts is understood."""
        inference, stems = self.catalogue_.inference, self.space_.vocabulary_.words

        def understood(word: str) -> bool:
            found = inference.analyser.word_features(word)
            return not found or len(found) > 1 or found[0] in stems or found[0] in inference.vocabulary.words

        return Speller(inference.tokens | set(base.texts.tokens), understood)
