"""One request with several needs becomes several, two about the same need become one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.help_requests import mails, queries, rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Channel, State
from lotsen.organisations import service as organisations

from .check import clean_short_text, tell_if_a_name_stays
from .intake import set_topics
from .moving import go
from .post import send

SHARED = (
    "organisation_name",
    "org_kind",
    "postcode",
    "contact_name",
    "contact_email",
    "contact_phone",
    "contact_hint",
    "locale",
    "organisation_id",
    "contact_id",
    "name_may_be_shown",
    "takes_whoever",
    "release_phone",
    "release_email",
    "mode",
    "languages",
    "slots",
    "urgency",
    "wished_pilot",
    "with_children",
    "carrier",
    "it_department_asked",
    "brought_by_id",
    "submitted_at",
)


@dataclass(frozen=True)
class Part:
    """One need of a request with several: what it is called, what asked pilots read, its topics by slug."""

    title: str
    text: str
    topics: tuple[str, ...] = ()


def split(
    request: HelpRequest, parts: Sequence[Part], *, by: Actor, at: datetime, name_is_fine: bool = False
) -> list[HelpRequest]:
    """Make linked requests with ladders of their own out of one; the organisation gets one mail and one page for all.

    Raises
    ------
    InvalidInput
        Fewer than two parts or too many (``parts``); a text that `clear_short_text` refuses.
    TransitionForbidden, Conflict
        The request is not at rest any more: somebody is asked already.
    """
    if not 2 <= len(parts) <= rules.MAX_PARTS:
        raise InvalidInput("", field="parts", code="parts")
    texts = [clean_short_text(request, part.text, name_is_fine=name_is_fine) for part in parts]
    before = request.state
    go(request, State.SPLIT, by=by, at=at)
    made = [_part(request, part, text, before, at) for part, text in zip(parts, texts, strict=True)]
    for row in made:
        audit.record("help_request.part", row, by=by, at=at, parent=request.group_id)
        tell_if_a_name_stays(row, row.short_text, by=by, at=at)
    send(request, mails.split, [row.title for row in made], step="split", at=at)
    return made


def _part(request: HelpRequest, part: Part, text: str, state: State, at: datetime) -> HelpRequest:
    asker = rules.person_asking(request.contact_name, request.organisation_name)
    row = HelpRequest(
        **{name: getattr(request, name) for name in SHARED},
        channel=Channel.SPLIT,
        parent_id=request.group_id,
        title=queries.title_for(part.title, text, part.topics, asker=asker),
        description=text,
        short_text=text,
        short_text_cleared_at=at,
        created_at=at,
    )
    enter(row, state, rules, at=at)
    db.session.add(row)
    set_topics(row, part.topics, ())
    db.session.flush()
    return row


def merge(request: HelpRequest, into: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Two people of one organisation asked for the same: this request goes on in the other; both are told.

    Raises
    ------
    InvalidInput
        Not the same organisation, or the other one does not go on any more (``other``); one of the two contact
        persons is not verified, so that nobody reads what is not theirs (``not_verified``).
    TransitionForbidden, Conflict
        The request is not at rest any more: somebody is asked already.
    """
    same = request.organisation_id is not None and request.organisation_id == into.organisation_id
    if not same or request.id == into.id or into.state not in rules.TAKES_OTHERS:
        raise InvalidInput("", field="into", code="other")
    for row in (request, into):
        if not organisations.contact_verified(row.organisation_id, row.contact_id):
            raise InvalidInput("", field="into", code="not_verified")
    go(request, State.MERGED, by=by, at=at)
    request.merged_into_id, request.merged_into = into.id, into
    into.version += 1
    audit.record("help_request.took_over", into, by=by, at=at, merged=request.id)
    send(request, mails.merged, into, step="merged", at=at)
    if into.contact_id != request.contact_id:
        send(into, mails.took_over, request, step="took_over", at=at, nonce=str(request.id))


def check_parts_ended(request: HelpRequest, parts: Sequence[HelpRequest]) -> None:
    """A split request is opened again only when none of its parts goes on.

    Raises
    ------
    Conflict
        A part is still looked after.
    """
    if any(part.state in rules.LIVE for part in parts):
        raise Conflict(code="parts_live", entity=request.entity, entity_id=request.id)
