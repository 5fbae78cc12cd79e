"""One need put to a fitted matcher: read once, measured against everybody, then ranked, split or asked "what if"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from . import abstention
from .catalogue import Catalogue
from .components import Removed
from .matches import Matches
from .parts import split
from .people import Snapshot
from .results import Match, Part, Ranking, Suggestion
from .rules import check_need
from .sheet import Scale, Sheet
from .spelling import Speller
from .text import TextSpace
from .thesaurus import Thesaurus
from .types import Band, Key, Need, Rule
from .wants import wants

Mask = NDArray[np.bool_]
DISCUSSED = (Rule.TIME, Rule.DISTANCE, Rule.MODE, Rule.LANGUAGE, Rule.LEVEL, Rule.CAPACITY, Rule.ORG_KIND)
"""Rules that somebody could lift by a telephone call; conflicts, exclusions and clearances are none of them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a fitted matcher stands on but its people."""

    catalogue: Catalogue
    space: TextSpace
    scale: Scale
    speller: Speller | None = None
    thesaurus: Thesaurus | None = None

    def sheet(self, need: Need, people: Snapshot) -> Sheet:
        """A need read and measured against everybody, hard rules aside."""
        read = need
        if self.speller is not None:
            title, description = self.speller.repaired(need.title), self.speller.repaired(need.description)
            read = replace(need, title=title, description=description)
        return Sheet(self.scale, people, need, wants(read, self.catalogue, self.space, self.thesaurus))


class Asked:
    """One need and one snapshot of people; refuses a need that cannot be matched."""

    def __init__(self, ground: Ground, people: Snapshot, need: Need) -> None:
        check_need(need)
        self.ground, self.people, self.need = ground, people, need
        self.sheet = ground.sheet(need, people)

    @cached_property
    def broken(self) -> dict[Rule, Mask]:
        """For each hard rule that somebody breaks, who does."""
        return self.people.broken(self.need, self.sheet.km)

    @cached_property
    def gone(self) -> Mask:
        """Who breaks a hard rule or is no longer there."""
        gone = ~self.people.alive
        for mask in self.broken.values():
            gone |= mask
        return gone

    def ranking(self, limit: int | None, version: str, *, rules: bool) -> Ranking:
        """Everybody who can, best first, and what else was found."""
        broken: Mapping[Rule, Mask] = self.broken if rules else {}
        gone = self.gone if rules else ~self.people.alive
        verdict = abstention.judge(self.sheet, broken, gone)
        needs, both = self._parts(gone, limit)
        return Ranking(
            self.need.id,
            self.sheet.matches(self.sheet.order(~gone, limit)),
            {rule: int(mask.sum()) for rule, mask in broken.items()},
            Removed(self.people, broken),
            self.sheet.wish.inferred,
            verdict.nobody,
            verdict.uncertain,
            verdict.missing,
            version,
            needs,
            both,
            verdict.gaps,
            verdict.unknown,
        )

    def _parts(self, gone: Mask, limit: int | None) -> tuple[tuple[Part, ...], tuple[Key, ...]]:
        """One list a need where a text holds two, and who fits both, best first."""
        need, people, inference = self.need, self.people, self.ground.catalogue.inference
        found = split(need.text, inference)
        if found is None:
            return (), ()
        out, worst = [], np.ones(len(people.keys))
        for piece in found:
            slug = inference.topic_slugs[piece.topic]
            topics = tuple(topic for topic in need.topics if topic == slug)
            own = replace(need, title="", description=piece.text, topics=topics, areas=())
            sheet = self.ground.sheet(own, people)
            worst = np.minimum(worst, sheet.fit)
            said = next((s for s in sheet.wish.inferred if s.topic == slug), Suggestion(slug, None, 0.0))
            nobody = abstention.doubtful(sheet, gone)
            out.append(Part(piece.text, said, sheet.matches(sheet.order(~gone, limit)), nobody))
        able = np.flatnonzero(~gone & (worst >= self.ground.scale.possible_from))
        order = able[np.lexsort((people.order[able], -np.round(worst[able], 12)))][:limit]
        return tuple(out), tuple(people.keys[at] for at in order.tolist())

    def added(self, rule: Rule, limit: int | None) -> Matches:
        """Who breaks this rule only, best first."""
        only = self.broken[rule].copy() if rule in self.broken else np.zeros(len(self.people.keys), dtype=bool)
        for other, mask in self.broken.items():
            if other is not rule:
                only &= ~mask
        return self.sheet.matches(self.sheet.order(only, limit))

    def near(self, limit: int | None) -> dict[Rule, list[Match]]:
        """The same for every rule one could talk about, without those who are far from fitting."""
        near = {rule: [m for m in self.added(rule, limit) if m.band is not Band.FAR] for rule in DISCUSSED}
        return {rule: matches for rule, matches in near.items() if matches}
