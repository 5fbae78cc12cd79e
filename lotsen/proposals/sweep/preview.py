"""What a change of weights or catalogue would do, before anybody decides on it. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matching
from lotsen.core.i18n import locale_code
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots import queries as pilots
from lotsen.proposals import queries
from matching.components import WEIGHTS

from .index import index, need, profiles

FIRST = 3
MOST = 40


@dataclass(frozen=True)
class Effect:
    """One request whose first three or whose topic would change; pilots by id, topics by label."""

    request: HelpRequest
    before: tuple[int, ...]
    after: tuple[int, ...]
    topic_before: str = ""
    topic_after: str = ""


def shipped_weights() -> dict[str, float]:
    """The weights the matcher comes with."""
    return dict(WEIGHTS)


def of_weights(weights: Mapping[str, float]) -> tuple[int, list[Effect]]:
    """How many open requests were looked at, and those whose first three would change.

    Raises
    ------
    matching.InputError
        A weight is negative, or all are zero.
    """
    index.refresh()
    return _compare(queries.to_share()[:MOST], index.matcher, index.matcher.reweighted(weights))


def of_catalogue(changed: matching.Catalogue) -> tuple[int, list[Effect]]:
    """The same for another catalogue; people are read anew with it, which takes a few seconds in a large town."""
    index.refresh()
    people = profiles(pilots.for_matching(list(index.revisions)))
    other = matching.Matcher(catalogue=changed, weights=index.matcher.weights).fit(people)
    return _compare(queries.to_share()[:MOST], index.matcher, other)


def _compare(requests: Sequence[HelpRequest], old: Any, new: Any) -> tuple[int, list[Effect]]:
    effects = []
    for request in requests:
        wanted = need(request)
        before, after = old.rank(wanted, limit=FIRST), new.rank(wanted, limit=FIRST)
        effect = Effect(request, _ids(before), _ids(after), _topic(before, old), _topic(after, new))
        if effect.before != effect.after or effect.topic_before != effect.topic_after:
            effects.append(effect)
    return len(requests), effects


def _ids(ranking: Any) -> tuple[int, ...]:
    return tuple(match.profile_id for match in ranking.matches)


def _topic(ranking: Any, matcher: Any) -> str:
    """What the request is taken for, by the label of the catalogue that says so."""
    return matcher.catalogue_.label(ranking.inferred[0].topic, locale_code()) if ranking.inferred else ""


def in_words(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    """Requests whose first three or whose topic change, with the names of the pilots."""
    names = queries.pilot_names(key for row in effects for key in (*row.before, *row.after))
    return [
        {
            "request": row.request,
            "before": ", ".join(names[key] for key in row.before if key in names),
            "after": ", ".join(names[key] for key in row.after if key in names),
            "topic_before": row.topic_before if row.topic_before != row.topic_after else "",
            "topic_after": row.topic_after if row.topic_before != row.topic_after else "",
        }
        for row in effects
    ]
