"""What the candidate page says besides the list: several needs, what is missing, what another condition would bring."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lotsen.pilots.rules import NOT_ASKED_DAYS
from lotsen.proposals.forms import COMPONENTS
from lotsen.proposals.models import Matching
from lotsen.proposals.queries import Candidate, pilot_names
from lotsen.skills.queries import topic_labels

CONDITIONS = {
    "time": _l("Wenn ein anderer Tag oder eine andere Zeit möglich wäre"),
    "distance": _l("Wenn ein weiterer Weg möglich wäre"),
    "mode": _l("Wenn es auch auf dem anderen Weg ginge, vor Ort oder per Video"),
    "language": _l("Wenn eine andere Sprache möglich wäre"),
}


@dataclass(frozen=True)
class Part:
    """One of several needs in a request, with who fits it."""

    text: str
    topic: str
    people: list[tuple[int, str]]


def what_else(found: Matching | None, shown: list[Candidate], at_once: int, *, at: datetime) -> dict[str, Any]:
    """The page's variables ``parts``, ``both``, ``gaps``, ``what_if`` and ``besides``."""
    if found is None:
        return {"parts": [], "both": [], "gaps": [], "what_if": [], "besides": None, "components": COMPONENTS}
    ids = {key for part in found.needs for key in part["pilots"]} | set(found.both)
    ids |= {key for keys in found.what_if.values() for key in keys}
    named = pilot_names(ids)
    labels = topic_labels([*(part["topic"] for part in found.needs), *(gap["topic"] for gap in found.gaps)])

    def people(keys: list[int]) -> list[tuple[int, str]]:
        return [(key, named[key]) for key in keys if key in named]

    return {
        "parts": [Part(p["text"], labels.get(p["topic"], p["topic"]), people(p["pilots"])) for p in found.needs],
        "both": people(found.both),
        "gaps": [_gap(labels[gap["topic"]], gap) for gap in found.gaps if gap["topic"] in labels],
        "what_if": [(CONDITIONS[rule], people(keys)) for rule, keys in found.what_if.items() if people(keys)],
        "besides": _little_seen(shown[at_once:], at),
        "components": COMPONENTS,
    }


def _gap(topic: str, gap: dict[str, Any]) -> str:
    if not gap["holders"]:
        return _("Für „%(topic)s“ gibt es im Programm noch niemanden.", topic=topic)
    return ngettext(
        "„%(topic)s“ kann eine Person, für diese Anfrage ist sie nicht frei.",
        "„%(topic)s“ können %(num)d Personen, für diese Anfrage ist niemand davon frei.",
        gap["holders"],
        topic=topic,
    )


def _little_seen(folded: list[Candidate], at: datetime) -> Candidate | None:
    """Somebody who fits, is free and was not asked for long: worth a look behind the first."""
    for candidate in folded:
        last = candidate.proposal.pilot.last_asked_at
        unseen = last is None or at - last > timedelta(days=NOT_ASKED_DAYS)
        if unseen and not candidate.obstacle and candidate.proposal.band == "passt":
            return candidate
    return None
