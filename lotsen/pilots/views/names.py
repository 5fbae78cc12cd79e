"""Lists of codes of a profile as people read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from lotsen.core.forms.fields import DAY_NAMES, PART_NAMES, PARTS, WEEKDAYS
from lotsen.core.i18n import language_names
from lotsen.pilots.forms.profile import KINDS, MODES
from lotsen.pilots.models import Pilot


def _words(codes: Iterable[str], known: Mapping[str, Any]) -> str:
    return ", ".join(str(known.get(code, code)) for code in codes)


def languages(pilot: Pilot) -> str:
    """Languages in which the pilot helps."""
    return language_names(pilot.languages)


def modes(pilot: Pilot) -> str:
    """On site, by video, or both."""
    return _words((name for name in ("on_site", "remote") if getattr(pilot, name)), dict(MODES))


def kinds(pilot: Pilot) -> str:
    """Whom the pilot helps."""
    return _words(pilot.org_kinds, dict(KINDS))


def slots(pilot: Pilot) -> str:
    """Times of the week, a day at a time: ``Montag abends; Dienstag vormittags, abends``."""
    days = []
    for day, name in zip(WEEKDAYS, DAY_NAMES, strict=True):
        parts = [str(word) for part, word in zip(PARTS, PART_NAMES, strict=True) if f"{day}-{part}" in pilot.slots]
        if parts:
            days.append(f"{name} {', '.join(parts)}")
    return "; ".join(days)
