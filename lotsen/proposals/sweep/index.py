"""The fitted matcher of this process, and rows as the matcher sees them."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import matching
from lotsen.core import clock
from lotsen.core.openings import concern
from lotsen.core.places import coordinates
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots import queries as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries
from lotsen.skills.suggest import catalogue

NEW, HALF_WAY = 0.5, 3
"""Record of somebody who is new, as the matcher says "unknown"; after so many requests half of the rest is reached."""


def profiles(rows: Sequence[Pilot]) -> list[Any]:
    """Pilots as the matcher sees them."""
    helped = queries.helped_before([row.id for row in rows])
    return [_profile(row, helped.get(row.id, 0)) for row in rows]


def _profile(pilot: Pilot, helped: int) -> Any:
    """One of them: no name. State, places and asks are checked live, not here; nobody is new to her disadvantage."""
    at = coordinates(pilot.postcode)
    return matching.Profile(
        id=pilot.id,
        headline=pilot.headline,
        about=pilot.about,
        topics={row.topic.slug: row.level for row in pilot.topics if row.topic.active},
        areas=frozenset(row.area.slug for row in pilot.areas),
        languages=frozenset(pilot.languages),
        modes=frozenset(name for name in ("on_site", "remote") if getattr(pilot, name)),
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        radius_km=float(pilot.radius_km),
        slots=frozenset(pilot.slots),
        org_kinds=frozenset(pilot.org_kinds),
        excluded_organisations=frozenset(row.organisation_id for row in pilot.exclusions_on(clock.today())),
        clearance=pilot.is_cleared(clock.today()),
        record=NEW + (1 - NEW) * helped / (helped + HALF_WAY),
    )


def need(request: HelpRequest) -> Any:
    """A request as the matcher sees it."""
    at = coordinates(request.postcode)
    return matching.Need(
        id=request.id,
        title=request.title,
        description=concern(request.description),
        topics=tuple(row.topic.slug for row in request.topics if row.topic.active),
        areas=tuple(row.area.slug for row in request.areas),
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        mode=request.mode.value,
        languages=frozenset(request.languages),
        slots=frozenset(request.slots),
        org_kind=request.org_kind.value,
        organisation=request.organisation_id,
        excluded_profiles=queries.blocked_pilots(request),
        minors=request.with_children,
    )


@dataclass
class Index:
    """The fitted matcher of this process and what each profile in it was read as."""

    matcher: Any = None
    revisions: dict[int, queries.Stand] = field(default_factory=dict)
    fitted_on: date | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self) -> str:
        """Bring the matcher up to the profiles in the database; returns a fingerprint of day, profiles and model.

        The model's version names statistics, weights and the wording of the catalogue, shipped and own.
        """
        with self.lock:
            current = queries.as_of(clock.today())
            changed = [key for key, revision in current.items() if self.revisions.get(key) != revision]
            gone = [key for key in self.revisions if key not in current]
            day = clock.local_date(clock.real_now())
            outdated = self.fitted_on != day  # statistics are refitted nightly
            known, weighting = catalogue(), queries.active_weighting()
            weights = weighting.weights if weighting else None
            other_words = self.matcher is not None and self.matcher.catalogue is not known
            if self.matcher is None or outdated or other_words or len(changed) > max(20, len(current) // 5):
                self.matcher = matching.Matcher(catalogue=known, weights=weights).fit(
                    profiles(pilots.for_matching(list(current)))
                )
                self.fitted_on = day
            else:
                for person in profiles(pilots.for_matching(changed)) if changed else ():
                    self.matcher.update(person)
                for key in gone:
                    self.matcher.remove(key)
            if self.matcher.weights != weights:
                self.matcher = self.matcher.reweighted(weights)
            self.revisions = current
            return f"{self.fitted_on:%y%m%d}:{_digest(current)}:{self.matcher.version_}"

    def forget(self) -> None:
        """Fit anew at the next refresh (nightly, and in tests)."""
        with self.lock:
            self.matcher, self.revisions = None, {}


def _digest(revisions: Mapping[int, queries.Stand]) -> str:
    """Short name of who is in, and as what."""
    return hashlib.blake2b(repr(sorted(revisions.items())).encode(), digest_size=8).hexdigest()


index = Index()
