"""What the views of this feature share: the blueprint, and who stands behind a link."""

from flask import Blueprint, abort, url_for

from lotsen.accounts.models import User
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Actor
from lotsen.core.clock import now
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.proposals import queries as proposals
from lotsen.proposals.models import Proposal

from .. import queries
from ..models import Engagement
from ..rules import Side

bp = Blueprint("engagements", __name__)


@bp.app_template_global()
def hours_of_pilot(pilot_id: int) -> str:
    """The hours a pilot gave, for pages of lower floors."""
    return queries.in_hours(queries.minutes_of_pilot(pilot_id))


@bp.app_template_global()
def waiting_yes(request_id: int) -> str:
    """Where a contact person who is logged in answers to a pilot's yes, for pages of lower floors; "" without one."""
    proposal = proposals.waiting_yes(request_id)
    return url_for("engagements.own_confirm", proposal_id=proposal.id) if proposal is not None else ""


@bp.app_template_global()
def engagements_of(request_id: int) -> list[tuple[str, str, str]]:
    """Address, pilot and state of each engagement of a request, for the office's pages of lower floors."""
    return [
        (url_for("engagements.detail", engagement_id=row.id), row.pilot.user.name, queries.state_label(row.state))
        for row in queries.of_request(request_id)
    ]


def find_token(raw: str, purpose: Purpose) -> Token:
    """The row behind a link, also a late one; an unknown link is a 404."""
    token = tokens.find(raw, purpose)
    if token is None:
        abort(404)
    return token


def is_live(token: Token) -> bool:
    """Whether the link may still act: not after its time, and never for somebody who spoke for this side before."""
    return tokens.is_live(token, at=now()) and _speaks_now(token)


def _speaks_now(token: Token) -> bool:
    if token.purpose == Purpose.CONFIRM_PILOT:
        return token.user_id in (None, proposal_of(token).help_request.contact_id)
    if token.purpose != Purpose.ENGAGEMENT:
        return True
    engagement = db.session.get(Engagement, token.entity_id)
    side = Side(token.entity.partition(":")[2])
    return engagement is not None and queries.speaks_for(engagement, side, token.user_id)


def actor_of(token: Token) -> Actor:
    """The person to whom the link was sent."""
    return (db.session.get(User, token.user_id) if token.user_id else None) or SYSTEM


def proposal_of(token: Token) -> Proposal:
    """The proposal that a link is about."""
    proposal = db.session.get(Proposal, token.entity_id)
    if proposal is None:
        abort(404)
    return proposal
