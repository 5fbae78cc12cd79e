"""What a coordinator must do about proposals now."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Date, ScalarSelect, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lotsen.core.clock import MORNING, at_local, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import why_urgent
from lotsen.help_requests.rules import GOING_ON, Further
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.models import Pilot
from lotsen.proposals import rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State


def tasks(at: datetime) -> list[Task]:
    """What a coordinator must do about proposals now."""
    rows = db.session.execute(_statement(), {"today": local_date(at)}).all()
    return [
        replace(_task(row, rested), row=("proposal", row.id), about=("help_request", row.help_request_id))
        for row, rested in rows
    ]


@cache
def _statement() -> Select[Proposal, datetime | None]:
    """Built once: the start page asks it, and building it takes longer than its few rows."""
    return (
        select(Proposal, _at_rest_since())
        .where(
            or_(
                and_(Proposal.task != "", Proposal.state.in_(rules.ASK_LIVE)),
                _next_on_a_ladder_at_rest(),
                _without_clearance(),
                and_(
                    Proposal.wants_anyway_at.is_not(None),
                    Proposal.state.in_([State.DECLINED, State.EXPIRED]),
                    Proposal.help_request.has(or_(HelpRequest.state.in_(_STILL_LOOKING), seeks_further())),
                ),
            )
        )
        .options(
            joinedload(Proposal.pilot).joinedload(Pilot.user),
            joinedload(Proposal.help_request),
        )
        .order_by(Proposal.id)
    )


def _without_clearance() -> ColumnElement[bool]:
    """Asked or accepted where children are, but the certificate of good conduct does not count any more."""
    return and_(
        Proposal.state.in_(rules.ASK_LIVE),
        Proposal.help_request.has(HelpRequest.with_children.is_(True)),
        ~Proposal.pilot.has(Pilot.clearance_until >= bindparam("today", type_=Date)),
    )


def _next_on_a_ladder_at_rest() -> ColumnElement[bool]:
    """Somebody is approved but nobody is asked: an ask was taken back, and only a person goes on from there."""
    other = aliased(Proposal)
    ahead = and_(
        other.ladder_id == Proposal.ladder_id,
        or_(
            other.state.in_(rules.ASK_LIVE),
            and_(other.state == State.APPROVED, other.position < Proposal.position),
        ),
    )
    asking = or_(HelpRequest.state == RequestState.ASKING, seeks_further())
    return and_(
        Proposal.state == State.APPROVED,
        Proposal.help_request.has(asking),
        ~exists().where(ahead).correlate(Proposal),
    )


def _at_rest_since() -> ScalarSelect[datetime]:
    """When somebody last left the order that this one stands on, by an answer or taken off."""
    other = aliased(Proposal)
    left = other.state.not_in([State.APPROVED, *rules.ASK_LIVE])
    latest = select(func.max(other.state_since)).where(other.ladder_id == Proposal.ladder_id, left)
    return latest.correlate(Proposal).scalar_subquery()


def _uncleared_since(row: Proposal) -> datetime:
    """Since when the certificate is missing: since the ask, or the day after its last one."""
    until = row.pilot.clearance_until
    if until is None:
        return row.state_since
    return max(row.state_since, at_local(until + timedelta(days=1), MORNING))


def seeks_further() -> ColumnElement[bool]:
    """Whether somebody else is sought for a request while its engagement stands."""
    return and_(HelpRequest.state.in_(GOING_ON), HelpRequest.further != Further.NOBODY)


_STILL_LOOKING = [RequestState.OPEN, RequestState.ASKING, RequestState.WAITING]


def _task(row: Proposal, rested: datetime | None) -> Task:
    names = {"pilot": row.pilot.user.name, "case": row.help_request.case_number, "who": row.help_request.contact_name}
    titles = {
        "undeliverable": _("Mail kam nicht an: %(pilot)s zu Anfrage %(case)s anrufen", **names),
        "urgent": _("Eilig, bitte gleich anrufen: %(pilot)s zu Anfrage %(case)s", **names)
        if row.pilot.user.phone
        else _("Eilig, aber ohne Telefonnummer: %(pilot)s zu Anfrage %(case)s", **names),
        "hard_rule": _("Geändert, passt das noch für %(pilot)s? Anfrage %(case)s", **names),
        "own_organisation": _("%(pilot)s sagt Ja, spricht aber selbst für die Organisation: Anfrage %(case)s", **names),
        "contact_gone": _("Wer spricht jetzt für die Organisation? Anfrage %(case)s", **names),
        "question": _("%(pilot)s hat eine Frage zu Anfrage %(case)s", **names),
        "member_question": _("%(who)s hat eine Frage zu Anfrage %(case)s", **names),
        "not_confirmed": _("%(who)s hat zu Anfrage %(case)s noch nicht geantwortet", **names),
    }
    if row.state is State.APPROVED:
        return Task(
            kind="proposal.stopped",
            title=_("Gerade ist niemand gefragt: Anfrage %(case)s", case=names["case"]),
            url=url_for("proposals.candidates", request_id=row.help_request_id),
            action=_("Ansehen"),
            waiting_since=max(row.state_since, rested or row.state_since),
            urgent=row.help_request.urgency == "high",
            urgent_because=why_urgent(row.help_request),
            detail=row.help_request.title,
        )
    if not row.task and row.state in rules.ASK_LIVE:
        return Task(
            kind="proposal.clearance",
            title=_("Führungszeugnis von %(pilot)s fehlt: Anfrage %(case)s mit Kindern", **names),
            url=url_for("pilots.detail", pilot_id=row.pilot_id),
            action=_("Zeigen lassen oder die Bitte zurückholen"),
            waiting_since=_uncleared_since(row),
            urgent=True,
            detail=row.help_request.title,
        )
    late = not row.task
    look = late or (row.task == "urgent" and not row.pilot.user.phone)
    return Task(
        kind=f"proposal.{row.task or 'late_yes'}",
        title=_("%(pilot)s sagt doch noch Ja zu Anfrage %(case)s", **names) if late else titles.get(row.task, row.task),
        url=url_for("proposals.candidates", request_id=row.help_request_id),
        action=_("Ansehen") if look else _("Anrufen"),
        waiting_since=(row.wants_anyway_at if late else None) or row.waits_since,
        urgent=row.help_request.urgency == "high",
        urgent_because=why_urgent(row.help_request),
        detail=row.help_request.title,
    )
