"""From both yes to "Nutzen Sie es noch?": calls, dates, hours, words at the end."""

from datetime import date, timedelta

from lotsen.accounts.models import User
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import BreakOffReason, Outcome, Side, State
from lotsen.followups import queries as questions
from lotsen.followups import service as followups
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer, Kind
from lotsen.followups.service import Given
from lotsen.help_requests.models import HelpRequest
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState

from . import words
from .asking import ask_in_turn
from .people import Cast
from .plan import NO_TIME, YES, Fate
from .stage import Stage, Story


def help_out(stage: Stage, cast: Cast, request: HelpRequest, proposal: Proposal, fate: Fate) -> Story:
    """The organisation says yes too; then as far as the plan goes."""
    yield stage.wt(1)
    if proposal.state is not ProposalState.ACCEPTED:
        return
    case = engagements.begin(proposal, by=_member(request), at=stage.at)
    if fate.goal == "agreed":
        return
    yield stage.wt(1)
    meeting_at = stage.wt(3, 17).replace(minute=0)
    place = stage.chance.choice(words.PLACES)
    engagements.set_meeting(case, meeting_at, place, by=case.pilot.user, at=stage.at)
    if fate.goal == "first_contact":
        return
    while (asked := questions.latest(case.id, Kind.HOW_WAS_IT, Side.PILOT)) is None:
        yield stage.after(case.due_at)
    yield from _met(stage, cast, request, case, asked, fate)


def _met(stage: Stage, cast: Cast, request: HelpRequest, case: Engagement, asked: FollowUp, fate: Fate) -> Story:
    yield stage.hours(2)
    if fate.goal == "fits_not":
        _says(stage, case, Kind.HOW_WAS_IT, Side.PILOT, Answer.STILL_OPEN, Given(minutes=60))
        yield stage.hours(4)
        _says(stage, case, Kind.HOW_WAS_IT, Side.MEMBER, Answer.FITS_NOT, Given())
        return
    if fate.goal == "searched_again":
        engagements.break_off(case, BreakOffReason.NO_TIME, Side.PILOT, by=case.pilot.user, at=stage.at)
        yield stage.office()
        again = Fate("running", fate.days)
        proposal = yield from ask_in_turn(stage, cast, request, Fate("running", 0, (NO_TIME, YES)), hers=False)
        if proposal is not None:
            yield from help_out(stage, cast, request, proposal, again)
        return
    given = Given(goal=stage.chance.choice(words.GOALS), ends_on=_end(stage, fate), minutes=90)
    _says(stage, case, Kind.HOW_WAS_IT, Side.PILOT, Answer.FITS, given)
    yield stage.hours(5)
    _says(stage, case, Kind.HOW_WAS_IT, Side.MEMBER, Answer.FITS, Given())
    yield from _at_work(stage, case, fate)


def _end(stage: Stage, fate: Fate) -> date:
    """Running cases end after the play, the others soon."""
    if fate.reaches("running"):
        return stage.today() + timedelta(days=28)
    return stage.last_day() + timedelta(days=stage.chance.randint(9, 40))


def _at_work(stage: Stage, case: Engagement, fate: Fate) -> Story:
    _writes(stage, case, fate, Side.PILOT, case.pilot.user)
    for number in range(stage.chance.randint(1, 2)):
        yield stage.wt(3, 20)
        if case.state is not State.RUNNING:
            return
        if number == 0:
            _writes(stage, case, fate, Side.MEMBER, _member(case.help_request))
        minutes = stage.chance.choice((45, 60, 90, 120))
        note = stage.chance.choice(words.NOTES)
        engagements.log_hours(case, stage.today(), minutes, note, by=case.pilot.user, at=stage.at)
    if not fate.reaches("running"):
        yield from _monthly(stage, case)
        return
    yield stage.wt(2)
    engagements.done(case, by=case.pilot.user, at=stage.at)
    yield stage.wt(1)
    praise = stage.chance.choice(("Es hat Spaß gemacht.", "Ein nettes Team, gern wieder.", ""))
    given = Given(outcome=Outcome.SOLVED, minutes=30, praise=praise)
    _says(stage, case, Kind.FEEDBACK, Side.PILOT, Answer.DONE, given)
    if not fate.reaches("closing"):
        return
    yield stage.wt(2)
    outcome = stage.chance.choice((Outcome.SOLVED, Outcome.SOLVED, Outcome.SOLVED, Outcome.PARTLY))
    given = Given(
        outcome=outcome, praise=stage.chance.choice(words.PRAISE), criticism=stage.chance.choice(words.CRITICISM)
    )
    _says(stage, case, Kind.FEEDBACK, Side.MEMBER, Answer.DONE, given)
    if fate.reaches("completed"):
        yield from _later(stage, case)


def _writes(stage: Stage, case: Engagement, fate: Fate, side: Side, by: User) -> None:
    """Where help still goes on at the end of the play, the two write each other."""
    if fate.goal == "running":
        engagements.write_message(case, side, words.MESSAGES[side.value], by=by, at=stage.at)


def _monthly(stage: Stage, case: Engagement) -> Story:
    """The monthly line is answered, with the hours."""
    while case.state is State.RUNNING:
        yield stage.after(case.due_at, 10)
        asked = questions.latest(case.id, Kind.MONTHLY, Side.PILOT)
        if asked is not None and asked.answered_at is None:
            followups.answer(asked, Answer.YES, Given(minutes=60), by=case.pilot.user, at=stage.at)


def _later(stage: Stage, case: Engagement) -> Story:
    """Six weeks later: most still use it, once it is stuck."""
    while questions.latest(case.id, Kind.STILL_IN_USE, Side.MEMBER) is None:
        yield stage.after(case.due_at)
    yield stage.hours(stage.chance.choice((3, 27, 60)))
    _says(stage, case, Kind.STILL_IN_USE, Side.MEMBER, Answer.YES, Given(praise=stage.chance.choice(words.PRAISE)))


def _says(stage: Stage, case: Engagement, kind: Kind, side: Side, word: Answer, given: Given) -> None:
    asked = questions.latest(case.id, kind, side)
    if asked is not None and asked.answered_at is None:
        by = case.pilot.user if side is Side.PILOT else _member(case.help_request)
        followups.answer(asked, word, given, by=by, at=stage.at)


def _member(request: HelpRequest) -> User:
    if request.contact is None:
        raise LookupError(f"request {request.id} has no contact person")
    return request.contact
