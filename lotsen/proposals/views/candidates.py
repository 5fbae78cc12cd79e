"""The coordinator's queue and the one page for each request."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from lotsen.accounts.queries import first_step, who_decides_instead
from lotsen.core import i18n
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.i18n import slots_in_words
from lotsen.core.web import get_or_404, paginate, phone_link
from lotsen.help_requests import queries as request_queries
from lotsen.help_requests.forms import refuse_text
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries, service, sweep
from lotsen.proposals.forms import DECLINED, NOT_CHOSEN, OBSTACLES, RULES, STATES, LadderForm, NotThisOneForm
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import NotChosenReason, State

from .blueprint import bp
from .what_else import folded, lying_open, what_else
from .wishes import wishes


@bp.get("/vorschlaege")
@requires(Role.COORDINATOR)
def queue() -> Any:
    """Requests that wait for a look, with the first suggestion of each."""
    page = paginate(queries.queue())
    looks = queries.first_looks([row.id for row in page.items])
    return render_template("proposals/queue.html", page=page, looks=looks)


@bp.get("/vorschlaege/<int:request_id>")
@requires(Role.COORDINATOR)
def candidates(request_id: int) -> Any:
    """Check, short text, ranked pilots with reasons, order: everything about one request on one page."""
    row = get_or_404(HelpRequest, request_id, load=[joinedload(HelpRequest.organisation)])
    form = LadderForm(data={"version": row.version, "short_text": request_queries.suggested_short_text(row)})
    first = request.args.get("zuerst", type=int)
    return _page(row, form, {first: 1} if first else None)


@bp.post("/vorschlaege/<int:request_id>/reihenfolge")
@requires(Role.COORDINATOR)
def approve_ladder(request_id: int) -> Any:
    """Approve the order and ask the first pilot."""
    form, places = LadderForm(), _places()
    row = get_or_404(HelpRequest, request_id)
    chosen = sorted((key for key, place in places.items() if place), key=lambda key: places[key])
    if not chosen or len({places[key] for key in chosen}) != len(chosen):
        form.form_errors.append(_("Wählen Sie mindestens eine Person, und geben Sie jeder einen eigenen Platz."))
    if not form.validate() or form.form_errors:
        return _page(row, form, places), 400
    try:
        with transaction():
            _approve(request_id, form, chosen)
    except InvalidInput as error:
        refuse_text(form, error.code, error.message or _problem(error.code))
        return _page(get_or_404(HelpRequest, request_id), form, places), 400
    except Conflict:
        if not _approved_by_me(request_id, chosen):
            raise
    flash(" ".join(filter(None, (_approved_words(request_id), _not_free_words(request_id)))))
    return redirect(url_for(".candidates", request_id=request_id))  # where one tap takes the ask back


def _approve(request_id: int, form: LadderForm, chosen: list[int]) -> None:
    row = get_or_404(HelpRequest, request_id, version=form.version.data)
    if row.state not in (RequestState.SUBMITTED, RequestState.OPEN) and not row.seeks_further:
        raise Conflict(entity="help_request", entity_id=request_id)
    service.check_and_approve(
        row,
        [get_or_404(Proposal, key) for key in chosen],
        short_text=form.short_text.data,
        name_is_fine=bool(form.name_is_fine.data),
        verified=form.verify.data,
        own_case_reason=form.own_case_reason.data or "",
        it_asked=bool(form.it_asked.data),
        advice=bool(form.advice.data),
        by=current_user,
        at=now(),
    )


def _problem(code: str) -> str:
    return {
        "not_verified": _("Prüfen Sie die Organisation und die Ansprechperson und setzen Sie dann den Haken."),
        "advice": _("Prüfen Sie, ob es um Rat geht, und setzen Sie dann den Haken."),
        "it_asked": _("Fragen Sie zuerst die IT der Kommune und setzen Sie dann den Haken."),
        **request_queries.GIVES_AWAY,
        "clearance": _("Mit Kindern geht es nur, wenn Sie ein Führungszeugnis gesehen haben."),
        "own_organisation": _("Wer für die Organisation spricht, hilft ihr nicht selbst. Wählen Sie jemand anderen."),
        "blocked": _("Hier steht eine Ausnahme dagegen. Heben Sie sie zuerst auf, wenn sie nicht mehr gilt."),
        "ladder_size": _("Wählen Sie weniger Personen aus."),
    }.get(code, _("Bitte prüfen Sie Ihre Angabe."))


def _approved_by_me(request_id: int, chosen: list[int]) -> bool:
    """Whether this very order stands already: the button was pressed twice."""
    ladder = queries.latest_ladder(request_id)
    if ladder is None or ladder.approved_by != current_user.id or ladder.closed_at is not None:
        return False
    return [row.id for row in queries.ladder_history(request_id) if row.ladder_id == ladder.id] == chosen


def _approved_words(request_id: int) -> str:
    ladder = queries.latest_ladder(request_id)
    asked = queries.live_ask(ladder.id) if ladder is not None else None
    if asked is None:
        return _("Aus dieser Reihenfolge ist zurzeit niemand frei. Bitte wählen Sie noch einmal.")
    leaves = queries.ask_leaves_at(asked)
    if leaves is None:
        return _("Die Reihenfolge ist freigegeben. Bitte rufen Sie zuerst %(name)s an.", name=asked.pilot.user.name)
    return _(
        "Die Reihenfolge ist freigegeben. Zuerst fragen wir %(name)s, die E-Mail geht hinaus: %(time)s.",
        name=asked.pilot.user.name,
        time=i18n.plain_datetime(leaves),
    )


def _not_free_words(request_id: int) -> str:
    """Whom of the order that was just approved nobody can ask now, and why; empty when all are free."""
    ladder, at = queries.latest_ladder(request_id), now()
    names = [
        f"{row.pilot.user.name} ({OBSTACLES[code]})"
        for row in queries.ladder_history(request_id)
        if ladder is not None and row.ladder_id == ladder.id and row.state in (State.APPROVED, State.SKIPPED)
        if (code := queries.obstacle(row.pilot, at=at, request=row.help_request))
    ]
    return _("Gerade nicht frei: %(names)s.", names=", ".join(names)) if names else ""


@bp.post("/vorschlaege/<int:request_id>/nicht/<int:proposal_id>")
@requires(Role.COORDINATOR)
def not_this_one(request_id: int, proposal_id: int) -> Any:
    """Take a suggestion off the list, with the reason."""
    proposal_of(request_id, proposal_id)
    form = NotThisOneForm()
    if not form.validate():
        raise InvalidInput(_("Wählen Sie eine der Möglichkeiten aus."), field="reason")
    with transaction():
        proposal = proposal_of(request_id, proposal_id)
        service.not_this_one(proposal, NotChosenReason(form.reason.data), by=current_user, at=now())
    return redirect(url_for(".candidates", request_id=request_id))


@bp.post("/vorschlaege/<int:request_id>/dazu")
@requires(Role.COORDINATOR)
def suggest_by_hand(request_id: int) -> Any:
    """Put a pilot on the list whom the matcher did not propose."""
    try:
        with transaction():
            row = get_or_404(HelpRequest, request_id)
            pilot = get_or_404(Pilot, request.form.get("wer", 0, type=int))
            service.suggest_by_hand(row, pilot, by=current_user, at=now())
    except InvalidInput as error:
        flash(_problem(error.code), "warning")
    return redirect(url_for(".candidates", request_id=request_id))


def proposal_of(request_id: int, proposal_id: int) -> Proposal:
    proposal = get_or_404(Proposal, proposal_id)
    if proposal.help_request_id != request_id:
        abort(404)
    return proposal


def _places() -> dict[int, int]:
    chosen = {}
    for name, value in request.form.items():
        key = name.removeprefix("place-")
        if name.startswith("place-") and key.isdecimal() and value in ("0", "1", "2", "3"):
            chosen[int(key)] = int(value)
    return chosen


def _page(row: HelpRequest, form: LadderForm, places: dict[int, int] | None = None) -> str:
    missed = request.args.get("wer", "").strip()
    found = queries.matching_of(row.id)
    latest = queries.latest_ladder(row.id) if row.is_asked_for else None
    asking = row.is_asked_for and latest is not None and latest.closed_at is None
    history = queries.ladder_history(row.id)
    shown = queries.candidates(row, at=now(), places=places, history=history)
    own_case = queries.is_own_case(row, [c.proposal for c in shown], current_user.id)
    own_order = asking and latest is not None and queries.is_own_order(latest, current_user.id)
    deciders = who_decides_instead(current_user.id) if own_case or own_order else []
    return render_template(
        "proposals/candidates.html",
        row=row,
        form=form,
        candidates=shown,
        matching=found,
        is_behind=queries.is_behind(row, found),
        old_words=request_queries.edited_since_cleared(row),
        removed=sorted(((RULES[k], n) for k, n in found.removed.items()), key=lambda x: -x[1]) if found else [],
        history=history,
        leaving=queries.leaving(history),
        declined=DECLINED,
        can_go_on=asking and latest is not None and queries.live_ask(latest.id) is None,
        verified=organisations.contact_verified(row.organisation_id, row.contact_id),
        own_case=own_case,
        own_order=own_order,
        advice_to_check=request_queries.advice_to_check(row),
        decides_instead=[user.name for user in deciders],
        first_step=first_step(deciders),
        facts=_facts(row),
        not_chosen=NOT_CHOSEN,
        missed=missed,
        wishes=wishes(row, shown),
        others=request_queries.of_organisation(row.organisation_id, but=row.id),
        stands_label=request_queries.stands_label,
        may_stop=asking,
        why=_why_not(row, missed) if missed else [],
        obstacle_words=OBSTACLES,
        state_words=STATES,
        at_once=lying_open(shown),
        folded=folded(shown),
        open_now=row.state in (RequestState.SUBMITTED, RequestState.OPEN) or (row.seeks_further and not asking),
        **what_else(found, shown, at=now()),
    )


def _why_not(row: HelpRequest, missed: str) -> list[tuple[Pilot, list[Any]]]:
    return [(pilot, [RULES[rule] for rule in sweep.why_not(row, pilot)]) for pilot in queries.pilots_named(missed)]


def _facts(row: HelpRequest) -> list[tuple[str, str]]:
    number = phone_link(row.contact_phone) if row.contact_phone else ""
    whom = Markup(" · ").join(part for part in (row.contact_name, number, row.contact_hint) if part)
    urgency = {"low": _("hat Zeit"), "high": _("dringend")}
    return [
        (_("Ansprechperson"), whom),
        (_("Wo"), f"{row.postcode}, {i18n.mode_in_words(row.mode.value)}"),
        (_("Wann"), slots_in_words(row.slots) or _("egal")),
        *([(_("Sprachen"), ", ".join(map(i18n.language_name, row.languages)))] if row.languages != ["de"] else []),
        *([(_("Dringlichkeit"), urgency[row.urgency])] if row.urgency in urgency else []),
        *([(_("Wunsch"), row.wished_pilot)] if row.wished_pilot else []),
    ]
