"""The pages of engagements: by link, the list, one engagement."""

from functools import partial
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Select

from lotsen.core.access import STAFF, Role, public, requires
from lotsen.core.clock import now, today
from lotsen.core.extensions import db
from lotsen.core.i18n import slots_in_words
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.core.web import paginate

from .. import queries
from ..models import Engagement
from ..rules import LIVE, Side, State
from .base import actor_of, bp, find_token, is_live
from .case import Case, forms_for, logged_in, perform, upcoming

PARTS: dict[str, tuple[Any, frozenset[State]]] = {
    "laufend": (_l("laufende"), LIVE),
    "fertig": (_l("abgeschlossen oder beendet"), frozenset(State) - LIVE),
    "alle": (_l("alle"), frozenset(State)),
}


@bp.get("/begleitungen")
@requires()
def overview() -> Any:
    """The engagements that a person may see; what goes on comes first, and the office sees only that unless it asks."""
    found = queries.visible_to(current_user)
    if not current_user.roles.intersection(STAFF):
        return _list(found)
    chosen = request.args.get("stand", "")
    chosen = chosen if chosen in PARTS else "laufend"
    return _list(found.where(Engagement.state.in_(PARTS[chosen][1])), chosen)


@bp.get("/begleitungen/meine")
@requires(Role.PILOT, Role.MEMBER)
def own() -> Any:
    """The engagements in which a person is one of the two sides, whatever else she is."""
    return _list(queries.all_own(current_user))


def _list(found: Select[Any], chosen: str = "") -> str:
    page = paginate(found)
    parts = [(label, url_for(".overview", stand=key), key == chosen) for key, (label, _states) in PARTS.items()]
    return render_template(
        "engagements/overview.html",
        page=page,
        parts=parts if chosen else [],
        sides={row.id: queries.side_of(row, current_user) or (None if chosen else Side.MEMBER) for row in page.items},
        state_label=queries.state_label,
        state_tone=queries.state_tone,
        next_step=partial(queries.next_step, at=now()),
        open_task=queries.open_task,
        task_title=queries.task_title,
    )


@bp.get("/begleitungen/<int:engagement_id>")
@requires()
def detail(engagement_id: int) -> Any:
    """One engagement for the logged-in person."""
    engagement = visible(engagement_id)
    case = logged_in(engagement, current_user)
    return _render(engagement, case, forms_for(case, engagement))


@bp.post("/begleitungen/<int:engagement_id>/tun/<verb>")
@requires(Role.PILOT, Role.MEMBER, Role.COORDINATOR)
def act(engagement_id: int, verb: str) -> Any:
    """Do one thing about it, logged in."""
    engagement = visible(engagement_id)
    case = logged_in(engagement, current_user)
    return perform(case, verb, lambda forms, form: _render(engagement, case, forms, form))


@bp.get("/begleitung/<token>")
@public
def by_link(token: str) -> Any:
    """One side's page without log-in."""
    row = find_token(token, Purpose.ENGAGEMENT)
    engagement, case = behind(row, token)
    if not is_live(row):
        return render_template("engagements/late_link.html")
    return _render(engagement, case, forms_for(case, engagement))


@bp.post("/begleitung/<token>/<verb>")
@public
def act_by_link(token: str, verb: str) -> Any:
    """Do one thing about it, from the mail link."""
    row = find_token(token, Purpose.ENGAGEMENT)
    engagement, case = behind(row, token)
    if not is_live(row):
        return redirect(case.home)
    return perform(case, verb, lambda forms, form: _render(engagement, case, forms, form))


@bp.get("/begleitung/<token>/termine.ics")
@public
def calendar_by_link(token: str) -> Any:
    """The appointments for a calendar, without a log-in."""
    row = find_token(token, Purpose.ENGAGEMENT)
    engagement, case = behind(row, token)
    return _calendar(engagement) if is_live(row) else redirect(case.home)


@bp.get("/begleitungen/<int:engagement_id>/termine.ics")
@requires()
def calendar(engagement_id: int) -> Any:
    """The appointments for a calendar, logged in."""
    return _calendar(visible(engagement_id))


def _calendar(engagement: Engagement) -> Response:
    text = queries.calendar_file(queries.appointments_of(engagement.id), at=now())
    headers = {"Content-Disposition": f'attachment; filename="termine-{engagement.help_request.case_number}.ics"'}
    return Response(text, mimetype="text/calendar", headers=headers)


def visible(engagement_id: int) -> Engagement:
    """An engagement that this person may see; else it is not there."""
    engagement = queries.find_visible(engagement_id, current_user)
    if engagement is None:
        abort(404)
    return engagement


def behind(row: Token, raw: str) -> tuple[Engagement, Case]:
    """The engagement behind a link, as the person to whom it was sent sees it."""
    engagement = db.session.get(Engagement, row.entity_id)
    side = Side(row.entity.partition(":")[2])
    if engagement is None:
        abort(404)
    case = Case(
        engagement.id,
        side,
        actor_of(row),
        lambda verb: url_for(".act_by_link", token=raw, verb=verb),
        url_for(".by_link", token=raw),
        url_for(".report_by_link", token=raw),
        url_for(".calendar_by_link", token=raw),
    )
    return engagement, case


def _render(engagement: Engagement, case: Case, forms: dict[str, Any], form: Any = None) -> str:
    side = case.side
    extra: dict[str, Any] = {"form": form} if form is not None else {}
    extra |= _for_office(engagement, case) if case.staff else {}
    extra |= _for_side(engagement, side) if side is not None else {}
    return render_template(
        "engagements/case.html" if side is not None else "engagements/detail.html",
        row=engagement,
        request_row=engagement.help_request,
        case=case,
        side=side,
        forms=forms,
        next_step=queries.next_step(engagement, side, now()),
        contacts={of: queries.contact(engagement, of) for of in Side},
        people={of: queries.person(engagement, of) for of in Side},
        speakers=queries.speakers(engagement),
        names={of: queries.name_of(engagement, of) for of in Side},
        released={of: queries.released(engagement, of) for of in Side},
        planned_end=queries.planned_end(engagement),
        messages=queries.messages_of(engagement.id),
        readers=queries.readers(engagement, side),
        writer_of=queries.writer_of,
        why_not_write=queries.why_not_write(engagement),
        appointments=queries.appointments_of(engagement.id),
        ahead={one.id for one in upcoming(engagement)},
        hours=queries.hours_of(engagement.id) if side is not Side.MEMBER else [],
        words={of: queries.feedback_of(engagement.id, of) for of in Side},
        Side=Side,
        in_hours=queries.in_hours,
        outcomes=queries.OUTCOMES,
        reasons=queries.BREAK_OFF_REASONS,
        side_words=queries.SIDES,
        state_label=queries.state_label,
        state_tone=queries.state_tone,
        open_task=queries.open_task(engagement),
        task_title=queries.task_title,
        **extra,
    )


def _for_office(engagement: Engagement, case: Case) -> dict[str, Any]:
    return {
        "history": queries.history(engagement),
        "concerns": [] if queries.is_party(engagement, case.by.actor_id) else queries.concerns_of(engagement.id),
        "others": queries.others_of_request(engagement),
        "ended_by": queries.ENDED_BY.get(engagement.broken_off_by, ""),
    }


def _for_side(engagement: Engagement, side: Side) -> dict[str, Any]:
    called = engagement.state is State.AGREED and side is Side.PILOT  # the next step says so already
    there = not queries.is_erased(engagement, queries.other_side(side))
    shown: dict[str, Any] = {
        "shows_contact": there and queries.shows_contact(engagement, today()),
        "contact_until": queries.contact_until(engagement) if there else None,
        "no_way": "" if called else queries.no_way(engagement, side),
        "may_release": queries.may_release(engagement, side),
    }
    if side is Side.MEMBER:
        return shown
    return shown | {
        "counts": queries.what_counts(engagement),
        "description": queries.told_to_pilot(engagement, engagement.help_request.description),
        "times": slots_in_words(engagement.help_request.slots),
    }
