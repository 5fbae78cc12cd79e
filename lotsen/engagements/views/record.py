"""The coordinator enters what was said on the telephone or written as a reply."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

from .. import service
from ..models import Engagement
from ..rules import Side
from .answer import Answering, answer_page
from .base import bp
from .confirm import confirm_page

PILOT_MAY_ANSWER = (State.ASKED, State.ACCEPTED, State.DECLINED, State.EXPIRED)


@bp.route("/begleitungen/antwort-eintragen/<int:proposal_id>", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def record_answer(proposal_id: int) -> Any:
    """The answer of whoever must answer now: the asked pilot, or the organisation after the pilot's yes.

    What was pressed says whose answer it is (``side``): a second click on the pilot's yes is not the organisation's.
    """
    proposal = get_or_404(Proposal, proposal_id)
    back = url_for("proposals.candidates", request_id=proposal.help_request_id)
    waiting = Side.MEMBER if proposal.state is State.ACCEPTED else Side.PILOT
    side = request.form.get("side", waiting.value)
    if side == Side.MEMBER.value and waiting is Side.MEMBER:
        contact = proposal.help_request.contact_id
        return confirm_page(proposal, Answering(proposal.id, current_user, True, contact or 0, back))
    if side != Side.PILOT.value or proposal.state not in PILOT_MAY_ANSWER:
        flash(_("Hier ist keine Antwort mehr einzutragen."))
        return redirect(back)
    return answer_page(proposal, Answering(proposal.id, current_user, True, proposal.pilot.user_id, back))


@bp.post("/begleitungen/<int:engagement_id>/aufgabe-erledigt")
@requires(Role.COORDINATOR)
def task_done(engagement_id: int) -> Any:
    """The coordinator has taken care of it."""
    with transaction():
        service.task_done(get_or_404(Engagement, engagement_id), by=current_user, at=now())
    flash(_("Die Aufgabe ist erledigt."))
    return redirect(url_for(".detail", engagement_id=engagement_id))
