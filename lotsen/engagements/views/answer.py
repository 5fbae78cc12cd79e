"""The asked pilot answers: from the mail link, logged in, or through the coordinator."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.core.access import Actor, Role, public, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code, mode_in_words, slots_in_words
from lotsen.core.tokens import Purpose
from lotsen.core.web import get_or_404
from lotsen.help_requests.queries import field_names
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality.queries import place
from lotsen.organisations.queries import kind_label
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.queries import answer_by
from lotsen.proposals.rules import DeclineReason, State

from .. import queries, service
from ..forms import AnswerForm, TakeBackForm
from ..rules import HOLDS_PLACE, Side
from ..rules import State as CaseState
from .base import actor_of, bp, find_token, is_live, proposal_of
from .case import read_what_stands

MAY_SAY_YES = (State.ASKED, State.ACCEPTED, State.DECLINED, State.EXPIRED)
MAY_SAY_NO = (State.ASKED, State.ACCEPTED)
_BOTH_SAID_YES = _l("Beide hatten schon Ja gesagt, das Nein ist nicht eingetragen. Absagen geht in der Begleitung.")
STILL_LOOKING = (RequestState.ASKING, RequestState.OPEN, RequestState.WAITING)


@dataclass(frozen=True)
class Answering:
    """Who answers for which proposal, on whose behalf, and where the way goes on."""

    proposal_id: int
    by: Actor
    live: bool
    on_behalf_of: int | None = None
    back: str = ""


@bp.route("/antwort/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> Any:
    """The asked pilot's page without log-in."""
    row = find_token(token, Purpose.ANSWER_ASK)
    proposal = proposal_of(row)
    return answer_page(proposal, Answering(proposal.id, actor_of(row), is_live(row)))


@bp.route("/begleitungen/frage/<int:proposal_id>", methods=["GET", "POST"])
@requires(Role.PILOT)
def own_ask(proposal_id: int) -> Any:
    """The same page for the logged-in pilot."""
    proposal = get_or_404(Proposal, proposal_id)
    if proposal.pilot.user_id != current_user.id or proposal.asked_at is None:
        abort(404)
    return answer_page(proposal, Answering(proposal.id, current_user, live=True))


def answer_page(proposal: Proposal, who: Answering) -> Any:
    """Show what stands, and take the answer."""
    own = who.live and who.on_behalf_of is None and proposal.task == "own_organisation"
    stands = "own" if own else standing(proposal, who.live)
    before_yes = "choice" in request.form  # sent from a page as it was before the yes
    form: Any = TakeBackForm() if stands == "accepted" and not before_yes else AnswerForm()
    if request.method == "POST" and who.live:
        if proposal.state in MAY_SAY_NO and not form.validate():
            if stands == "accepted" and before_yes:
                return read_what_stands(request.path)
            return _render(proposal, form, stands, who), 400
        with transaction():
            unread = _changed_since_read(form, who)
            if not unread:
                _apply(form, who)
        if unread:
            problem = _("Die Anfrage wurde gerade geändert. Lesen Sie bitte oben, was neu ist, und antworten Sie dann.")
            form.form_errors = [*form.form_errors, problem]
            return _render(db.session.get_one(Proposal, who.proposal_id), form, stands, who), 409
        return answered(who, Side.PILOT)
    return _render(proposal, form, stands, who)


def begun_word(proposal: Proposal, side: Side) -> str:
    """How the two reach each other, once both said yes and as long as the first word is still to come."""
    engagement = queries.of_proposal(proposal.id)
    if engagement is None or engagement.state is not CaseState.AGREED:
        return ""
    return queries.first_word_until(engagement, side)


def answered(who: Answering, side: Side) -> Any:
    """Where somebody goes after an answer: both said yes, so the own page of the engagement is next."""
    engagement = queries.of_proposal(who.proposal_id) if who.live else None
    unheard = engagement is not None and request.form.get("choice", "no") in ("no", "later")
    if who.back:
        flash(_BOTH_SAID_YES if unheard else _("Die Antwort ist eingetragen."), "warning" if unheard else "message")
        return redirect(who.back)
    if engagement is None or queries.person(engagement, side) != who.by:  # somebody else speaks for this side now
        return redirect(request.path)
    if unheard and engagement.state in HOLDS_PLACE:
        flash(_("Sie hatten schon Ja gesagt. Möchten Sie absagen? Öffnen Sie dann weiter unten „Absagen“."), "warning")
    elif engagement.state is CaseState.AGREED:
        flash(_("Es kann losgehen: Beide Seiten haben Ja gesagt."))
    if isinstance(who.by, User) and current_user.is_authenticated and current_user.id == who.by.id:
        return redirect(url_for("engagements.detail", engagement_id=engagement.id))
    with transaction():
        return redirect(url_for("engagements.by_link", token=service.case_token(engagement, side, at=now())))


def standing(proposal: Proposal, live: bool) -> str:
    """What the page says: a key of ``titles`` in its template."""
    if proposal.wants_anyway_at is not None and proposal.state in (State.DECLINED, State.EXPIRED):
        return "noted"
    if not live and proposal.state in (State.ASKED, State.APPROVED):
        return "newer"
    known = {State.ASKED: "asked", State.ACCEPTED: "accepted", State.CONFIRMED: "begun", State.DECLINED: "declined"}
    if proposal.state is State.EXPIRED:
        looking = proposal.help_request.state in STILL_LOOKING or proposal.help_request.seeks_further
        return "late" if looking else "over"
    return known.get(proposal.state, "over")


def _changed_since_read(form: Any, who: Answering) -> bool:
    """Whether a yes was said to a request as it was before somebody edited it."""
    proposal = db.session.get_one(Proposal, who.proposal_id)
    says_yes = isinstance(form, AnswerForm) and form.choice.data in ("yes", "yes_from")
    if not says_yes or proposal.state is not State.ASKED or not proposal.changed or not form.version.data:
        return False
    return bool(form.version.data != str(proposal.help_request.revision))


def _apply(form: Any, who: Answering) -> None:
    """One answer, one verb. What is not possible any more changes nothing: the page then says what stands."""
    proposal = db.session.get_one(Proposal, who.proposal_id)
    choice = request.form.get("choice", "back" if isinstance(form, TakeBackForm) else "")
    common: dict[str, Any] = {"by": who.by, "at": now(), "on_behalf_of": who.on_behalf_of}
    if choice in ("yes", "yes_from") and proposal.state in MAY_SAY_YES:
        day = form.from_date.data if choice == "yes_from" and isinstance(form, AnswerForm) else None
        if isinstance(form, AnswerForm):
            proposal.plain_member = proposal.plain_member or form.member.data
        service.pilot_says_yes(proposal, from_date=day, **common)
    elif choice == "question" and proposal.state is State.ASKED:
        proposals.ask_question(proposal, form.text.data or "", **common)
    elif choice == "later" and proposal.state in MAY_SAY_NO:
        proposals.decline(proposal, DeclineReason.LATER, until=form.until.data, text=form.text.data or "", **common)
    elif choice in ("no", "back") and proposal.state in MAY_SAY_NO and form.reason.data:
        text = form.text.data or "" if isinstance(form, AnswerForm) else ""
        proposals.decline(proposal, DeclineReason(form.reason.data), text=text, **common)


def _render(proposal: Proposal, form: Any, stands: str, who: Answering) -> str:
    row, office = proposal.help_request, who.on_behalf_of is not None
    if isinstance(form, AnswerForm):
        form.version.data = str(row.revision)
        form.choice.label.text = _("Die Antwort") if office else form.choice.label.text
    return render_template(
        "engagements/answer.html",
        proposal=proposal,
        row=row,
        form=form,
        stands=stands,
        who=row.organisation_name if row.name_may_be_shown else kind_label(row.org_kind),
        kind=kind_label(row.org_kind),
        place=place(row.postcode),
        how=mode_in_words(row.mode.value),
        answer_by=answer_by(proposal),
        times=slots_in_words(row.slots),
        reasons=proposal.reasons.get("coordinator" if office else "pilot", {}).get(locale_code(), []),
        changed=field_names(proposal.changed),
        shown=queries.shown_after_yes(proposal.pilot),
        first_word=begun_word(proposal, Side.PILOT),
        live=who.live,
        office=office,
        back=who.back,
    )
