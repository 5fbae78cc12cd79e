"""The organisation answers to a pilot's yes: from the mail link, logged in, or through the coordinator."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code
from lotsen.core.tokens import Purpose
from lotsen.core.web import get_or_404
from lotsen.help_requests.queries import may_see
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.queries import confirm_by, what_the_pilot_can_do
from lotsen.proposals.rules import RefuseReason, State

from .. import queries, service
from ..forms import ConfirmForm, keep_ways
from ..rules import Side
from .answer import Answering, answered, begun_word
from .base import actor_of, bp, find_token, is_live, proposal_of

STANDINGS = {
    State.CONFIRMED: "begun",
    State.REFUSED: "refused",
    State.DECLINED: "gone",
    State.WITHDRAWN: "gone",
}


@bp.route("/zusage/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Any:
    """The organisation's page without log-in."""
    row = find_token(token, Purpose.CONFIRM_PILOT)
    proposal = proposal_of(row)
    return confirm_page(proposal, Answering(proposal.id, actor_of(row), is_live(row)))


@bp.route("/begleitungen/zusage/<int:proposal_id>", methods=["GET", "POST"])
@requires(Role.MEMBER)
def own_confirm(proposal_id: int) -> Any:
    """The same page for the logged-in contact person."""
    proposal = get_or_404(Proposal, proposal_id)
    if not may_see(proposal.help_request, current_user.id) or proposal.asked_at is None:
        abort(404)
    if proposal.state not in (State.ACCEPTED, *STANDINGS):
        abort(404)
    return confirm_page(proposal, Answering(proposal.id, current_user, live=True))


def confirm_page(proposal: Proposal, who: Answering) -> Any:
    """Show what stands, and take the answer."""
    waiting = proposal.state is State.ACCEPTED and who.live
    row = proposal.help_request
    form = ConfirmForm(data={"phone": row.release_phone, "email": row.release_email})
    keep_ways(form, *queries.ways_of(row))
    if request.method == "POST" and waiting:
        if not form.validate():
            return _render(proposal, form, "waiting", who), 400
        with transaction():
            _apply(form, who)
    if request.method == "POST":
        return answered(who, Side.MEMBER)
    return _render(proposal, form, "waiting" if waiting else STANDINGS.get(proposal.state, "over"), who)


def _apply(form: ConfirmForm, who: Answering) -> None:
    proposal = db.session.get_one(Proposal, who.proposal_id)
    common: dict[str, Any] = {"by": who.by, "at": now(), "on_behalf_of": who.on_behalf_of}
    if form.choice.data == "yes":
        ticks = "phone" in form and bool(form.phone.data), "email" in form and bool(form.email.data)
        release = ticks if form.release.raw_data else None  # a button without ticks: as the request says
        service.begin(proposal, release=release, **common)
    elif form.choice.data == "question":
        service.member_asks(proposal, form.text.data or "", **common)
    else:
        proposals.refuse(proposal, RefuseReason(form.reason.data), text=form.text.data or "", **common)


def _render(proposal: Proposal, form: ConfirmForm, stands: str, who: Answering) -> str:
    office = who.on_behalf_of is not None
    form.choice.label.text = _("Die Antwort") if office else form.choice.label.text
    return render_template(
        "engagements/confirm.html",
        proposal=proposal,
        row=proposal.help_request,
        pilot=proposal.pilot,
        form=form,
        stands=stands,
        reasons=what_the_pilot_can_do(proposal, locale_code()),
        confirm_by=confirm_by(proposal),
        days=queries.first_word_days(),
        first_word=begun_word(proposal, Side.MEMBER),
        live=who.live,
        office=office,
        back=who.back,
    )
