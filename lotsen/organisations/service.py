"""The verbs of organisations: somebody joins, a coordinator verifies once, somebody leaves."""

from datetime import datetime

from blinker import Signal

from lotsen.accounts.models import User
from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core.access import Actor, Role
from lotsen.core.errors import Conflict, NotFound
from lotsen.core.extensions import db

from . import queries
from .models import Member, Organisation
from .rules import Kind

contact_joined = Signal("somebody speaks for an organisation from now on (sender = Member): by=, at=")
contact_left = Signal(
    "a contact person left (sender = Member): by=, at=; whose cases these were must be told, in the same transaction"
)


def join(name: str, kind: Kind, postcode: str, *, person: User, by: Actor, at: datetime) -> Member:
    """Make somebody a contact person: of the organisation with this name and postcode, else of a new one.

    Neither is verified by this; somebody who had left comes back unverified.
    """
    organisation = queries.find(name, postcode)
    if organisation is None:
        organisation = Organisation(name=name, kind=kind, postcode=postcode, created_at=at)
        db.session.add(organisation)
        audit.record("organisation.created", organisation, by=by, at=at)
    return join_known(organisation, person=person, by=by, at=at)


def join_known(organisation: Organisation, *, person: User, by: Actor, at: datetime) -> Member:
    """Make somebody a contact person of an organisation that is known."""
    db.session.flush()
    people.grant(person, Role.MEMBER, by=by, at=at)
    member = queries.find_member(organisation.id, person.id)
    if member is not None and member.left_at is None:
        return member
    if member is None:
        member = Member(organisation_id=organisation.id, user_id=person.id, created_at=at)
        db.session.add(member)
    else:
        member.left_at = member.verified_at = member.verified_by = None
    audit.record("member.joined", member, by=by, at=at, organisation=organisation.id)
    db.session.flush()
    contact_joined.send(member, by=by, at=at)
    return member


def verify(organisation: Organisation, member: Member, *, by: Actor, at: datetime) -> None:
    """A coordinator knows that the organisation exists and that this person may speak for it. Twice: nothing more."""
    if organisation.verified_at is None:
        organisation.verified_at, organisation.verified_by = at, by.actor_id
        organisation.version += 1
        audit.record("organisation.verified", organisation, by=by, at=at)
    if member.verified_at is None:
        member.verified_at, member.verified_by = at, by.actor_id
        audit.record("member.verified", member, by=by, at=at, organisation=organisation.id)


def verify_contact(organisation_id: int | None, person_id: int | None, *, by: Actor, at: datetime) -> None:
    """Verify an organisation and its contact person by their ids.

    Raises
    ------
    NotFound
        There is no such contact person.
    """
    member = queries.find_member(organisation_id, person_id)
    if member is None or member.left_at is not None:
        raise NotFound(code="member")
    verify(member.organisation, member, by=by, at=at)


def contact_verified(organisation_id: int | None, person_id: int | None) -> bool:
    """Whether a coordinator verified both the organisation and this contact person."""
    return may_ask(queries.find_member(organisation_id, person_id))


def may_ask(member: Member | None) -> bool:
    """Whether it is a contact person now, verified like the organisation."""
    return (
        member is not None
        and member.left_at is None
        and member.verified_at is not None
        and member.organisation.verified_at is not None
    )


def leave(member: Member, *, by: Actor, at: datetime) -> None:
    """Somebody does not act for the organisation any more; the role goes with the last one."""
    if member.left_at is not None:
        return
    member.left_at = at
    audit.record("member.left", member, by=by, at=at, organisation=member.organisation_id)
    if not queries.memberships(member.user_id):
        people.revoke(member.user, Role.MEMBER, by=by, at=at)
    contact_left.send(member, by=by, at=at)


def take_back_leaving(person: User, left_at: datetime, *, by: Actor, at: datetime) -> None:
    """Whoever left at this instant by mistake acts for the organisations again, verified as before."""
    for member in queries.who_left_at(person.id, left_at):
        member.left_at = None
        people.grant(person, Role.MEMBER, by=by, at=at)
        audit.record("member.joined", member, by=by, at=at, organisation=member.organisation_id)
        db.session.flush()
        contact_joined.send(member, by=by, at=at)


def edit(
    organisation: Organisation,
    *,
    name: str,
    kind: Kind,
    postcode: str,
    municipal: bool,
    version: int,
    by: Actor,
    at: datetime,
) -> None:
    """A coordinator corrects name, kind, place, and whether it belongs to the town; ``version`` is what was shown.

    Raises
    ------
    Conflict
        Somebody else changed it meanwhile.
    """
    wanted = {"name": name, "kind": kind, "postcode": postcode, "municipal": municipal}
    if all(getattr(organisation, field) == value for field, value in wanted.items()):
        return  # sent twice: it stands already
    if organisation.version != version:
        raise Conflict(entity=organisation.entity, entity_id=organisation.id)
    for field, value in wanted.items():
        setattr(organisation, field, value)
    organisation.version += 1
    audit.record("organisation.edited", organisation, by=by, at=at)
