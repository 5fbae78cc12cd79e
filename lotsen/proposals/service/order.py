"""Changing an approved order while somebody on it is asked: one taken off, one asked earlier."""

from datetime import datetime

from lotsen.accounts.service.own_affairs import check_own_affair
from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.states import move
from lotsen.help_requests import service as help_requests
from lotsen.proposals import queries, rules
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State

from .yes import tell_yes_is_gone


def take_off(proposal: Proposal, *, by: Actor, at: datetime, own_case_reason: str = "") -> None:
    """Who was not asked yet is not asked; the others keep their order, and whoever is asked now may answer.

    Nobody reads of it: she was never asked. Was she the last, and nobody is asked, the coordinator chooses anew.

    Raises
    ------
    InvalidInput
        The coordinator's own case, as `check_own_affair` says.
    """
    reason = _reason_in_own_case(proposal, own_case_reason, by=by)
    tell_yes_is_gone(proposal, at=at)  # asked anew after a yes, and taken back
    move(proposal, State.REMOVED, rules, by=by, at=at, reason=reason, only_from={State.APPROVED})
    db.session.flush()
    ladder = proposal.ladder
    if ladder is not None and not queries.approved_on(ladder) and queries.live_ask(ladder.id) is None:
        ladder.closed_at = at
        help_requests.back_to_open(ladder.help_request, task="exhausted", by=by, at=at)


def ask_earlier(
    proposal: Proposal, *, position: int | None, by: Actor, at: datetime, own_case_reason: str = ""
) -> None:
    """Change places with whoever would be asked just before. First already: nothing happens.

    ``position``: where she stood when this was decided.

    Raises
    ------
    Conflict
        She is not waiting for her turn any more, or stands at another place by now.
    InvalidInput
        The coordinator's own case, as `check_own_affair` says.
    """
    if proposal.state is not State.APPROVED or proposal.ladder is None or proposal.position != position:
        raise Conflict(entity=proposal.entity, entity_id=proposal.id)
    before = _just_before(proposal, proposal.ladder)
    if before is None:
        return
    reason = _reason_in_own_case(proposal, own_case_reason, by=by)
    first, second = before.position, proposal.position
    before.position = None  # one place holds one pilot, also for a moment
    db.session.flush()
    proposal.position = first
    db.session.flush()
    before.position = second
    audit.record("proposal.earlier", proposal, by=by, at=at, reason=reason)


def _reason_in_own_case(proposal: Proposal, reason: str, *, by: Actor) -> str:
    """The reason to record where the order is also about who changes it; empty where it is not or cannot change."""
    ladder = proposal.ladder
    if proposal.state is not State.APPROVED or ladder is None or not queries.is_own_order(ladder, by.actor_id):
        return ""
    check_own_affair(reason, by=by)
    return reason.strip()


def _just_before(proposal: Proposal, ladder: Ladder) -> Proposal | None:
    waiting = list(queries.approved_on(ladder))
    place = waiting.index(proposal)
    return waiting[place - 1] if place else None
