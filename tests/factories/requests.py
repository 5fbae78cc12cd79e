"""Requests, proposals, engagements."""

from typing import Any

from lotsen.core import clock
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.engagements import rules as engagement_rules
from lotsen.engagements.models import Engagement
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.pilots.models import Pilot
from lotsen.proposals import rules as proposal_rules
from lotsen.proposals.models import Ladder, Proposal

from . import people
from .base import add, writing


def help_request(
    state: request_rules.State = request_rules.State.OPEN, *, by: Member | None = None, **values: Any
) -> HelpRequest:
    """A request; from ``open`` on its organisation is verified and its short text cleared."""
    at = clock.now()
    confirmed = state is not request_rules.State.DRAFT
    with writing():
        if confirmed:
            by = by or people.member(verified=state is not request_rules.State.SUBMITTED)
        cleared = state not in (request_rules.State.DRAFT, request_rules.State.SUBMITTED)
        defaults: dict[str, Any] = {
            "organisation_name": by.organisation.name if by else "TSV Beispiel",
            "org_kind": by.organisation.kind if by else "club",
            "postcode": "31655",
            "contact_name": by.user.name if by else "Vera Verein",
            "contact_email": (by.user.email if by else None) or "vera@example.org",
            "contact_phone": "05721 4711",
            "release_phone": True,
            "release_email": True,
            "organisation_id": by.organisation_id if by else None,
            "contact_id": by.user_id if by else None,
            "title": "Unsere Homepage ist uralt",
            "description": "Unsere Homepage ist uralt und keiner weiß mehr, wie man dort etwas ändert.",
            "short_text": "Ein Verein braucht Hilfe mit seiner Homepage." if cleared else "",
            "short_text_cleared_at": at if cleared else None,
            "submitted_at": at if confirmed else None,
            "created_at": at,
        }
        made = HelpRequest(**{**defaults, **values})
        enter(made, state, request_rules, at=at)
        return add(made)


def ladder(of: HelpRequest, *, approved_by: int = 1) -> Ladder:
    """An approved ladder without places."""
    with writing():
        return add(Ladder(help_request_id=of.id, approved_by=approved_by, approved_at=clock.now()))


def proposal(
    state: proposal_rules.State = proposal_rules.State.SUGGESTED,
    *,
    of: HelpRequest | None = None,
    pilot: Pilot | None = None,
    **values: Any,
) -> Proposal:
    """A proposal; asked and accepted ones hold a place of their pilot."""
    with writing():
        of = of or help_request()
        pilot = pilot or people.pilot()
        at = clock.now()
        made = Proposal(
            help_request_id=of.id,
            pilot_id=pilot.id,
            created_at=at,
            **{"score": 0.7, "band": "passt", "rank": 1, **values},
        )
        enter(made, state, proposal_rules, at=at)
        if state in proposal_rules.ON_LADDER:
            made.ladder_id = made.ladder_id or ladder(of).id
            made.position = made.position or 1
        if state in proposal_rules.HOLDS_PLACE:
            made.asked_at = at
            pilot.reserved += 1
        return add(made)


def engagement(
    state: engagement_rules.State = engagement_rules.State.AGREED, *, of: Proposal | None = None, **values: Any
) -> Engagement:
    """An engagement with its confirmed proposal; it holds a place of its pilot while it is live."""
    with writing():
        if of is None:
            request = help_request(request_rules.State.MATCHED)
            of = proposal(proposal_rules.State.CONFIRMED, of=request)
        at = clock.now()
        made = Engagement(
            help_request_id=of.help_request_id,
            pilot_id=of.pilot_id,
            proposal_id=of.id,
            created_at=at,
            **{"holds_place": state in engagement_rules.HOLDS_PLACE, **values},
        )
        enter(made, state, engagement_rules, at=at)
        if made.holds_place:
            pilot = db.session.get(Pilot, of.pilot_id)
            assert pilot is not None
            pilot.reserved += 1
        return add(made)
