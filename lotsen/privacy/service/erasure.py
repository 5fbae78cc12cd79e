"""Erasing a person: what can be seen goes at once, other sides are told, what is left goes when its case is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from lotsen.accounts.models import User, UserRole
from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core.access import Actor, Role
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.followups.models import FollowUp
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations import queries as organisation_queries
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member, Organisation
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.privacy import mails
from lotsen.privacy.register import ENTRIES, Fate, Subject
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState

from . import wiping

ERASED_ORGANISATION = "Gelöschte Organisation"


def erase(user: User, *, channel: str, by: Actor, at: datetime, reason: str = "") -> None:
    """Erase a person; ``reason`` is a word of a pick-list. Erased already: nothing more happens.

    Raises
    ------
    InvalidInput
        Nobody would be left who may administer (``last_administrator``).
    """
    if user.erased_at is not None:
        return
    _check_may_go(user)
    subject = Subject(user.id)
    behalf = user.id if by.actor_id != user.id else None
    goodbye: Any = outbox.Address(name=user.name, email=user.email, locale=user.locale) if user.email else None
    _leave_as_pilot(user, by=by, at=at)
    _leave_as_member(user, by=by, at=at)
    wiping.wipe(user, subject)
    outbox.recall(user, by=by, at=at)
    outbox.recall_to(user, by=by, at=at)
    _recall_about(subject, by=by, at=at)
    db.session.flush()
    empty(subject)
    people.anonymise(user, by=by, at=at)
    user.search_name = ""  # nobody looks for nobody
    _search_anew(subject)
    audit.forget_texts(_named_rows(subject))
    audit.record("privacy.erased", user, by=by, at=at, on_behalf_of=behalf, reason=reason, channel=channel)
    if goodbye is not None:
        outbox.enqueue(mails.erased, to=goodbye, about=user, step="erased", at=at, at_once=True)


def erase_drafts(subject: Subject, *, by: Actor, at: datetime) -> int:
    """Delete drafts of requests that belong to nobody yet. Returns how many."""
    rows = db.session.scalars(select(HelpRequest).where(HelpRequest.id.in_(subject.draft_ids))).all()
    drafts = [row for row in rows if row.state is request_rules.State.DRAFT]
    for row in drafts:
        help_requests.delete_draft(row, by=by, at=at)
    return len(drafts)


def empty(subject: Subject) -> None:
    """Delete or empty every row of the person as the register says; texts of running cases wait for their end."""
    order = {table.name: number for number, table in enumerate(db.metadata.sorted_tables)}
    order[User.__tablename__] = -1  # the last: by the address other rows are found
    for entry in sorted(ENTRIES, key=lambda entry: -order[entry.table]):
        rows = entry.rows(subject)
        if entry.fate is Fate.DELETED:
            _run(delete(entry.model).where(rows))
        if entry.emptied:
            _run(update(entry.model).where(rows).values(dict(entry.emptied)))
        if entry.emptied_over:
            _run(update(entry.model).where(rows, entry.is_over()).values(dict(entry.emptied_over)))
    db.session.expire_all()


def _run(statement: object) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]


def _check_may_go(user: User) -> None:
    if Role.ADMINISTRATOR not in user.roles:
        return
    others = select(func.count()).select_from(UserRole).join(User, User.id == UserRole.user_id)
    others = others.where(UserRole.role == Role.ADMINISTRATOR, User.active, User.id != user.id)
    if not db.session.scalar(others):
        raise InvalidInput("", code="last_administrator")


def _leave_as_pilot(user: User, *, by: Actor, at: datetime) -> None:
    """No ask stays open, whoever is next is asked, running engagements look for somebody who follows."""
    pilot = db.session.scalar(select(Pilot).where(Pilot.user_id == user.id))
    if pilot is None:
        return
    pilots.leave(pilot, by=by, at=at)
    pilot.thanks_owed_at = None
    live = (ProposalState.ASKED, ProposalState.ACCEPTED)
    asked = select(Proposal).where(Proposal.pilot_id == pilot.id, Proposal.state.in_(live)).order_by(Proposal.id)
    for proposal in db.session.scalars(asked).all():
        proposals.pilot_gone(proposal, by=by, at=at)


def _leave_as_member(user: User, *, by: Actor, at: datetime) -> None:
    """A colleague takes the requests over; what nobody else speaks for is withdrawn, running cases become a task."""
    mine = select(HelpRequest).where(HelpRequest.contact_id == user.id).order_by(HelpRequest.id)
    for request in db.session.scalars(mine).all():
        if request.state is request_rules.State.DRAFT:
            help_requests.delete_draft(request, by=by, at=at)
        elif request.state not in request_rules.LIVE or _hand_on(request, user, by=by, at=at):
            continue
        elif request.state not in request_rules.GOING_ON:
            proposals.stop_ladder(request, by=by, at=at)
            help_requests.withdraw(request, by=by, at=at)
    for member in organisation_queries.memberships(user.id):
        organisations.leave(member, by=by, at=at)
    db.session.flush()
    _forget_one_person_firms(user)


def _forget_one_person_firms(user: User) -> None:
    """A firm that bears the person's name and has nobody else is the person: its name goes too."""
    others = select(Member.organisation_id).where(Member.user_id != user.id)
    own = select(Member.organisation_id).where(Member.user_id == user.id)
    alone = select(Organisation).where(Organisation.id.in_(own), Organisation.id.not_in(others))
    for row in db.session.scalars(alone).all():
        if any(word.casefold() in row.name.casefold() for word in wiping.words_of(user)):
            row.name, row.version = ERASED_ORGANISATION, row.version + 1
            named = update(HelpRequest).where(HelpRequest.organisation_id == row.id)
            _run(named.values(organisation_name=ERASED_ORGANISATION))
            db.session.flush()


def _hand_on(request: HelpRequest, user: User, *, by: Actor, at: datetime) -> bool:
    others = select(Member).where(
        Member.organisation_id == request.organisation_id,
        Member.user_id != user.id,
        Member.left_at.is_(None),
        Member.verified_at.is_not(None),
    )
    follows = db.session.scalar(others.order_by(Member.id).limit(1))
    if follows is None or not organisations.contact_verified(request.organisation_id, follows.user_id):
        return False
    help_requests.contact_follows(request, follows.user, by=by, at=at)
    return True


def _recall_about(subject: Subject, *, by: Actor, at: datetime) -> None:
    """Mails to others that were still waiting and speak of the person: her profile, her cases, their questions."""
    cases = or_(Engagement.id.in_(subject.helping()), Engagement.id.in_(subject.helped()))
    asked = select(FollowUp).join(Engagement, Engagement.id == FollowUp.engagement_id).where(cases)
    waiting = select(OutboxMessage.about_id).where(OutboxMessage.text != "", OutboxMessage.created_at < at)
    for model, condition in (
        (Proposal, Proposal.id.in_(subject.proposals())),
        (Engagement, cases),
        (FollowUp, FollowUp.id.in_(asked.with_only_columns(FollowUp.id))),
    ):
        about = waiting.where(OutboxMessage.about_entity == model.entity)  # type: ignore[attr-defined]
        for row in db.session.scalars(select(model).where(condition, model.id.in_(about))).all():  # type: ignore[attr-defined]
            outbox.recall(row, by=by, at=at, before=at)


def _search_anew(subject: Subject) -> None:
    """Requests of running cases stay; what the search knows of them is made again, without the person."""
    rows = select(HelpRequest).where(
        HelpRequest.id.in_(subject.requests()), HelpRequest.state.in_(request_rules.GOING_ON)
    )
    for row in db.session.scalars(rows).all():
        row.version += 1
    db.session.flush()


def _named_rows(subject: Subject) -> list[tuple[str, list[int]]]:
    return [
        ("user", [subject.user_id]),
        ("pilot", list(db.session.scalars(subject.pilots()))),
        ("help_request", list(db.session.scalars(subject.requests()))),
        ("proposal", list(db.session.scalars(subject.proposals()))),
        ("engagement", list(db.session.scalars(subject.helping().union(subject.helped())))),
    ]
