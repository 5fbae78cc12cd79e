"""The organisation's contact person leaves while a pilot is asked or has said yes."""

from datetime import datetime

from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.states import start_clock
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CONTACT_GONE
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.outbox import service as outbox
from lotsen.proposals import queries, rules
from lotsen.proposals.rules import State

from .yes import tell_organisation


@organisations.contact_left.connect
def on_contact_left(member: Member, by: Actor, at: datetime) -> None:
    """Nobody is left to say yes: the clock stops; the pilot may still answer, and what she asked is answered first."""
    for proposal in queries.asked_for_contact(member.organisation_id, member.user_id):
        if proposal.state is State.ACCEPTED:
            outbox.recall(proposal, by=by, at=at)
            tokens.revoke("proposal", proposal.id, at=at, purpose=Purpose.CONFIRM_PILOT)
        if proposal.state is State.ACCEPTED or proposal.task not in rules.STOPS_CLOCK:
            give_task(proposal, CONTACT_GONE, at=at)
        proposal.due_at = None


@help_requests.contact_followed.connect
def on_contact_followed(request: HelpRequest, by: Actor, at: datetime) -> None:
    """Somebody speaks for the organisation again: the time to answer starts anew, a yes is told once more."""
    for proposal in queries.on_ladders_of(request.id):
        if proposal.task != CONTACT_GONE or proposal.state not in rules.ASK_LIVE:
            continue
        proposal.task, proposal.due_step = "", ""
        if proposal.state is not State.ASKED or not queries.ask_reached_nobody(proposal):
            start_clock(proposal, rules, at=at)
        if proposal.state is State.ACCEPTED:
            tell_organisation(proposal, at=at)
