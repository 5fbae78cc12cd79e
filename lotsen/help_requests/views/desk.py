"""``/anfragen``: the coordinator's list and page, the member's own list and page."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from lotsen.accounts.queries import who_decides_instead
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.web import get_or_404, paginate
from lotsen.help_requests import queries
from lotsen.help_requests.forms import VERB_FORMS, BroughtByPhoneForm, DeskEditForm, VerbForm, known_about
from lotsen.help_requests.models import HelpRequest, RequestTopic
from lotsen.help_requests.rules import (
    CAN_BE_JOINED,
    EDITABLE,
    GOING_ON,
    LIVE,
    REOPENABLE,
    State,
)
from lotsen.organisations import queries as organisations
from lotsen.organisations import service as organisation_service
from lotsen.skills.models import Topic

from .blueprint import bp
from .case import MEMBERS_VERBS, Case, act, edit_page, show
from .summary import request_rows

FORMS: dict[str, type[Any]] = {**VERB_FORMS, "mitgebracht": BroughtByPhoneForm}
OFFERED: dict[str, frozenset[State]] = {
    "geprueft": frozenset(State) - {State.DRAFT},
    "kurztext": EDITABLE,
    "oeffnen": frozenset({State.SUBMITTED, State.WAITING}),
    "absenden": frozenset({State.DRAFT}),
    "mitgebracht": frozenset({State.DRAFT}),
    "rueckfrage": frozenset({State.SUBMITTED, State.OPEN}),
    "antwort-erfassen": frozenset({State.QUERY}),
    "ruhen": EDITABLE | GOING_ON,
    "weiter": frozenset({State.ON_HOLD}),
    "beantworten": frozenset({State.SUBMITTED, State.OPEN, State.WAITING}),
    "verweisen": frozenset({State.SUBMITTED, State.OPEN, State.WAITING}),
    "vormerken": frozenset({State.OPEN}),
    "nicht-moeglich": frozenset({State.SUBMITTED, State.OPEN}),
    "zurueckziehen": EDITABLE | GOING_ON | {State.DRAFT},
    "ansprechperson": EDITABLE,
    "zusammenlegen": CAN_BE_JOINED,
    "wieder-oeffnen": REOPENABLE | {State.SPLIT},
}


AT_ONCE = (
    joinedload(HelpRequest.contact),
    joinedload(HelpRequest.organisation),
    joinedload(HelpRequest.topics).joinedload(RequestTopic.topic).lazyload(Topic.areas),
)


@bp.get("/anfragen")
@requires(Role.COORDINATOR, Role.MEMBER)
def overview() -> Any:
    """The coordinator sees all with filter and search, a member those of her organisations."""
    if Role.COORDINATOR not in current_user.roles:
        return own()
    text, chosen = request.args.get("suche", "").strip()[:200], request.args.get("stand", "")
    if chosen not in queries.FILTERS:
        chosen = "alle" if text else "laufend"
    organisation_id = request.args.get("organisation", type=int)
    page = paginate(queries.found(states=queries.FILTERS[chosen][1], text=text, organisation_id=organisation_id))
    return render_template(
        "help_requests/overview.html",
        page=page,
        text=text,
        chosen=chosen,
        organisation_id=organisation_id,
        filters=[(key, name) for key, (name, _states) in queries.FILTERS.items()],
        **_words(),
    )


@bp.get("/anfragen/<int:request_id>")
@requires(Role.COORDINATOR, Role.MEMBER)
def detail(request_id: int) -> Any:
    """One request: for the coordinator everything, for a member of the organisation the sentence and her own words."""
    if Role.COORDINATOR in current_user.roles:
        return desk_page(get_or_404(HelpRequest, request_id, load=AT_ONCE))
    return own_detail(request_id)


@bp.get("/anfragen/meine")
@requires(Role.MEMBER)
def own() -> Any:
    """The requests of a person's own organisations; for whom works in the office as well, a page of its own."""
    page = paginate(queries.of_member(current_user.id))
    sentences = {row.id: queries.status_sentence(row, now()) for row in page.items}
    return render_template("help_requests/mine.html", page=page, sentences=sentences, **_words())


@bp.get("/anfragen/meine/<int:request_id>")
@requires(Role.MEMBER)
def own_detail(request_id: int) -> Any:
    """One request of one's own organisation as its contact person sees it, whatever else one is."""
    return show(_mine(request_id))


@bp.route("/anfragen/meine/<int:request_id>/bearbeiten", methods=["GET", "POST"])
@requires(Role.MEMBER)
def own_edit(request_id: int) -> Any:
    """Change one's own request."""
    return edit_page(_mine(request_id))


@bp.post(f"/anfragen/<int:request_id>/mein/<any({MEMBERS_VERBS}):verb>")
@requires(Role.MEMBER)
def own_act(request_id: int, verb: str) -> Any:
    """What a logged-in member does about her request."""
    return act(_mine(request_id), verb)


@bp.route("/anfragen/<int:request_id>/bearbeiten", methods=["GET", "POST"])
@requires(Role.COORDINATOR, Role.MEMBER)
def edit(request_id: int) -> Any:
    """Change a request: one's own, or on behalf."""
    if Role.COORDINATOR not in current_user.roles:
        return own_edit(request_id)
    return edit_page(_case(get_or_404(HelpRequest, request_id)), DeskEditForm, "help_requests/desk_edit.html")


def desk_page(row: HelpRequest, bound: VerbForm | None = None, verb: str = "") -> str:
    """Everything about one request with a form for each decision that is possible now."""
    forms = {name: forms_of(row, name) for name, states in OFFERED.items() if row.state in states}
    forms.pop("mitgebracht" if row.brought_by_id is None else "absenden", None)
    if row.is_emptied:
        forms.pop("wieder-oeffnen", None)
    if bound is not None:
        forms[verb] = bound
    around, members = queries.around(row), organisations.members_of(row.organisation_id)
    if not around.joinable:
        forms.pop("zusammenlegen", None)
    if "zusammenlegen" in forms:
        forms["zusammenlegen"].into.choices = [_joinable(other) for other in around.joinable]
    if "ansprechperson" in forms:
        people = [member.user for member in members if member.is_verified and member.user_id != row.contact_id]
        forms["ansprechperson"].person.choices = [(str(person.id), person.name) for person in people]
    for name, each in forms.items():
        each.version.id = f"version-{name}"
    member = next((member for member in members if member.user_id == row.contact_id), None)
    verified = organisation_service.may_ask(member)
    if verified:
        forms.pop("geprueft", None)
    return render_template(
        "help_requests/detail.html",
        row=row,
        sentence=queries.status_sentence(row, now()),
        rows=request_rows(row, contact=False),
        forms=forms,
        form=bound,
        opened=verb if bound is not None else "",
        member=member,
        verified=verified,
        to_check=row.state in LIVE,
        history=queries.history(row),
        urgent_word=queries.made_urgent(row) if row.urgency == "high" else "",
        others=around.others,
        merged=around.merged,
        parts=around.parts,
        may_approve_brought=row.brought_by_id is not None and row.state is State.SUBMITTED,
        own_case=_is_mine_alone(row),
        may_split=row.state in CAN_BE_JOINED,
        may_use_again=queries.is_template(row),
        may_edit=row.state in EDITABLE,
        own=Role.MEMBER in current_user.roles and queries.may_see(row, current_user.id),
        may_propose=row.state in (State.SUBMITTED, State.OPEN, State.WAITING, State.ASKING),
        **_words(),
    )


def _joinable(other: HelpRequest) -> tuple[str, str]:
    return str(other.id), f"{other.case_number} {other.title} ({queries.stands_label(other)})"


def forms_of(row: HelpRequest, verb: str) -> VerbForm:
    """The form of a verb, filled with what is known."""
    values: dict[str, Any] = {"version": row.version}
    if verb == "kurztext":
        values["short_text"] = queries.suggested_short_text(row)
    if verb == "mitgebracht":
        values |= known_about(row)
    form: VerbForm = FORMS[verb](formdata=None, data=values)
    return form


def _mine(request_id: int) -> Case:
    row = get_or_404(HelpRequest, request_id)
    if row.state is State.DRAFT or not queries.may_see(row, current_user.id):
        abort(404)
    return _case(row, ".own_detail", ".own_edit")


def _case(row: HelpRequest, detail: str = ".detail", edit: str = ".edit") -> Case:
    return Case(
        row=row,
        by=current_user,
        home=url_for(detail, request_id=row.id),
        edit=url_for(edit, request_id=row.id),
        verbs=lambda verb: url_for(".own_act", request_id=row.id, verb=verb),
        other=lambda other: url_for(detail, request_id=other.id),
        again=url_for(".own_use_again", request_id=row.id),
    )


def _words() -> dict[str, Any]:
    return {"stands_label": queries.stands_label, "state_tone": queries.state_tone, "nobody": _("noch niemand")}


def _is_mine_alone(row: HelpRequest) -> bool:
    """Brought along by the reader, or for the reader's own organisation, and nobody else is there to decide."""
    me = current_user.id
    mine = (row.brought_by is not None and row.brought_by.user_id == me) or (
        Role.MEMBER in current_user.roles and organisations.find_member(row.organisation_id, me) is not None
    )
    return mine and not who_decides_instead(me)
