"""What runs already at New Year in a small town, so that its few weeks have something to end."""

from datetime import timedelta

from lotsen.accounts.models import User
from lotsen.core.access import SYSTEM
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import Side
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.pilots.models import Pilot
from lotsen.proposals import service as proposals

from .stage import Stage


def begun(row: HelpRequest, pilot: Pilot, stage: Stage, *, by: User) -> None:
    """A request that has gone all the way to a running engagement within a day."""
    at = stage.at
    if row.state is RequestState.DRAFT:
        help_requests.submit(row, by=SYSTEM, at=at)
    if row.state is not RequestState.SUBMITTED:
        return
    organisations.verify_contact(row.organisation_id, row.contact_id, by=by, at=at)
    help_requests.clear_short_text(row, "Ein Verein braucht Hilfe.", by=by, at=at)
    help_requests.open_request(row, by=by, at=at)
    proposal = proposals.suggest_by_hand(row, pilot, by=by, at=at)
    db.session.flush()
    proposals.approve_ladder(row, [proposal], by=by, at=at)
    engagement = engagements.pilot_says_yes(proposal, by=pilot.user, at=at)
    if engagement is None:
        engagement = engagements.begin(proposal, by=row.contact or SYSTEM, at=at)
    engagements.contact_made(engagement, by=pilot.user, at=at)
    if stage.maybe(0.7):
        ends_on = stage.today() + timedelta(days=stage.chance.randint(5, 30))
        engagements.fits(engagement, Side.PILOT, by=pilot.user, at=at, goal="Neue Startseite", ends_on=ends_on)
