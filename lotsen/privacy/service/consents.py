"""Giving and taking back consent, with everything that hangs on it, at once."""

from datetime import datetime

from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.rules import FREE_CONSENTS, ConsentFor
from lotsen.accounts.service import consents
from lotsen.core.access import Actor
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import service as proposals


def give(user: User, purpose: ConsentFor, *, channel: str, by: Actor, at: datetime) -> None:
    """Agree to something on which nothing else hangs.

    Raises
    ------
    InvalidInput
        This consent is given with an application or a request, not here.
    """
    if purpose not in FREE_CONSENTS:
        raise InvalidInput("", field="purpose", code="not_free")
    consents.give(user, purpose, channel=channel, by=by, at=at)


def withdraw(user: User, purpose: ConsentFor, *, channel: str, by: Actor, at: datetime) -> None:
    """Take a consent back; what it allowed ends now. Twice: nothing more happens."""
    if not consents.withdraw(user, purpose, channel=channel, by=by, at=at):
        return
    behalf = user.id if by.actor_id != user.id else None
    if purpose is ConsentFor.PILOT_APPLICATION:
        _stop_helping(user, by=by, at=at)
    elif purpose is ConsentFor.HELP_REQUEST:
        mine = select(HelpRequest).where(HelpRequest.contact_id == user.id).order_by(HelpRequest.id)
        for request in db.session.scalars(mine).all():
            if request.state in request_rules.LIVE - request_rules.GOING_ON:
                proposals.stop_ladder(request, by=by, at=at)
                help_requests.withdraw(request, by=by, at=at, on_behalf_of=behalf)


def _stop_helping(user: User, *, by: Actor, at: datetime) -> None:
    pilot = db.session.scalar(select(Pilot).where(Pilot.user_id == user.id))
    if pilot is not None:
        pilots.leave(pilot, by=by, at=at)
