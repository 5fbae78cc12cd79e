"""Changing where a pilot stands: one page an act, with its question and its one button."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.queries import who_decides_instead
from lotsen.core import tokens
from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, Forbidden, InvalidInput
from lotsen.core.tokens import Purpose
from lotsen.core.web import get_or_404
from lotsen.pilots import queries, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State

from .acts import ACTS, OWN_ACTS, Act
from .blueprint import bp, done_already, tell

STAFF_RULE = f"<any({', '.join(repr(name) for name in ACTS)}):action>"
OWN_RULE = f"<any({', '.join(repr(name) for name in OWN_ACTS)}):action>"


def actions_for(pilot: Pilot, *, staff: bool) -> list[Act]:
    """What can be done with a pilot now."""
    acts = (ACTS if staff else OWN_ACTS).values()
    own = pilot.user_id == getattr(current_user, "id", None)
    alone = own and not who_decides_instead(pilot.user_id)
    return [act for act in acts if act.possible(pilot) and not (own and act.by_others and not (alone and act.or_alone))]


@bp.route(f"/lotsen/<int:pilot_id>/{STAFF_RULE}", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def act(pilot_id: int, action: str) -> Any:
    """A coordinator decides."""
    return _act(get_or_404(Pilot, pilot_id), ACTS[action], url_for(".detail", pilot_id=pilot_id))


@bp.route(f"/profil/{OWN_RULE}", methods=["GET", "POST"])
@requires(Role.PILOT)
def own(action: str) -> Any:
    """The pilot decides about the own standing."""
    return _act(queries.of_user_or_404(current_user.id), OWN_ACTS[action], url_for(".profile"))


@bp.context_processor
def own_actions() -> dict[str, Any]:
    """The links on the own profile page."""
    return {"own_actions": lambda pilot: actions_for(pilot, staff=False)}


@bp.route("/wieder-da/<token>", methods=["GET", "POST"])
@public
def back(token: str) -> Any:
    """The link in the mail of an open pause: one button, without a log-in."""
    link = tokens.find(token, Purpose.PILOT_PROFILE)
    if link is None:
        abort(404)
    live = tokens.is_live(link, at=now())
    if request.method == "POST" and live:
        with transaction():
            link = tokens.find(token, Purpose.PILOT_PROFILE)
            pilot = get_or_404(Pilot, link.entity_id if link else 0)
            if link is not None:
                tokens.use(link, at=now())
            service.resume(pilot, by=pilot.user, at=now())
        live = False
    return render_template("pilots/back.html", pilot=get_or_404(Pilot, link.entity_id if link else 0), live=live)


@bp.route("/stimmt-noch/<token>", methods=["GET", "POST"])
@public
def still_right(token: str) -> Any:
    """The link in the yearly mail: one button, without a log-in."""
    link = tokens.find(token, Purpose.PILOT_PROFILE)
    if link is None:
        abort(404)
    pilot = get_or_404(Pilot, link.entity_id)
    live = tokens.is_live(link, at=now()) and pilot.state is State.AWARDED
    if request.method == "POST" and live:
        with transaction():
            pilot = get_or_404(Pilot, pilot.id)
            tokens.use(tokens.find(token, Purpose.PILOT_PROFILE) or link, at=now())
            service.still_right(pilot, by=pilot.user, at=now())
        live = False
    return render_template("pilots/still_right.html", pilot=get_or_404(Pilot, pilot.id), live=live)


@bp.post("/lotsen/<int:pilot_id>/gedankt")
@requires(Role.COORDINATOR)
def thanked(pilot_id: int) -> Any:
    """The thanks were said or written by hand."""
    with transaction():
        service.thanked(get_or_404(Pilot, pilot_id), by=current_user, at=now())
    flash(_("Eingetragen. Danke, dass Sie daran gedacht haben."))
    return redirect(url_for(".detail", pilot_id=pilot_id))


def _act(pilot: Pilot, act: Act, back: str) -> Any:
    form = act.form(pilot)
    if form.validate_on_submit():
        follows = act.ask_again(pilot, form) if "sure" not in request.form and act.possible(pilot) else []
        if follows:
            return render_template("pilots/sure.html", form=form, pilot=pilot, act=act, back=back, follows=follows)
        pilot_id = pilot.id
        try:
            with transaction():
                row = get_or_404(Pilot, pilot_id)
                if not done_already(row, form, act.to):
                    _refuse_if_it_does_not_fit(row, act)
                    act.run(row, form, now())
            flash(_("Gespeichert.") if request.form.get("then") == "keep" else act.done)
            if current_user.id == row.user_id and Role.PILOT not in current_user.roles:
                return redirect("/")
            return redirect(back)
        except InvalidInput as error:
            tell(form, error)
            pilot = get_or_404(Pilot, pilot_id)
        except Forbidden:
            raise Forbidden(
                _("Das macht für Sie eine zweite Person aus der Koordination."), code="own_affair"
            ) from None
    elif request.method == "GET" and not act.possible(pilot):
        flash(_("Das geht gerade nicht. Hier sehen Sie, was jetzt gilt."), "info")
        return redirect(back)
    return render_template("pilots/act.html", form=form, pilot=pilot, act=act, back=back)


def _refuse_if_it_does_not_fit(pilot: Pilot, act: Act) -> None:
    """What moves a pilot and is not possible now is a 409 that says so; what moves nobody does nothing twice."""
    if act.to is not None and not act.possible(pilot):
        message = _("Das geht gerade nicht. Die Seite ist nicht mehr auf dem neuesten Stand.")
        raise Conflict(message, entity=pilot.entity, entity_id=pilot.id)
