"""The pilot somebody wished for, beside the candidates."""

from dataclasses import dataclass
from typing import Any

from lotsen.core.clock import now
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries, sweep
from lotsen.proposals.forms import RULES
from lotsen.proposals.models import Proposal


@dataclass(frozen=True)
class Wish:
    """Whom somebody wished for, and what stands in the way."""

    pilot: Pilot
    proposal: Proposal | None
    obstacle: str
    reasons: list[Any]


def wishes(row: HelpRequest, shown: list[queries.Candidate]) -> list[Wish]:
    """The pilots a wish may mean; a suggestion of theirs stands first on the list."""
    by_pilot = {candidate.proposal.pilot_id: candidate for candidate in shown}
    found = []
    for pilot in queries.wished(row.wished_pilot):
        known = by_pilot.get(pilot.id)
        obstacle = known.obstacle if known else queries.obstacle(pilot, at=now(), request=row)
        reasons = [] if known else [RULES[rule] for rule in sweep.why_not(row, pilot) if rule in RULES]
        found.append(Wish(pilot, known.proposal if known else None, obstacle, reasons))
    return found
