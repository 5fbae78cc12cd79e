"""How a proposal ends: confirmed, refused, not needed any more."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import Conflict
from lotsen.core.states import Moved, move, state_moved
from lotsen.core.tokens import Purpose
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.outbox import service as outbox
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import GONE
from lotsen.proposals import mails, queries, rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

from .ladder import close_ladder, go_on
from .yes import tell_yes_is_gone


def refuse(
    proposal: Proposal,
    reason: rules.RefuseReason,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """The organisation says no to a pilot who said yes: the ladder stops, the coordinator goes on."""
    if proposal.state is State.REFUSED:
        return
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.REFUSED, rules, by=by, at=at, reason=reason.value, on_behalf_of=on_behalf_of)
    proposal.answer_reason, proposal.answer_text = reason.value, text
    pilots.release(proposal.pilot_id, at=at)
    request = proposal.help_request
    if request.organisation is not None:
        until = local_date(at) + timedelta(days=town().refused_block_days)
        pilots.exclude_organisation(proposal.pilot, request.organisation, "refused", until=until, by=by, at=at)
    close_ladder(proposal.ladder, State.REMOVED, by=by, at=at)
    _thank(proposal, at=at)
    help_requests.back_to_open(request, task="refused", by=by, at=at)


def confirm(proposal: Proposal, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """Both said yes: the rest of the ladder is not needed. The engagement takes the place over.

    Raises
    ------
    Conflict
        The pilot speaks for the organisation by now; `proposals.jobs` takes the yes back.
    """
    if queries.speaks_for(proposal.pilot, proposal.help_request):
        raise Conflict(entity=proposal.entity, entity_id=proposal.id)
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.CONFIRMED, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    close_ladder(proposal.ladder, State.SUPERSEDED, by=by, at=at)
    pilots.touched(proposal.pilot)  # who has helped before counts a little more next time


def stop_ladder(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The request needs nobody now: asked and accepted pilots are thanked, unasked ones taken off."""
    for proposal in queries.on_ladders_of(request.id):
        if proposal.state is State.APPROVED:
            move(proposal, State.REMOVED, rules, by=by, at=at)
        else:
            withdraw(proposal, by=by, at=at)
    for ladder in queries.open_ladders(request.id):
        ladder.closed_at = at


def withdraw(proposal: Proposal, *, by: Actor, at: datetime, thank: bool = True) -> None:
    """An asked or accepted pilot is not needed any more; only who has got the ask is written to."""
    unread = queries.ask_still_held(proposal)
    outbox.recall(proposal, by=by, at=at)
    tokens.revoke("proposal", proposal.id, at=at, purpose=Purpose.CONFIRM_PILOT)
    said_yes = proposal.state is State.ACCEPTED
    move(proposal, State.WITHDRAWN, rules, by=by, at=at)
    pilots.release(proposal.pilot_id, at=at)
    if thank and not unread:
        _thank(proposal, at=at, said_yes=said_yes)


def _thank(proposal: Proposal, *, at: datetime, said_yes: bool = False) -> None:
    mail = mails.thanks_for_yes if said_yes else mails.thanks_not_needed
    outbox.enqueue(mail, proposal, to=proposal.pilot.user, about=proposal, step="thanks", at=at)


def pilot_gone(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """The pilot ended or was suspended while asked or accepted: the next one is asked."""
    withdraw(proposal, by=by, at=at, thank=False)
    tell_yes_is_gone(proposal, at=at)
    go_on(proposal, by=by, at=at)


def speaks_by_now(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Who said yes has become a contact person of the organisation: that yes is gone, and the next one is asked."""
    pilot_gone(proposal, by=by, at=at)
    to = proposal.pilot.user
    outbox.enqueue(mails.own_organisation, proposal, to=to, about=proposal, step="own_organisation", at=at)


def stop_asking(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The coordinator stops the search along this order: who was asked is thanked, the request is open again.

    An organisation that has read of a yes is told that this one will not come. Beside an engagement somebody further is
    sought as before: the coordinator chooses anew.
    """
    stopped = queries.on_ladders_of(request.id)
    for ladder in queries.open_ladders(request.id):
        audit.record("ladder.stopped", ladder, by=by, at=at)
    stop_ladder(request, by=by, at=at)
    for proposal in stopped:
        tell_yes_is_gone(proposal, at=at)
    help_requests.back_to_open(request, task=request.further.value, by=by, at=at)


@help_requests.rested.connect
def rest_search(request: HelpRequest, until: date, by: Actor, at: datetime) -> None:
    """The organisation lets its case rest: who was asked beside the engagement is thanked, nobody else is asked.

    Whom to ask then is a coordinator's task when the rest is over.
    """
    if queries.open_ladders(request.id):
        stop_ladder(request, by=by, at=at)
        help_requests.back_to_open(request, task=request.further.value, by=by, at=at)
    help_requests.search_rests(request, until)


@state_moved.connect
def on_pilot_moved(row: object, moved: Moved) -> None:
    """The pilot is gone: nothing leaves meanwhile that names her, until `proposals.jobs` has asked the next one."""
    if isinstance(row, Pilot) and row.state in GONE:
        for proposal in queries.asked_of_pilot(row.id):
            outbox.recall(proposal, by=moved.by, at=moved.at)
