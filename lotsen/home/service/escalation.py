"""Nobody is ill without somebody noticing: who is told when a task lies there untouched."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import select

from lotsen.accounts import queries as people
from lotsen.accounts.models import User
from lotsen.accounts.service import administration
from lotsen.audit import service as audit
from lotsen.core.access import Actor, Role
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.municipality.queries import town
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Mail

from .. import mails, queries, rules
from ..models import Escalation
from ..rules import Stage


def tell_about_untouched(*, at: datetime) -> int:
    """Tell the deputy, later the administration and who waits, each once. Returns how many were told of something new.

    Without a deputy only the second step is taken.
    """
    settings, deputy = town(), queries.deputy()
    found = _untouched(at)
    fresh: dict[Stage, list[Task]] = {stage: [] for stage in Stage}
    for task, stage in found:
        if stage is Stage.ADMINISTRATOR or deputy is not None:
            fresh[stage].append(task)
            db.session.add(Escalation(task_key=task.key, stage=stage, told_at=at))
    told = 0
    if deputy is not None:
        told += _tell([deputy], mails.for_the_deputy, fresh[Stage.DEPUTY], settings.deputy_after, at)
    administrators = people.with_role(Role.ADMINISTRATOR)
    told += _tell(
        administrators, mails.for_the_administrator, fresh[Stage.ADMINISTRATOR], settings.administrator_after, at
    )
    for task in fresh[Stage.ADMINISTRATOR]:
        told += _tell_who_waits(task, at)
    return told


def _untouched(at: datetime) -> list[tuple[Task, Stage]]:
    """Tasks with a stage that is reached and that nobody was told of."""
    settings, reached = town(), []
    for one in queries.untouched(at, least=min(settings.deputy_after, settings.administrator_after)):
        stages = rules.stages(
            one.days, deputy_after=settings.deputy_after, administrator_after=settings.administrator_after
        )
        reached += [(one.task, stage) for stage in stages]
    keys = {task.key for task, _stage in reached}
    rows = db.session.execute(select(Escalation.task_key, Escalation.stage).where(Escalation.task_key.in_(keys)))
    known = {(key, stage) for key, stage in rows}
    return [(task, stage) for task, stage in reached if (task.key, stage) not in known]


def _tell(
    to: Sequence[User], mail: Callable[[Sequence[str], int], Mail], tasks: list[Task], days: int, at: datetime
) -> int:
    """One mail a day with all that is new."""
    told = 0
    for person in (one for one in to if one.email and tasks):
        titles = [task.title for task in tasks]
        made = outbox.enqueue(
            mail,
            titles,
            days,
            to=person,
            about=person,
            step=mail.__name__,
            at=at,
            at_once=True,
            nonce=local_date(at).isoformat(),
        )
        told += _is_new(made, at)
    return told


def _is_new(made: OutboxMessage | None, at: datetime) -> bool:
    """Whether a mail was written just now: the same one is kept once only."""
    return made is not None and made.created_at == at


class Reminded(Enum):
    """What became of the administration's reminder."""

    NOW = auto()
    TODAY = auto()
    NOTHING_LIES = auto()
    NO_ADDRESS = auto()


def remind_office(*, by: Actor, at: datetime) -> Reminded:
    """The administration reminds who coordinates of what lies there, once a day."""
    settings = town()
    titles = [one.task.title for one in queries.untouched(at, least=settings.deputy_after)]
    if not titles:
        return Reminded.NOTHING_LIES
    people = [person for person in queries.responsible() if person.email]
    if not people:
        return Reminded.NO_ADDRESS
    reminded = Reminded.TODAY
    for person in people:
        made = outbox.enqueue(
            mails.please_look,
            titles,
            settings.deputy_after,
            to=person,
            about=person,
            step="please_look",
            at=at,
            at_once=True,
            nonce=local_date(at).isoformat(),
        )
        if _is_new(made, at):  # kept once a day: else it is this morning's
            audit.record("desk.reminded", person, by=by, at=at)
            reminded = Reminded.NOW
    return reminded


def take_over(person: User, *, at: datetime) -> None:
    """Who administers takes the coordinators' role, where nobody else can act: in the log, and told by mail."""
    administration.change_role(person, Role.COORDINATOR, granted=True, by=person, at=at)


def _tell_who_waits(task: Task, at: datetime) -> bool:
    """A word to the person who waits for the office, once as long as the row stays where it is."""
    who = queries.who_waits(task)
    if who is None:
        return False
    row, person, case_number = who
    made = outbox.enqueue(mails.not_forgotten, case_number, to=person, about=row, step="not_forgotten", at=at)
    return _is_new(made, at)
