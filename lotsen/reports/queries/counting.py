"""The counting itself. Each function is one statement, however many requests there are.

A request belongs to the year in which it was submitted, an engagement to the year in which it began, hours to the day
on which they were given: a year's numbers stay what they were. Two requests joined into one count once, the parts of a
split one each. Nothing here reads the audit log, so erased people and ended years keep their counts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Case, ColumnElement, and_, case, distinct, extract, func, or_, select

from lotsen.core.clock import at_local, local_date
from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code
from lotsen.engagements.models import Appointment, Engagement, HoursEntry
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer
from lotsen.followups.rules import Kind as Question
from lotsen.help_requests.models import HelpRequest, RequestTopic
from lotsen.help_requests.rules import State
from lotsen.organisations.models import Organisation
from lotsen.organisations.rules import Kind
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.pilots.rules import State as PilotState
from lotsen.reports.rules import Group
from lotsen.skills.models import Topic

ByYear = dict[int, dict[Any, Group]]
NOT_COUNTED = (State.DRAFT, State.MERGED, State.SPLIT)
DONE = (EngagementState.CLOSING, EngagementState.COMPLETED)
DAY = 24 * 60 * 60  # seconds
LEVELS = (3, 2, 1)


def _counted() -> ColumnElement[bool]:
    return and_(HelpRequest.submitted_at.is_not(None), HelpRequest.state.not_in(NOT_COUNTED))


def years(at: datetime) -> list[int]:
    """The years since something happened, the newest first; none before the first request, award or hour."""
    firsts = db.session.execute(
        select(
            select(func.min(HelpRequest.submitted_at)).where(_counted()).scalar_subquery(),
            select(func.min(Engagement.created_at)).scalar_subquery(),
            select(func.min(HoursEntry.on)).scalar_subquery(),
            select(func.min(Pilot.awarded_on)).scalar_subquery(),
        )
    ).one()
    days = [local_date(first) if isinstance(first, datetime) else first for first in firsts if first is not None]
    this = local_date(at).year
    return list(range(this, min(min(day.year for day in days), this) - 1, -1)) if days else []


def _begin(year: int) -> datetime:
    return at_local(date(year, 1, 1), time())


def _year(column: Any, known: Sequence[int], *, days: bool = False) -> Case[int]:
    """The local year of a column, by comparing: both databases do that alike."""
    borders = [(date(year + 1, 1, 1) if days else _begin(year + 1), year) for year in sorted(known)]
    return case(*((column < border, year) for border, year in borders), else_=max(known))


def _within(column: Any, year: int | None) -> ColumnElement[bool]:
    return column.is_not(None) if year is None else and_(column >= _begin(year), column < _begin(year + 1))


def course(known: Sequence[int]) -> dict[int, dict[State, int]]:
    """How many requests of each year stand where."""
    year = _year(HelpRequest.submitted_at, known).label("year")
    statement = select(year, HelpRequest.state, func.count()).where(_counted()).group_by("year", HelpRequest.state)
    found: dict[int, dict[State, int]] = {each: {} for each in known}
    for each, state, number in db.session.execute(statement):
        found[each][state] = number
    return found


def by_organisation(known: Sequence[int], postcodes: Collection[str]) -> tuple[ByYear, ByYear]:
    """Requests of each year by kind of organisation, and by whether it is in one of the postcodes (1) or not (0)."""
    kind = func.coalesce(Organisation.kind, HelpRequest.org_kind).label("of_kind")
    postcode = func.coalesce(Organisation.postcode, HelpRequest.postcode)
    inside = case((postcode.in_(sorted(postcodes)), 1), else_=0).label("inside")
    statement = (
        select(_year(HelpRequest.submitted_at, known).label("year"), kind, inside, func.count(), _organisations())
        .outerjoin(HelpRequest.organisation)
        .where(_counted())
        .group_by("year", "of_kind", "inside")
    )
    kinds, places = _empty(known, Kind), _empty(known, (1, 0))
    for each, of, where, number, behind in db.session.execute(statement):
        for groups, key in ((kinds, Kind(of)), (places, where)):
            _add(groups, each, key, number, behind)
    return kinds, places


def by_topic(known: Sequence[int]) -> ByYear:
    """Requests of each year by the names of their topics; a request with two counts twice."""
    name = Topic.label_en if locale_code() == "en" else Topic.label_de
    year = _year(HelpRequest.submitted_at, known).label("year")
    statement = (
        select(name, year, func.count(HelpRequest.id), _organisations())
        .select_from(Topic)
        .outerjoin(RequestTopic, RequestTopic.topic_id == Topic.id)
        .outerjoin(HelpRequest, and_(HelpRequest.id == RequestTopic.help_request_id, _counted()))
        .group_by(Topic.id, "year")
        .order_by(Topic.position, Topic.id)
    )
    rows = db.session.execute(statement).all()
    groups = _empty(known, dict.fromkeys(row[0] for row in rows))
    for topic, each, number, behind in rows:
        _add(groups, each, topic, number, behind)
    return groups


def engagements(known: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many engagements began in each year, and how many of these were brought to an end."""
    done = func.sum(case((Engagement.state.in_(DONE), 1), else_=0))
    year = _year(Engagement.created_at, known).label("year")
    return {
        each: (all_, ended)
        for each, all_, ended in db.session.execute(select(year, func.count(), done).group_by("year"))
    }


def minutes(known: Sequence[int]) -> dict[int, int]:
    """Minutes that pilots gave in each year."""
    year = _year(HoursEntry.on, known, days=True).label("year")
    found = db.session.execute(select(year, func.sum(HoursEntry.minutes)).group_by("year"))
    return {each: int(given) for each, given in found}


def people(year: int | None) -> tuple[int, int]:
    """Pilots who bore the title in a year, and organisations whose engagement of that year was brought to an end."""
    pilots = select(func.count()).select_from(Pilot).where(Pilot.awarded_on.is_not(None))
    if year is not None:
        stayed = or_(Pilot.state != PilotState.ENDED, Pilot.state_since >= _begin(year))
        pilots = pilots.where(Pilot.awarded_on < date(year + 1, 1, 1), stayed)
    helped = select(func.count(distinct(HelpRequest.organisation_id))).join(
        Engagement, Engagement.help_request_id == HelpRequest.id
    )
    helped = helped.where(Engagement.state.in_(DONE), _within(Engagement.created_at, year))
    row = db.session.execute(select(pilots.scalar_subquery(), helped.scalar_subquery())).one()
    return row[0], row[1]


def days_to_meeting(year: int | None, at: datetime) -> tuple[float | None, int]:
    """Median of the days from a request to its first meeting, and how many requests came to one."""
    first = func.min(Appointment.starts_at)
    days = (extract("epoch", first) - extract("epoch", HelpRequest.submitted_at)) * 1.0 / DAY
    met = (
        select(days.label("days"))
        .join(Engagement, Engagement.help_request_id == HelpRequest.id)
        .join(Appointment, Appointment.engagement_id == Engagement.id)
        .where(Appointment.called_off_at.is_(None), Appointment.starts_at <= at)
        .where(_counted(), _within(HelpRequest.submitted_at, year))
        .group_by(HelpRequest.id, HelpRequest.submitted_at)
        .having(first >= HelpRequest.submitted_at)  # who was brought along had often met before
        .subquery()
    )
    place = func.row_number().over(order_by=met.c.days).label("place")
    ranked = select(met.c.days, place, func.count().over().label("number")).subquery()
    middle = ranked.c.place.in_([(ranked.c.number + 1) // 2, (ranked.c.number + 2) // 2])
    median, number = db.session.execute(select(func.avg(ranked.c.days), func.max(ranked.c.number)).where(middle)).one()
    return (None if median is None else float(median)), number or 0


def still_in_use(known: Sequence[int]) -> tuple[ByYear, dict[int, int]]:
    """What organisations answered six weeks later, by the year of the question; and how many were asked."""
    year = _year(FollowUp.asked_at, known).label("year")
    statement = select(year, FollowUp.answer, func.count()).where(FollowUp.kind == Question.STILL_IN_USE)
    answers = _empty(known, (Answer.YES, Answer.STUCK, Answer.NO))
    asked: dict[int, int] = defaultdict(int)
    for each, answer, number in db.session.execute(statement.group_by("year", FollowUp.answer)):
        asked[each] += number
        if answer:
            _add(answers, each, Answer(answer), number, number)
    return answers, asked


def by_level() -> dict[int, Group]:
    """Pilots who bear the title today by the highest level that they have in any topic."""
    bearing = (PilotState.AWARDED, PilotState.PAUSED, PilotState.SUSPENDED)
    highest = (
        select(func.max(PilotTopic.level).label("level"))
        .join(Pilot, Pilot.id == PilotTopic.pilot_id)
        .where(Pilot.state.in_(bearing))
        .group_by(PilotTopic.pilot_id)
        .subquery()
    )
    groups = dict.fromkeys(LEVELS, Group())
    for level, number in db.session.execute(select(highest.c.level, func.count()).group_by(highest.c.level)):
        groups[level] = Group(number, number)
    return groups


def _organisations() -> ColumnElement[int]:
    """A request whose organisation nobody knows stands for one of its own."""
    return func.count(distinct(func.coalesce(HelpRequest.organisation_id, -HelpRequest.id)))


def _empty(known: Iterable[int], keys: Iterable[Any]) -> ByYear:
    keys = list(keys)
    return {year: dict.fromkeys(keys, Group()) for year in known}


def _add(groups: ByYear, year: int, key: Any, number: int, behind: int) -> None:
    there = groups[year][key]
    groups[year][key] = Group(there.number + number, there.behind + behind)
