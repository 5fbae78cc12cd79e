"""The page behind each question: from the mail link, logged in, or through the coordinator."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Actor, Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.core.web import browser_key, get_or_404
from lotsen.engagements import queries as cases
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import CAN_PAUSE, Side
from lotsen.help_requests import queries as requests
from lotsen.help_requests import service as help_requests
from lotsen.outbox.models import OutboxMessage

from . import queries, service
from .forms import ENDED, QuestionForm, form_for
from .models import FollowUp
from .rules import Answer, Kind

bp = Blueprint("followups", __name__)
NEEDS_HELP = (Answer.STUCK, Answer.FITS_NOT, Answer.NO_SHOW)  # the coordinators have a task then


@bp.route("/nachfrage/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> Any:
    """The page of one question without log-in."""
    followup, person, live = _by_link(token)
    again = url_for(".ask_again", token=token) if live else ""
    return _page(
        followup,
        person or SYSTEM,
        live,
        lambda new: url_for(".answer", token=service.answer_link(new, at=now())),
        again=again,
    )


@bp.post("/nachfrage/<token>/neue-anfrage")
@public
def ask_again(token: str) -> Any:
    """It is not used any more: a new request with the words of the old one; the call stays a task until it is sent."""
    followup, _person, live = _by_link(token)
    home = url_for(".answer", token=token)
    if not live or not _may_ask_again(followup):
        return redirect(home)
    try:
        with transaction():
            key = help_requests.use_again(followup.engagement.help_request, browser=browser_key(), at=now())
    except InvalidInput as error:
        flash(str(requests.NO_TEMPLATE[error.code]), "info")
        return redirect(home)
    return redirect(url_for("help_requests.review", key=key))


def _by_link(token: str) -> tuple[FollowUp, User | None, bool]:
    """The question behind a link, whose link it is, and whether it still acts; 404 without one."""
    row = tokens.find(token, Purpose.FOLLOW_UP)
    followup = db.session.get(FollowUp, row.entity_id) if row is not None else None
    if row is None or followup is None:
        abort(404)
    person = db.session.get(User, row.user_id) if row.user_id else None
    live = tokens.is_live(row, at=now()) and cases.speaks_for(followup.engagement, followup.side, row.user_id)
    return followup, person, live


def _may_ask_again(followup: FollowUp) -> bool:
    return followup.kind is Kind.STILL_IN_USE and followup.answer == Answer.NO


@bp.route("/nachfragen/<int:followup_id>", methods=["GET", "POST"])
@requires(Role.PILOT, Role.MEMBER)
def own(followup_id: int) -> Any:
    """The same page, logged in."""
    followup = get_or_404(FollowUp, followup_id)
    person = cases.person(followup.engagement, followup.side)
    if person is None or person.id != current_user.id:
        abort(404)
    again = ""
    if followup.side is Side.MEMBER:
        again = url_for("help_requests.own_use_again", request_id=followup.engagement.help_request_id)
    return _page(followup, current_user, True, lambda new: url_for(".own", followup_id=new.id), again=again)


@bp.route("/nachfragen/<int:followup_id>/eintragen", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def record(followup_id: int) -> Any:
    """The coordinator enters what a side said on the telephone."""
    followup = get_or_404(FollowUp, followup_id)
    person = cases.person(followup.engagement, followup.side)
    behalf = person.id if person is not None else None
    return _page(followup, current_user, True, lambda new: url_for(".record", followup_id=new.id), behalf)


@bp.get("/begleitungen/<int:engagement_id>/nachfragen")
@requires(Role.COORDINATOR)
def of_engagement(engagement_id: int) -> Any:
    """What was asked about an engagement, and what was answered."""
    row = get_or_404(Engagement, engagement_id)
    return render_template(
        "followups/of_engagement.html",
        row=row,
        followups=queries.of_engagement(row.id),
        questions=queries.QUESTIONS,
        answers=queries.ANSWERS,
        sides=cases.SIDES,
    )


@bp.app_template_global("messages_of_case")
def messages_of_case(engagement_id: int) -> Sequence[OutboxMessage]:
    """What was written about an engagement, the questions of its course among it, newest first."""
    return queries.messages_of(engagement_id)


def _page(
    followup: FollowUp,
    by: Actor,
    live: bool,
    address: Callable[[FollowUp], str],
    behalf: int | None = None,
    *,
    again: str = "",
) -> Any:
    """``again``: where the side itself begins a new request from this one."""
    together = _together(followup)
    forms = {row.id: form_for(row) for row in together}
    if followup.answered_at is None and live and request.method == "POST":
        if not all([form.validate() for form in forms.values()]):
            return _render(followup, together, forms, live), 400
        try:
            following = _keep(forms, by, behalf, address)
        except InvalidInput as error:
            form = next(iter(forms.values()))
            wanted = "hours_day" if error.field == "day" else error.field
            field = wanted if wanted in form else "choice"
            wrong_day = _("Prüfen Sie das Datum: Es liegt zu weit zurück oder zu weit voraus.")
            form[field].errors = [ENDED if error.code == "ended" else wrong_day]
            return _render(followup, together, forms, live), 400
        flash(_("Danke, Ihre Antwort ist da."))
        return redirect(following or request.path)
    if request.method == "POST":
        return redirect(request.path)
    return _render(followup, together, forms, live, again if _may_ask_again(followup) else "")


def _keep(forms: dict[int, QuestionForm], by: Actor, behalf: int | None, address: Callable[[FollowUp], str]) -> str:
    target = ""
    with transaction():
        for key, form in forms.items():
            row = db.session.get_one(FollowUp, key)
            following = service.answer(
                row, Answer(form.choice.data), form.given(), by=by, at=now(), on_behalf_of=behalf
            )
            if following is not None and not target:
                target = address(following)
    return target


def _together(followup: FollowUp) -> list[FollowUp]:
    """The monthly line of a pilot, and the question what becomes of the cases in a pause, are answered at once."""
    if followup.side is Side.PILOT and followup.answered_at is None:
        pilot_id = followup.engagement.pilot_id
        if followup.kind is Kind.MONTHLY:
            return list(queries.open_months_of(pilot_id)) or [followup]
        if followup.kind is Kind.PILOT_RESTS:
            return list(queries.open_together(pilot_id, Kind.PILOT_RESTS, CAN_PAUSE)) or [followup]
    return [followup]


def _render(
    followup: FollowUp, together: list[FollowUp], forms: dict[int, QuestionForm], live: bool, again: str = ""
) -> str:
    bad = next((form for form in forms.values() if form.errors), None)
    extra: dict[str, Any] = {"form": bad} if bad is not None else {}
    return render_template(
        "followups/answer.html",
        followup=followup,
        together=together,
        forms=forms,
        live=live,
        question=queries.QUESTIONS[followup.kind],
        said=queries.ANSWERS[Answer(followup.answer)] if followup.answer else "",
        needs_help=followup.answer in NEEDS_HELP or _may_ask_again(followup),
        again=again,
        about=queries.what_it_is_about(followup),
        **extra,
    )
