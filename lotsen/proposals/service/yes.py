"""A pilot's yes goes to the organisation, at once or late."""

from datetime import datetime

from blinker import Signal

from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.errors import CapacityExhausted
from lotsen.core.extensions import db
from lotsen.core.states import move
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.core.web import link
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.queries import agreed_beforehand, contact_now
from lotsen.help_requests.rules import CONTACT_GONE
from lotsen.outbox import service as outbox
from lotsen.pilots import service as pilots
from lotsen.proposals import mails, queries, rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

needs_no_word = Signal(
    "a late yes was taken and the organisation takes whom we propose (sender = Proposal): by=, at=; it may begin"
)


def tell_organisation(proposal: Proposal, *, at: datetime) -> None:
    """Ask the organisation for its word, unless it takes whomever we propose; nobody speaks for it: once somebody does.

    Who has read of this yes before, and of nothing since that ended it, reads that it holds: no news, but a link that
    works.
    """
    request = proposal.help_request
    if agreed_beforehand(request) or request.contact is None:
        return
    contact = contact_now(request)
    if contact is None:
        give_task(proposal, CONTACT_GONE, at=at)
        proposal.due_at = None
        return
    help_requests.yes_waits(request, at=at)
    raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=at, user_id=contact.id)
    outbox.enqueue(
        mails.yes_holds if queries.yes_stands(proposal) else mails.pilot_says_yes,
        proposal,
        link("engagements.confirm", token=raw),
        to=contact,
        about=proposal,
        step="confirm",
        at=at,
        starts_clock=True,
    )


def tell_yes_is_gone(proposal: Proposal, *, at: datetime) -> None:
    """The pilot will not come after all: whoever has read of the yes is told that the search goes on.

    The yes may be some steps ago: after a change of the request the pilot was asked anew. Whose organisation needs
    nobody any more has said so itself.
    """
    request = proposal.help_request
    contact = contact_now(request)
    if contact is not None and request.is_asked_for and queries.yes_stands(proposal):
        outbox.enqueue(mails.yes_is_gone, proposal, to=contact, about=proposal, step="yes_is_gone", at=at)


def twin_gives_way(proposal: Proposal) -> bool:
    """A fresh suggestion of the same pilot gives way to her word. False: she stands on an order already."""
    twin = queries.live_pair(proposal.help_request_id, proposal.pilot_id)
    if twin is None or twin.id == proposal.id:
        return True
    if twin.state is not State.SUGGESTED:
        return False
    db.session.delete(twin)  # as the sweep drops what it does not propose any more
    db.session.flush()
    return True


def take_late_yes(proposal: Proposal, *, by: Actor, at: datetime) -> bool:
    """A yes that came late is needed after all: the organisation is asked. False: the pilot is not free any more."""
    if proposal.wants_anyway_at is None or proposal.state not in rules.LATE_YES:
        return False
    if queries.is_blocked(proposal.pilot, proposal.help_request, at=at):
        return False
    if queries.bars_yes(proposal.pilot, proposal.help_request, at=at) or not twin_gives_way(proposal):
        return False
    try:
        pilots.reserve(proposal.pilot_id, at=at)
    except CapacityExhausted:
        return False
    outbox.recall(proposal, by=by, at=at)  # that it was gone, which nobody has read yet
    move(proposal, State.ACCEPTED, rules, by=by, at=at, reason="late_yes")
    proposal.answered_at, proposal.answer_reason, proposal.task = at, "", ""
    tell_organisation(proposal, at=at)
    if agreed_beforehand(proposal.help_request):
        needs_no_word.send(proposal, by=by, at=at)
    return True
