"""From typed answers to a submitted request: draft, submit, delete what nobody confirmed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from blinker import Signal
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.rules import digits
from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import InvalidInput, TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.states import enter, keep_still
from lotsen.help_requests import queries, rules
from lotsen.help_requests.models import HelpRequest, RequestArea, RequestTopic
from lotsen.help_requests.rules import Answers, Channel, State
from lotsen.municipality.queries import town
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Organisation
from lotsen.outbox import service as outbox
from lotsen.skills.models import Area, Topic

from .check import hold
from .moving import go
from .post import send_confirm

CONSENT_PURPOSE = "help_request"
CONSENT_VERSION = "2026-11"
PRESSED_TWICE = timedelta(minutes=5)
submitted = Signal("a draft has become a request, its organisation is known (sender = HelpRequest): by=, at=")


def draft(
    answers: Answers, *, by: Actor, at: datetime, channel: Channel = Channel.WEB, template_id: int | None = None
) -> HelpRequest:
    """Keep what was typed; with a mail address, send the link that submits it.

    ``template_id``: the ended request that it was filled in from.

    Raises
    ------
    InvalidInput
        Neither a mail address nor a telephone number.
    """
    email = people.clean_email(answers.contact_email) or ""
    if not email and not answers.contact_phone.strip() and answers.contact_id is None:
        raise InvalidInput("", field="contact_email", code="no_contact")
    asker = rules.person_asking(answers.contact_name, answers.organisation_name)
    request = HelpRequest(
        organisation_name=answers.organisation_name,
        org_kind=answers.org_kind,
        postcode=answers.postcode,
        organisation_id=answers.organisation_id,
        contact_id=answers.contact_id,
        contact_name=answers.contact_name,
        contact_email=email,
        contact_phone=answers.contact_phone,
        contact_hint=answers.contact_hint,
        locale=answers.locale,
        channel=channel,
        title=queries.title_for(answers.title, answers.description, answers.topics, asker=asker),
        description=answers.description,
        name_may_be_shown=answers.name_may_be_shown,
        takes_whoever=answers.takes_whoever,
        release_phone=answers.release_phone,
        release_email=answers.release_email,
        mode=answers.mode,
        languages=list(answers.languages),
        slots=list(answers.slots),
        urgency=answers.urgency,
        wished_pilot=answers.wished_pilot,
        with_children=answers.with_children,
        carrier=answers.carrier,
        template_id=template_id,
        created_at=at,
    )
    enter(request, State.DRAFT, rules, at=at)
    if channel is Channel.PHONE or not email:
        request.due_at, request.due_step = None, ""
    db.session.add(request)
    set_topics(request, answers.topics, answers.areas)
    db.session.flush()
    audit.record("help_request.created", request, by=by, at=at, channel=channel.value)
    if email and channel is Channel.WEB and answers.contact_id is None:
        send_confirm(request, at=at)
    return request


def take_call(answers: Answers, *, by: Actor, at: datetime, template_id: int | None = None) -> HelpRequest:
    """A request that somebody tells on the telephone, consent included: submitted at once. Pressed twice: the same.

    ``template_id``: the ended request that it was filled in from.
    """
    twin = queries.same_call(answers, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    request = draft(answers, by=by, at=at, channel=Channel.PHONE, template_id=template_id)
    submit(request, by=by, at=at, channel="phone")
    return request


def submit(request: HelpRequest, *, by: Actor, at: datetime, channel: str = "mail_link") -> User:
    """Make the draft a request: person, organisation, membership, consent. Returns the contact person.

    ``channel`` says on which way the consent came: ``mail_link``, ``login`` or ``phone`` (recorded by ``by``).
    The system as actor means: the person acted by the link.

    Raises
    ------
    TransitionForbidden
        It was submitted already.
    """
    person = _person(request, by=by, at=at, confirmed=channel == "mail_link")
    actor: Actor = person if by.actor_id is None else by
    on_behalf_of = person.id if actor.actor_id != person.id else None
    go(request, State.SUBMITTED, by=actor, at=at, on_behalf_of=on_behalf_of, only_from={State.DRAFT})
    known = db.session.get(Organisation, request.organisation_id) if request.organisation_id else None
    if known is None:
        member = organisations.join(
            request.organisation_name, request.org_kind, request.postcode, person=person, by=actor, at=at
        )
    else:
        member = organisations.join_known(known, person=person, by=actor, at=at)
    request.organisation_id, request.contact_id, request.contact = member.organisation_id, person.id, person
    request.organisation = member.organisation
    request.submitted_at = at
    people.record_consent(person, CONSENT_PURPOSE, text_version=CONSENT_VERSION, channel=channel, by=actor, at=at)
    submitted.send(request, by=actor, at=at)
    if request.carrier == "asking":
        until = local_date(at) + timedelta(days=town().carrier_hold_days)
        hold(request, until, by=actor, at=at, reason="carrier")
    return person


def _person(request: HelpRequest, *, by: Actor, at: datetime, confirmed: bool) -> User:
    person = request.contact or people.find_by_email(request.contact_email)
    number = digits(request.contact_phone)
    if person is None and not request.contact_email:
        same = select(User).where(User.phone_digits == number, User.email.is_(None), User.name == request.contact_name)
        person = db.session.scalar(same.limit(1))
    if person is None:
        person = people.create(
            name=request.contact_name,
            email=request.contact_email or None,
            phone=request.contact_phone,
            locale=request.locale,
            at=at,
            by=by,
            confirmed=confirmed and bool(request.contact_email),
        )
        db.session.flush()
        return person
    if confirmed and request.contact_email and person.email_confirmed_at is None:
        person.email_confirmed_at = at
    if not person.phone and request.contact_phone:
        person.phone, person.phone_digits = request.contact_phone, number
    return person


def delete_draft(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Nobody confirmed it: the draft and its links and waiting mails go; a bare event stays.

    Raises
    ------
    TransitionForbidden
        It is no draft any more.
    Conflict
        Somebody confirmed it in this moment.
    """
    if request.state is not State.DRAFT:
        code = f"help_request: {request.state.value} is no draft"
        raise TransitionForbidden(code=code, entity=request.entity, entity_id=request.id)
    keep_still(request)
    outbox.recall(request, by=by, at=at)
    tokens.revoke(request.entity, request.id, at=at)
    audit.record("help_request.deleted", request, by=by, at=at)
    db.session.delete(request)


def set_topics(request: HelpRequest, topics: Iterable[str], areas: Iterable[str]) -> None:
    """Give the request these topics and sub-areas, by slug; unknown ones are left out, what rests stays on record."""
    wanted_topics = db.session.scalars(select(Topic).where(Topic.slug.in_(list(topics)), Topic.active)).all()
    wanted_areas = db.session.scalars(
        select(Area).join(Area.topic).where(Area.slug.in_(list(areas)), Area.active, Topic.active)
    ).all()
    kept_topics = {row.topic_id: row for row in request.topics}
    kept_areas = {row.area_id: row for row in request.areas}
    request.topics = [
        *(kept_topics.get(topic.id) or RequestTopic(topic_id=topic.id, topic=topic) for topic in wanted_topics),
        *(row for row in request.topics if not row.topic.active),
    ]
    request.areas = [
        *(kept_areas.get(area.id) or RequestArea(area_id=area.id, area=area) for area in wanted_areas),
        *(row for row in request.areas if not (row.area.active and row.area.topic.active)),
    ]
