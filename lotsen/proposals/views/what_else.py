"""What the candidate page says besides the list: several needs, what is missing, what another condition would bring."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lotsen.core.i18n import locale_code
from lotsen.municipality.queries import town
from lotsen.proposals.forms import COMPONENTS
from lotsen.proposals.models import Matching
from lotsen.proposals.queries import Candidate, pilot_names
from lotsen.proposals.rules import SHOWN_AT_ONCE
from lotsen.skills.queries import labels

ABOUT_FROM, ABOUT_MOST = 0.25, 3
"""From this probability on a topic is named as what the request is about."""
NAMED = 3


@dataclass(frozen=True)
class Verdict:
    """What is said of the suggestions of one band that are free, or that are busy."""

    band: str
    busy: bool
    one: Any
    many: Any


VERDICTS = (
    Verdict("passt", False, _l("Gut passt %(names)s."), _l("Gut passen %(names)s.")),
    Verdict(
        "passt",
        True,
        _l("%(names)s passt gut, kann aber gerade nicht."),
        _l("%(names)s passen gut, können aber gerade nicht."),
    ),
    Verdict("moeglich", False, _l("Möglich ist %(names)s."), _l("Möglich sind %(names)s.")),
)
"""Read in this order until somebody free is named."""
CONDITIONS = {
    "time": _l("Wenn ein anderer Tag oder eine andere Zeit möglich wäre"),
    "distance": _l("Wenn ein weiterer Weg möglich wäre"),
    "mode": _l("Wenn es auch auf dem anderen Weg ginge, vor Ort oder online"),
    "language": _l("Wenn eine andere Sprache möglich wäre"),
}


@dataclass(frozen=True)
class Part:
    """One of several needs in a request, with who fits it."""

    text: str
    topic: str
    people: list[tuple[int, str]]


def what_else(found: Matching | None, shown: list[Candidate], *, at: datetime) -> dict[str, Any]:
    """The page's variables: what the request is about, the list in a sentence, doubts, needs, gaps, conditions."""
    if found is None:
        nothing: dict[str, Any] = {name: [] for name in ("about", "parts", "both", "gaps", "what_if")}
        return {**nothing, "verdict": "", "doubt": "", "unclear": False, "besides": None, "components": COMPONENTS}
    ids = {key for part in found.needs for key in part["pilots"]} | set(found.both)
    ids |= {key for keys in found.what_if.values() for key in keys}
    here = {row.proposal.pilot_id: row.proposal.pilot.user.name for row in shown}
    named = {**here, **pilot_names(ids - here.keys())}
    clear = [entry for entry in found.inferred if entry["score"] >= ABOUT_FROM][:ABOUT_MOST]
    gaps = [gap for gap in found.gaps if "topic" in gap]
    slugs = {entry["topic"] for entry in (*clear, *found.needs, *gaps)} | {e["area"] for e in clear if e["area"]}
    named_topics = labels(sorted(slugs))

    def people(keys: list[int]) -> list[tuple[int, str]]:
        return [(key, named[key]) for key in keys if key in named]

    return {
        "parts": [Part(p["text"], named_topics.get(p["topic"], p["topic"]), people(p["pilots"])) for p in found.needs],
        "both": people(found.both),
        "about": _about(clear, named_topics),
        "verdict": _verdict(shown),
        "doubt": _doubt(found, shown),
        "unclear": not clear and not any("outside" in gap for gap in gaps),
        "gaps": [
            *(_gap(named_topics.get(gap["topic"], ""), gap) for gap in gaps if _is_known(gap, named_topics)),
            *(
                _("Für „%(word)s“ haben wir niemanden gefunden.", word=gap["unknown"])
                for gap in found.gaps
                if "unknown" in gap
            ),
        ],
        "what_if": [(CONDITIONS[rule], people(keys)) for rule, keys in found.what_if.items() if people(keys)],
        "besides": _little_seen(folded(shown), at),
        "components": COMPONENTS,
    }


def lying_open(shown: list[Candidate]) -> list[Candidate]:
    """The suggestions that are worth a look at once."""
    return [candidate for candidate in shown if candidate.is_worth_a_look][:SHOWN_AT_ONCE]


def folded(shown: list[Candidate]) -> list[Candidate]:
    """The suggestions behind the fold."""
    at_once = lying_open(shown)
    return [candidate for candidate in shown if candidate not in at_once]


def _about(clear: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """What the request is about, where the text says so clearly: topic, sub-area if that is clear, and the words why.

    The words let a coordinator see at a glance where the matcher took something wrongly.
    """
    found = []
    for entry in clear:
        if entry["topic"] in names:
            name = names[entry["topic"]]
            if entry["area"] in names:
                name = _("%(topic)s, vor allem „%(area)s“", topic=name, area=names[entry["area"]])
            words = ", ".join(_("„%(text)s“", text=word) for word in entry["evidence"])
            found.append(
                _("%(topic)s – wegen %(words)s", topic=name, words=words)
                if words
                else _("%(topic)s – der Text sagt es nicht deutlich", topic=name)
            )
    return found


def _verdict(shown: list[Candidate]) -> str:
    """The list in one or two sentences: who fits and is free, else who fits and is not, and who is possible."""
    said = []
    for verdict in VERDICTS:
        names = [
            candidate.proposal.pilot.user.name
            for candidate in shown
            if candidate.proposal.band == verdict.band and bool(candidate.obstacle) is verdict.busy
        ]
        if names:
            said.append(str(verdict.one if len(names) == 1 else verdict.many) % {"names": _listed(names)})
            if not verdict.busy:
                break
    return " ".join(said)


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    more = len(names) - NAMED
    if more <= 0:
        return _("%(names)s und %(last)s", names=", ".join(names[:-1]), last=names[-1])
    others = ngettext("eine weitere Person", "%(num)d weitere", more)
    return _("%(names)s und %(last)s", names=", ".join(names[:NAMED]), last=others)


def _doubt(found: Matching, shown: list[Candidate]) -> str:
    """Why a look is needed; empty when the matcher is sure."""
    if found.nobody:
        return _("Vielleicht passt zu dieser Anfrage niemand. Lesen Sie die Gründe genau.")
    if not found.uncertain:
        return ""
    if any(candidate.proposal.band == "passt" for candidate in shown):
        return _("Die Anfrage lässt sich verschieden lesen. Fragen Sie im Zweifel kurz nach.")
    return _("Niemand hebt sich deutlich ab. Fragen Sie im Zweifel kurz nach, worum es geht.")


def _is_known(gap: dict[str, Any], names: dict[str, str]) -> bool:
    return gap["topic"] in names or "outside" in gap


def _gap(topic: str, gap: dict[str, Any]) -> str:
    if "outside" in gap:
        kind = gap["outside"].get(locale_code()) or gap["outside"].get("de", "")
        return _("Das klingt nach „%(kind)s“ und damit nach keiner digitalen Aufgabe.", kind=kind)
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
        unseen = last is None or at - last > timedelta(days=town().not_asked_days)
        if unseen and not candidate.obstacle and candidate.proposal.band == "passt":
            return candidate
    return None
