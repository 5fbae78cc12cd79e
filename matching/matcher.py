"""Rank people for a need: hard rules first, then a linear score whose shares add up."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .asking import Asked, Ground
from .catalogue import Catalogue
from .components import COMPONENTS, WEIGHTS, checked
from .people import Snapshot
from .results import Match, Ranking
from .rules import check_need, check_profile
from .segment import Segment
from .sheet import DETAILED, Scale, Sheet
from .spelling import speller
from .text import TextSpace
from .thesaurus import Thesaurus
from .types import InputError, Key, Need, Profile, Rule
from .vectors import Vocabulary
from .version import model_version
from .words import content

__all__ = ["COMPONENTS", "WEIGHTS", "Matcher"]


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
        self.thesaurus_ = Thesaurus.load(self.thesaurus) if self.thesaurus is not None else None
        self.space_ = TextSpace(self.catalogue_.inference.analyser)
        background = [content(" ".join((t.label.get("de", ""), *t.words))) for t in self.catalogue_.entries]
        base = Segment(people, self.catalogue_, self.space_, background)
        self._stand(base, base.texts.tokens)
        return self

    def restore(self, vocabulary: Vocabulary, known: Iterable[str]) -> None:
        """Take over statistics as they were fitted elsewhere, with nobody in them (:mod:`matching.modelfile`)."""
        self.space_.vocabulary_ = vocabulary
        self._stand(Segment([], self.catalogue_, self.space_), known)

    def _stand(self, base: Segment, known: Iterable[str]) -> None:
        """Put everything learned in its place; ``known`` are words as people write them."""
        self.speller_ = speller(known, self.catalogue_.inference, self.space_.vocabulary_) if self.spelling else None
        self.lock_ = threading.Lock()
        self.people_ = Snapshot(base, self.catalogue_, self.space_, {}, frozenset())
        self.version_ = model_version(self._ground())

    def _ground(self) -> Ground:
        check_is_fitted(self, "people_")
        scale = Scale(self.weights_, self.fits_from, self.possible_from)
        return Ground(self.catalogue_, self.space_, scale, self.speller_, self.thesaurus_)

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
        other.version_ = model_version(other._ground())
        return other

    def rank(self, need: Need, limit: int | None = None, *, rules: bool = True) -> Ranking:
        """Rank everybody who can, best first; ``rules=False`` judges without hard rules.

        Ties keep the order of ids. Words of evidence are worked out for the first 50 matches.
        """
        return self._asked(need).ranking(limit, self.version_, rules=rules)

    def explain(self, need: Need, profile_id: Key) -> Match:
        """One pair in full, hard rules aside; ``KeyError`` for an unknown profile."""
        asked = self._asked(need)
        return asked.sheet.matches(np.array([asked.people.at(profile_id)]))[0]

    def why_not(self, need: Need, profile_id: Key) -> tuple[Rule, ...]:
        """Codes of the rules that remove one profile; empty when none does."""
        check_is_fitted(self, "people_")
        check_need(need)
        people = self.people_
        at = people.at(profile_id)
        return tuple(rule for rule, mask in people.broken(need, people.distances(need)).items() if mask[at])

    def what_if(self, need: Need, drop: str, limit: int | None = None) -> Sequence[Match]:
        """Who would be added if one hard rule did not hold, best first.

        Examples
        --------
        >>> late = Profile("late", topics={"website": 3}, slots=frozenset({"tue-evening"}))
        >>> need = Need("n", "Homepage", slots=frozenset({"mon-morning"}))
        >>> [match.profile_id for match in Matcher().fit([late]).what_if(need, drop="time")]
        ['late']
        """
        return self._asked(need).added(Rule(drop), limit)

    def what_ifs(self, need: Need, limit: int | None = DETAILED) -> dict[Rule, list[Match]]:
        """For each rule one could talk about: who would be added without it and come at least near, best first."""
        return self._asked(need).near(limit)

    def sheet(self, need: Need) -> Sheet:
        """All values behind a ranking, hard rules aside: for measuring, not for showing."""
        return self._asked(need).sheet

    def _asked(self, need: Need) -> Asked:
        return Asked(self._ground(), self.people_, need)
