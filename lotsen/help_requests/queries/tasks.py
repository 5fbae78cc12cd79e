"""What a coordinator must do about requests now."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import joinedload, load_only

from lotsen.accounts.models import User
from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Channel, State
from lotsen.municipality.queries import town
from lotsen.pilots.models import Pilot

TO_LOOK_AT = (State.SUBMITTED, State.OPEN)
PRESSING = ("overdue", "undeliverable")
WITHOUT_MAIL = func.coalesce(HelpRequest.contact_email, "") == ""
ONE_DAY = timedelta(days=1)
STILL_THE_SAME = ("", "overdue", "edited")  # the request lies on the desk as before; only the words are others
SAID = (  # what a task is made of: a third of a long row, and none of its lists
    HelpRequest.state,
    HelpRequest.state_since,
    HelpRequest.created_at,
    HelpRequest.channel,
    HelpRequest.urgency,
    HelpRequest.task,
    HelpRequest.task_since,
    HelpRequest.further,
    HelpRequest.title,
    HelpRequest.organisation_name,
    HelpRequest.contact_name,
    HelpRequest.contact_email,
    HelpRequest.contact_phone,
    HelpRequest.brought_by_id,
)


def tasks(at: datetime) -> list[Task]:
    """Requests to check or to go on with, drafts to call about, what was not delivered, what waits too long.

    Those to call who have no mail address, then the most urgent and oldest.
    """
    return [_task(row, at) for row in db.session.scalars(_to_do(), _now(at))]


def first_tasks(at: datetime, *, most: int) -> tuple[list[Task], int, int]:
    """The first ``most`` of `tasks`, how many come behind them, and how many of those are urgent: one statement."""
    rows = db.session.execute(_first_and_numbers(), {"most": most} | _now(at)).all()
    first = [_task(row.HelpRequest, at) for row in rows]
    if not rows:
        return first, 0, 0
    return first, rows[0].every - len(first), rows[0].urgent - sum(task.urgent for task in first)


@cache
def _to_do() -> Select[HelpRequest]:
    """Built once, for the start page."""
    who_brought = (
        joinedload(HelpRequest.brought_by).load_only(Pilot.user_id).joinedload(Pilot.user).load_only(User.name)
    )
    return select(HelpRequest).where(_waits()).options(load_only(*SAID), who_brought).order_by(*_order())


@cache
def _first_and_numbers() -> Select[Any]:
    """Built once, as `_to_do`. Counted beside the list: a window over it would carry every long row along."""
    urgent = or_(HelpRequest.urgency == "high", HelpRequest.task.in_(PRESSING))
    counted = select(func.count().label("every"), func.count().filter(urgent).label("urgent")).where(_waits())
    numbers = counted.subquery()
    return _to_do().join(numbers, true()).add_columns(numbers.c.every, numbers.c.urgent).limit(bindparam("most"))


def _order() -> tuple[Any, ...]:
    to_call_first = or_(HelpRequest.state != State.DRAFT, ~WITHOUT_MAIL)
    return to_call_first, HelpRequest.urgency != "high", HelpRequest.state_since, HelpRequest.id


def _waits() -> ColumnElement[bool]:
    """What needs somebody; a draft with a number from the day on which somebody calls."""
    by_then = HelpRequest.state_since < bindparam("unconfirmed")
    is_time = or_(HelpRequest.task_since.is_(None), HelpRequest.task_since <= bindparam("at"))  # a case may rest
    called_at_once = and_(HelpRequest.channel == Channel.BROUGHT, WITHOUT_MAIL)
    return or_(
        HelpRequest.state.in_(TO_LOOK_AT),
        and_(HelpRequest.task > "", is_time),  # != would read the whole table
        and_(HelpRequest.state == State.DRAFT, HelpRequest.contact_phone != "", or_(by_then, called_at_once)),
    )


def _now(at: datetime) -> dict[str, datetime]:
    """What `_waits` compares with: now, and before which instant a draft was typed that is called about by today."""
    day, today = local_date(at) + ONE_DAY, local_date(at)
    while _call_day(day - ONE_DAY) > today:
        day -= ONE_DAY
    return {"at": at, "unconfirmed": at_local(day, time.min)}


def promised_calls(at: datetime) -> list[Task]:
    """Whom we have told on the page that we ring today; or earlier, when nobody has yet."""
    typed = HelpRequest.state == State.DRAFT, HelpRequest.channel == Channel.WEB, WITHOUT_MAIL
    return [_task(row, at) for row in db.session.scalars(_to_do().where(*typed), _now(at))]


def called_on(row: HelpRequest) -> date:
    """The day on which somebody without a mail address is called, as the page promises it."""
    return local_date(_call_from(row))


def _is_promised(row: HelpRequest) -> bool:
    return row.state is State.DRAFT and row.channel is Channel.WEB and not row.contact_email


def _call_from(row: HelpRequest) -> datetime:
    """When a draft that nobody has confirmed becomes a call."""
    if row.channel is Channel.BROUGHT and not row.contact_email:
        return row.state_since
    return at_local(_call_day(local_date(row.state_since)), MORNING)


def _call_day(typed_on: date) -> date:
    return calendar().nth_working_day(typed_on, town().unconfirmed_call_days)


def _waits_since(row: HelpRequest) -> datetime:
    """When this appeared on the desk."""
    if row.state in TO_LOOK_AT and row.task in STILL_THE_SAME:
        return row.state_since
    return row.waits_since if row.task else _call_from(row)


def _task(row: HelpRequest, at: datetime) -> Task:
    kind, title, action = _words(row)
    on_one_page = (row.state in TO_LOOK_AT or row.seeks_further) and kind not in (
        "undeliverable",
        "brought",
        "contact_gone",
    )
    since = _waits_since(row)
    endpoint = "proposals.candidates" if on_one_page else "help_requests.detail"
    return Task(
        kind=f"help_request.{kind}",
        title=title,
        url=url_for(endpoint, request_id=row.id),
        action=action,
        waiting_since=since,
        due_at=since if _is_promised(row) else at_local(calendar().next_office_day(local_date(since)), MORNING),
        promised=_is_promised(row),
        urgent=row.urgency == "high" or row.task in PRESSING,
        urgent_because=why_urgent(row),
        detail=row.title,
        row=("help_request", row.id),
        about=("help_request", row.id),
        phone=row.contact_phone if row.state is State.DRAFT or row.task == "undeliverable" else "",
    )


def why_urgent(row: HelpRequest) -> str:
    """Who says that a request is urgent, for the end of a sentence; empty where nobody does."""
    return _("so eingetragen von der Koordination") if row.urgency == "high" else ""


def _words(row: HelpRequest) -> tuple[str, str, str]:
    names = {"case": row.case_number, "who": row.organisation_name, "person": row.contact_name}
    pilot = row.brought_by.user.name if row.brought_by is not None else ""
    if row.state is not State.DRAFT and not row.task:  # most rows by far: seventeen translations less
        return _first_look(row, names)
    look, call = _("Ansehen"), _("Anrufen")
    if row.task == "pilot_gone_unread":
        words = _("Wer %(who)s helfen wollte, ist nicht mehr dabei, und dort weiß noch niemand davon", **names)
        return row.task, words, look
    if row.task == "pilot_gone":
        return row.task, _("Wer %(who)s helfen wollte, ist nicht mehr dabei. Bitte Bescheid geben", **names), look
    if row.state is State.DRAFT and pilot:
        words = _("Mitgebracht von %(pilot)s, bitte anrufen: %(who)s", pilot=pilot, who=row.organisation_name)
        return "unconfirmed", words, call
    if row.state is State.DRAFT:
        return "unconfirmed", _("Unbestätigt, bitte anrufen: %(person)s, %(who)s", **names), call
    by_task = {
        "undeliverable": (_("E-Mail kam nicht an: %(person)s zu Anfrage %(case)s anrufen", **names), call),
        "overdue": (_("Wartet schon lange: Anfrage %(case)s von %(who)s", **names), look),
        "exhausted": (_("Bisher hat niemand zugesagt: Anfrage %(case)s von %(who)s", **names), look),
        "refused": (_("%(who)s möchte jemand anderen: Anfrage %(case)s", **names), look),
        "broken_off": (_("Begleitung endete früh: Anfrage %(case)s von %(who)s", **names), look),
        "edited": (_("Geändert, bitte Kurztext prüfen: Anfrage %(case)s von %(who)s", **names), look),
        "on_hold": (_("Ruht, und niemand antwortet: Anfrage %(case)s von %(who)s", **names), call),
        "waiting": (_("Seit langer Zeit niemand frei: Anfrage %(case)s von %(who)s", **names), _("Entscheiden")),
        "more": (_("Noch jemand dazu: wen fragen wir? Anfrage %(case)s von %(who)s", **names), look),
        "successor": (_("Wer macht weiter? Anfrage %(case)s von %(who)s", **names), look),
        "brought": (
            _("Mitgebracht von %(pilot)s, bitte freigeben: %(who)s", pilot=pilot, who=row.organisation_name),
            _("Freigeben"),
        ),
        "contact_gone": (_("Wer spricht jetzt für die Organisation? Anfrage %(case)s", **names), call),
        "hand": (_("Jemand könnte das: Anfrage %(case)s von %(who)s", **names), look),
        "fits": (_("Es gibt einen neuen Vorschlag: Anfrage %(case)s von %(who)s", **names), look),
    }
    if row.task in by_task:
        return (row.task, *by_task[row.task])
    return _first_look(row, names)


def _first_look(row: HelpRequest, names: dict[str, str]) -> tuple[str, str, str]:
    if row.state is State.SUBMITTED:
        return "submitted", _("Neue Anfrage %(case)s von %(who)s", **names), _("Prüfen")
    return "open", _("Anfrage %(case)s von %(who)s: wen fragen wir?", **names), _("Ansehen")
