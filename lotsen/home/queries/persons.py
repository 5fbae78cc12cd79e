"""What is open for somebody: what a coordinator must know while the telephone rings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import defer, joinedload

from lotsen.core.extensions import db
from lotsen.core.i18n import plain_datetime
from lotsen.engagements.models import Engagement
from lotsen.engagements.queries import state_label as engagement_label
from lotsen.engagements.rules import LIVE as LIVE_ENGAGEMENTS
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import stands_label
from lotsen.help_requests.rules import LIVE as LIVE_REQUESTS
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal
from lotsen.proposals.queries import leaves_at
from lotsen.proposals.rules import ASK_LIVE
from lotsen.proposals.rules import State as ProposalState

LIMIT = 60


@dataclass(frozen=True)
class Open:
    """One open thing: what it is, where it stands. ``yes_url``: a POST with ``choice=yes`` records ``side``'s yes."""

    title: str
    url: str
    stands: str
    yes_url: str = ""
    side: str = ""


def open_for(user_ids: Collection[int]) -> dict[int, list[Open]]:
    """What is open for each of these people, in four statements: answers, cases, requests, calls."""
    found: dict[int, list[Open]] = {user_id: [] for user_id in user_ids}
    told: set[tuple[int, int]] = set()  # person and request: what an answer or a case tells is not told again
    if not found:
        return found
    for proposal, leaves in _asks(user_ids):
        asked = proposal.state is ProposalState.ASKED
        person = proposal.pilot.user_id if asked else proposal.help_request.contact_id
        if person in found:
            found[person].append(_ask(proposal, asked, leaves))
            told.add((person, proposal.help_request_id))
    for case in _cases(user_ids):
        for person in {case.pilot.user_id, case.help_request.contact_id} & set(found):
            found[person or 0].append(_case(case))
            told.add((person or 0, case.help_request_id))
    for request in _requests(user_ids):
        if (request.contact_id, request.id) not in told:
            found[request.contact_id or 0].append(_request(request))
    for message in _calls(user_ids):
        found[message.recipient_id or 0].append(_call(message))
    return found


def _ask(row: Proposal, asked: bool, leaves: datetime | None) -> Open:
    return Open(
        title=_("Anfrage %(case)s: %(title)s", case=row.help_request.case_number, title=row.help_request.title),
        url=url_for("proposals.candidates", request_id=row.help_request_id),
        stands=_("wird gefragt: %(time)s", time=plain_datetime(leaves))
        if leaves is not None
        else _("ist gefragt, die Antwort steht aus")
        if asked
        else _("soll sagen, ob die Lotsin oder der Lotse passt"),
        yes_url=url_for("engagements.record_answer", proposal_id=row.id),
        side="pilot" if asked else "member",
    )


def _case(row: Engagement) -> Open:
    return Open(
        title=_("Begleitung %(case)s: %(title)s", case=row.help_request.case_number, title=row.help_request.title),
        url=url_for("engagements.detail", engagement_id=row.id),
        stands=engagement_label(row.state),
    )


def _request(row: HelpRequest) -> Open:
    return Open(
        title=_("Anfrage %(case)s: %(title)s", case=row.case_number, title=row.title),
        url=url_for("help_requests.detail", request_id=row.id),
        stands=stands_label(row),
    )


def _call(row: OutboxMessage) -> Open:
    return Open(
        title=row.subject,
        url=url_for("outbox.message", message_id=row.id),
        stands=_("am Telefon zu sagen") if row.state is MailState.CALL else _("E-Mail kam nicht an"),
    )


def _asks(user_ids: Collection[int]) -> list[tuple[Proposal, datetime | None]]:
    asked = (Proposal.state == ProposalState.ASKED) & Pilot.user_id.in_(user_ids)
    yes_waits = (Proposal.state == ProposalState.ACCEPTED) & HelpRequest.contact_id.in_(user_ids)
    rows = db.session.execute(
        select(Proposal, leaves_at())
        .join(Proposal.pilot)
        .join(Proposal.help_request)
        .where(Proposal.state.in_(ASK_LIVE), or_(asked, yes_waits))
        .options(joinedload(Proposal.pilot), joinedload(Proposal.help_request).defer(HelpRequest.description))
        .order_by(Proposal.id)
        .limit(LIMIT)
    )
    return [(row, leaves) for row, leaves in rows]


def _cases(user_ids: Collection[int]) -> list[Engagement]:
    return list(
        db.session.scalars(
            select(Engagement)
            .join(Engagement.pilot)
            .join(Engagement.help_request)
            .where(
                Engagement.state.in_(LIVE_ENGAGEMENTS),
                or_(Pilot.user_id.in_(user_ids), HelpRequest.contact_id.in_(user_ids)),
            )
            .options(joinedload(Engagement.pilot), joinedload(Engagement.help_request).defer(HelpRequest.description))
            .order_by(Engagement.id)
            .limit(LIMIT)
        )
    )


def _requests(user_ids: Collection[int]) -> list[HelpRequest]:
    return list(
        db.session.scalars(
            select(HelpRequest)
            .where(HelpRequest.contact_id.in_(user_ids), HelpRequest.state.in_(LIVE_REQUESTS))
            .options(defer(HelpRequest.description), defer(HelpRequest.search_text))
            .order_by(HelpRequest.id.desc())
            .limit(LIMIT)
        )
    )


def _calls(user_ids: Collection[int]) -> list[OutboxMessage]:
    bodies = (OutboxMessage.text, OutboxMessage.html, OutboxMessage.attachment)
    return list(
        db.session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.recipient_id.in_(user_ids),
                OutboxMessage.state.in_([MailState.CALL, MailState.FAILED]),
            )
            .options(*(defer(column) for column in bodies))
            .order_by(OutboxMessage.due_at)
            .limit(LIMIT)
        )
    )
