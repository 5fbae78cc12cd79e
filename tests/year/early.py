"""What goes on already at New Year in a small town, and what has ended, so that its few weeks see every kind of end."""

from datetime import timedelta

from lotsen.accounts.models import User
from lotsen.core.access import SYSTEM
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Outcome, Side
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.pilots.models import Pilot
from lotsen.proposals import service as proposals

from .stage import Stage

SO_FAR = ("ends soon", "done", "goes on", "agreed")


def agreed(row: HelpRequest, pilot: Pilot, stage: Stage, *, by: User) -> Engagement:
    """A request that has gone all the way to both yes within a day."""
    at = stage.at
    if row.state is RequestState.DRAFT:
        help_requests.submit(row, by=SYSTEM, at=at)
    if row.state is RequestState.ON_HOLD:  # the body that runs the place has said yes since
        help_requests.resume(row, by=by, at=at)
    organisations.verify_contact(row.organisation_id, row.contact_id, by=by, at=at)
    help_requests.clear_short_text(row, "Ein Verein braucht Hilfe.", by=by, at=at)
    help_requests.open_request(row, by=by, at=at)
    proposal = proposals.suggest_by_hand(row, pilot, by=by, at=at)
    db.session.flush()
    proposals.approve_ladder(row, [proposal], by=by, at=at)
    begun = engagements.pilot_says_yes(proposal, by=pilot.user, at=at)
    return begun or engagements.begin(proposal, by=row.contact or SYSTEM, at=at)


def begun(row: HelpRequest, pilot: Pilot, stage: Stage, *, by: User, so_far: str) -> Engagement:
    """Both have met, unless it is only agreed; it ends soon, goes on, or is done but for the last words."""
    engagement, at = agreed(row, pilot, stage, by=by), stage.at
    if so_far == "agreed":
        return engagement
    engagements.contact_made(engagement, by=pilot.user, at=at)
    days = {"ends soon": stage.chance.randint(3, 12), "goes on": stage.chance.randint(20, 60)}.get(so_far, 30)
    ends_on = stage.today() + timedelta(days=days)
    engagements.fits(engagement, Side.PILOT, by=pilot.user, at=at, goal="Neue Startseite", ends_on=ends_on)
    if so_far == "done":
        engagements.done(engagement, by=pilot.user, at=at)
    return engagement


def ended(row: HelpRequest, pilot: Pilot, stage: Stage, *, by: User) -> None:
    """Done and praised, so that the question whether it is still in use falls into the weeks that are played."""
    engagement = begun(row, pilot, stage, by=by, so_far="done")
    for side in Side:
        person = pilot.user if side is Side.PILOT else row.contact
        outcome = Outcome.SOLVED
        engagements.give_feedback(engagement, side, outcome, by=person or SYSTEM, at=stage.at, praise="Danke!")
