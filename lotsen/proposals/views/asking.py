"""What a coordinator does while a request is being asked for: take back, go on, stop, take a late yes."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.audit.queries import last_done_by, moved_by
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput, TransitionForbidden
from lotsen.core.web import get_or_404
from lotsen.help_requests.models import HelpRequest
from lotsen.proposals import queries, service
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State

from .blueprint import bp
from .candidates import proposal_of


@bp.post("/vorschlaege/<int:request_id>/zurueckholen/<int:proposal_id>")
@requires(Role.COORDINATOR)
def recall_ask(request_id: int, proposal_id: int) -> Any:
    """Take an ask back."""
    try:
        with transaction():
            service.recall_ask(proposal_of(request_id, proposal_id), by=current_user, at=now())
    except (Conflict, TransitionForbidden) as error:
        if not moved_by(Proposal.entity, proposal_id, (State.APPROVED,), current_user.id):
            raise Conflict(entity=Proposal.entity, entity_id=proposal_id) from error
    flash(_("Die Bitte ist zurückgeholt. Der Link in der Mail gilt nicht mehr."))
    return redirect(url_for(".candidates", request_id=request_id))


@bp.post("/vorschlaege/<int:request_id>/weglassen/<int:proposal_id>")
@requires(Role.COORDINATOR)
def take_off(request_id: int, proposal_id: int) -> Any:
    """Take somebody who was not asked yet off the order."""
    try:
        with transaction():
            service.take_off(proposal_of(request_id, proposal_id), **_by_me())
    except InvalidInput as error:
        flash(error.message, "error")
        return redirect(url_for(".candidates", request_id=request_id))
    except (Conflict, TransitionForbidden) as error:
        if not moved_by(Proposal.entity, proposal_id, (State.REMOVED,), current_user.id):
            raise Conflict(entity=Proposal.entity, entity_id=proposal_id) from error
    flash(_("Die Person wird nicht gefragt. Sie erfährt davon nichts."))
    return redirect(url_for(".candidates", request_id=request_id))


@bp.post("/vorschlaege/<int:request_id>/vorziehen/<int:proposal_id>")
@requires(Role.COORDINATOR)
def ask_earlier(request_id: int, proposal_id: int) -> Any:
    """Let somebody who was not asked yet change places with the one before."""
    try:
        with transaction():
            row, shown = proposal_of(request_id, proposal_id), request.form.get("place", type=int)
            service.ask_earlier(row, position=shown, **_by_me())
    except InvalidInput as error:
        flash(error.message, "error")
    except Conflict:
        if not last_done_by(Proposal.entity, proposal_id, "proposal.earlier", current_user.id):
            raise
    return redirect(url_for(".candidates", request_id=request_id))


def _by_me() -> dict[str, Any]:
    """Who changes the order and when; in the own case with the reason."""
    return {"by": current_user, "at": now(), "own_case_reason": request.form.get("own_case_reason", "")[:200]}


@bp.post("/vorschlaege/<int:request_id>/weiter")
@requires(Role.COORDINATOR)
def ask_next(request_id: int) -> Any:
    """Go on with the approved order after an ask was taken back."""
    with transaction():
        get_or_404(HelpRequest, request_id)
        ladder = queries.latest_ladder(request_id)
        if ladder is None or ladder.closed_at is not None:
            raise Conflict(entity="help_request", entity_id=request_id)
        asked = queries.live_ask(ladder.id)
        if asked is None:
            service.ask_next(ladder, by=current_user, at=now())
        elif not moved_by(asked.entity, asked.id, (State.ASKED,), current_user.id):
            raise Conflict(entity=asked.entity, entity_id=asked.id)
    return redirect(url_for(".candidates", request_id=request_id))


@bp.post("/vorschlaege/<int:request_id>/anhalten")
@requires(Role.COORDINATOR)
def stop_asking(request_id: int) -> Any:
    """Stop the search along this order; who was asked is thanked."""
    with transaction():
        row = get_or_404(HelpRequest, request_id)
        latest = queries.latest_ladder(row.id)
        if row.is_asked_for and queries.open_ladders(row.id):
            service.stop_asking(row, by=current_user, at=now())
        elif not _stopped_by_me(latest):
            told = latest if row.seeks_further and latest is not None else row  # which says what happened meanwhile
            raise Conflict(entity=told.entity, entity_id=told.id)
    flash(_("Die Suche ist angehalten. Wer gefragt war, bekommt einen Dank."))
    return redirect(url_for(".candidates", request_id=request_id))


def _stopped_by_me(ladder: Ladder | None) -> bool:
    """Whether it was this person who closed this order by this button, pressed twice."""
    if ladder is None or ladder.closed_at is None:
        return False
    return ladder.closed_at == last_done_by(ladder.entity, ladder.id, "ladder.stopped", current_user.id)


@bp.post("/vorschlaege/<int:request_id>/doch-noch/<int:proposal_id>")
@requires(Role.COORDINATOR)
def take_late_yes(request_id: int, proposal_id: int) -> Any:
    """Take a yes that came late: the organisation is asked."""
    proposal_of(request_id, proposal_id)
    with transaction():
        taken = service.take_late_yes_now(proposal_of(request_id, proposal_id), by=current_user, at=now())
    if taken:
        flash(_("Das späte Ja gilt. Jetzt hat die Organisation das Wort."))
    else:
        flash(_("Das geht gerade nicht: Die Person ist nicht mehr frei, oder es ist schon jemand gefragt."), "info")
    return redirect(url_for(".candidates", request_id=request_id))


@bp.post("/vorschlaege/<int:request_id>/frage/<int:proposal_id>")
@requires(Role.COORDINATOR)
def question_answered(request_id: int, proposal_id: int) -> Any:
    """The pilot's question was answered; the time to answer starts anew."""
    with transaction():
        service.question_answered(proposal_of(request_id, proposal_id), by=current_user, at=now())
    return redirect(url_for(".candidates", request_id=request_id))
