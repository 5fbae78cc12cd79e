"""Who and what there is: two sides that must not see each other, live links, what the office has."""

from datetime import date
from typing import Any

from flask import Flask

from lotsen.accounts.models import KnownDevice, User, UserSession
from lotsen.accounts.rules import ConsentFor
from lotsen.accounts.service import consents, devices, sessions
from lotsen.core import clock, tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Concern, Feedback, HoursEntry, Message
from lotsen.engagements.rules import ConcernKind, Outcome, Side
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Kind
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality.models import QuietPeriod
from lotsen.notes.models import Note
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.privacy.models import BarrierReport
from lotsen.proposals.models import RequestBlock, Weighting
from lotsen.proposals.rules import State
from lotsen.skills.models import Area, CatalogueWord, Topic
from tests import factories
from tests.factories.base import add

from .town import ROLES, Town

CRITICISM, SCORE, CANDIDATE = "Kritik-nur-für-das-Büro", 0.731734, "Cora Kandidatin"
MESSAGE = "Nachricht-der-Seite"


def build(app: Flask) -> Town:
    """Make the town."""
    town = Town(app)
    with transaction():
        _people(town)
        for side in ("a", "b"):
            _side(town, side)
        _links(town)
        _office(town)
        for name, person in town.people.items():
            if name in ROLES or name == "stranger":
                town.sessions[name], town.numbers[name] = sessions.start(person, strong=True), person.id
        db.session.flush()
        for row in db.session.scalars(db.select(UserSession)):
            side = "b" if row.user_id == town.people["stranger"].id else "a"
            name = next(n for n, p in town.people.items() if p.id == row.user_id)
            town.ids[side][f"session of {name}"] = row.id
        for name, person in town.people.items():
            if name in ROLES or name == "stranger":
                devices.remember(person, device="Firefox, Linux")
        db.session.flush()
        for device in db.session.scalars(db.select(KnownDevice)):
            side = "b" if device.user_id == town.people["stranger"].id else "a"
            name = next(n for n, p in town.people.items() if p.id == device.user_id)
            town.ids[side][f"device of {name}"] = device.id
    for role in ROLES:
        town.enter(role)
    town.keep()
    return town


def _people(town: Town) -> None:
    def person(name: str, *roles: Role) -> User:
        n = len(town.people) + 1
        email, phone = f"{name}.geheim@example.org", f"05799 11{n:02d}"
        made = factories.user(*roles, name=f"{name.capitalize()} Familienname{n}", email=email, phone=phone)
        town.people[name], town.contact[name] = made, (email, phone)
        return made

    person("nobody")
    person("coordinator", Role.COORDINATOR)
    person("administrator", Role.ADMINISTRATOR)
    for name in ("member", "foreignmember", "thirdmember"):
        person(name, Role.MEMBER)
    for name in ("applicant", "pilot", "foreignpilot", "candidate", "saidyes"):
        person(name, Role.PILOT)
    person("stranger")
    town.ids["a"]["colleague"] = person("colleague", Role.COORDINATOR).id
    town.people["candidate"].name = CANDIDATE
    factories.pilot(PilotState.SUBMITTED, user=town.people["applicant"])


def _side(town: Town, side: str) -> None:
    member, pilot_user = (
        town.people[n] for n in (("member", "pilot") if side == "a" else ("foreignmember", "foreignpilot"))
    )
    at, ids = clock.now(), town.ids[side]
    org = factories.organisation(name=f"Verein der Seite {side}")
    contact = factories.member(org, person=member)
    pilot = factories.pilot(user=pilot_user)
    candidate = _pilot_of(town.people["candidate"])
    yes = _pilot_of(town.people["saidyes"])
    third = factories.member(factories.organisation(name=f"Dritter Verein {side}"), person=town.people["thirdmember"])

    def request(state: RequestState, by: Any) -> HelpRequest:
        name = next(n for n, p in town.people.items() if p.id == by.user_id)
        return factories.help_request(state, by=by, contact_phone=town.contact[name][1])

    row = request(RequestState.OPEN, contact)
    suggested = factories.proposal(of=row, pilot=candidate, score=SCORE)
    asked = factories.proposal(State.ASKED, of=request(RequestState.ASKING, third), pilot=pilot, score=SCORE)
    accepted = factories.proposal(State.ACCEPTED, of=request(RequestState.ASKING, contact), pilot=yes, score=SCORE)
    matched = request(RequestState.RUNNING, contact)
    confirmed = factories.proposal(State.CONFIRMED, of=matched, pilot=pilot, score=SCORE)
    case = factories.engagement(EngagementState.RUNNING, of=confirmed)
    for of in Side:
        add(
            Feedback(
                engagement_id=case.id,
                side=of,
                outcome=next(iter(Outcome)),
                praise=f"Lob von {of.value} {side}",
                criticism=f"{CRITICISM} {of.value} {side}",
                created_at=at,
            )
        )
    for of in Side:
        add(Message(engagement_id=case.id, side=of, text=f"{MESSAGE} {side} {of.value}", created_at=at))
    add(HoursEntry(engagement_id=case.id, on=clock.today(), minutes=90, note="Stundennotiz", created_at=at))
    monthly = add(FollowUp(engagement_id=case.id, kind=Kind.MONTHLY, side=Side.PILOT, asked_at=at))
    how = add(FollowUp(engagement_id=case.id, kind=Kind.HOW_WAS_IT, side=Side.MEMBER, asked_at=at, text=CRITICISM))
    concern = add(
        Concern(
            engagement_id=case.id,
            kind=ConcernKind.PROBLEM,
            side=Side.MEMBER,
            reporter_id=member.id,
            text=f"{CRITICISM} gemeldet {side}",
            created_at=at,
        )
    )
    exclusion = add(Exclusion(pilot_id=pilot.id, organisation_id=third.organisation_id, reason="fremd", created_at=at))
    own_exclusion = add(Exclusion(pilot_id=yes.id, organisation_id=org.id, reason="refused", created_at=at))
    block = add(RequestBlock(pilot_id=yes.id, help_request_id=row.id, reason="not_my_field", created_at=at))
    consents.give(pilot_user, ConsentFor.PUBLIC_PROFILE, channel="web", by=pilot_user, at=at)
    intake = add(Intake(key=f"{side}" * 32, browser=f"browser-{side}", answers={}, changed_at=at))
    note = add(
        Note(
            about_entity="organisation", about_id=org.id, kind="note", text="Notiz", due_on=clock.today(), created_at=at
        )
    )
    ids.update(
        note=note.id,
        request=row.id,
        suggested=suggested.id,
        asked=asked.id,
        accepted=accepted.id,
        engagement=case.id,
        concern=concern.id,
        followup_pilot=monthly.id,
        followup_member=how.id,
        exclusion=exclusion.id,
        own_exclusion=own_exclusion.id,
        block=block.id,
        pilot=pilot.id,
        organisation=org.id,
        member=contact.id,
        user=member.id,
        intake=intake.id,
    )


def _pilot_of(user: User) -> Pilot:
    return db.session.scalar(db.select(Pilot).where(Pilot.user_id == user.id)) or factories.pilot(user=user)


def _links(town: Town) -> None:
    """One live link of each purpose."""
    at, ids, people = clock.now(), town.ids["a"], town.people
    paused = factories.pilot(PilotState.PAUSED, name="Paula Pause")
    draft = factories.help_request(RequestState.DRAFT)
    new = factories.user(name="Neu", email="neu@example.org", email_confirmed_at=None)
    moving = factories.user(Role.MEMBER, name="Umzug", new_email="umzug-neu@example.org")
    about: dict[Purpose, tuple[str, int, int | None]] = {
        Purpose.CONFIRM_EMAIL: ("user", new.id, new.id),
        Purpose.CHANGE_EMAIL: ("user", moving.id, moving.id),
        Purpose.RESET_PASSWORD: ("user", people["member"].id, people["member"].id),
        Purpose.SUBMIT_REQUEST: ("help_request", draft.id, None),
        Purpose.REQUEST_STATUS: ("help_request", ids["request"], people["member"].id),
        Purpose.ANSWER_ASK: ("proposal", ids["asked"], people["pilot"].id),
        Purpose.CONFIRM_PILOT: ("proposal", ids["accepted"], people["member"].id),
        Purpose.ENGAGEMENT: ("engagement:member", ids["engagement"], people["member"].id),
        Purpose.FOLLOW_UP: ("followup", ids["followup_member"], people["member"].id),
        Purpose.PILOT_PROFILE: ("pilot", paused.id, paused.user_id),
        Purpose.OWN_DATA: ("user", people["member"].id, people["member"].id),
        Purpose.DECISION: ("note.again", ids["note"], people["coordinator"].id),
    }
    for purpose, (entity, key, user) in about.items():
        town.links[purpose] = tokens.issue(purpose, entity, key, at=at, user_id=user)


def _office(town: Town) -> None:
    at = clock.now()
    period = add(QuietPeriod(name="Betriebsferien", first_day=date(2027, 2, 1), last_day=date(2027, 2, 5)))
    for n, state in enumerate((MailState.FAILED, MailState.CALL)):
        mail = add(
            OutboxMessage(
                key=f"k{n}",
                message_id=f"<m{n}@example.org>",
                kind="test",
                state=state,
                recipient_id=town.people["foreignmember"].id,
                recipient_name="Foreignmember",
                address=town.contact["foreignmember"][0],
                phone=town.contact["foreignmember"][1],
                subject="[2026-0001] Nachricht",
                text="Guten Tag, hier steht etwas.",
                created_at=at,
                due_at=at,
            )
        )
        town.ids["a"][f"message_{state.value}"] = mail.id
    town.ids["a"]["period"] = period.id
    town.ids["a"]["barrier"] = add(BarrierReport(text="Der Knopf fehlt.", created_at=at)).id
    town.ids["a"]["weighting"] = add(Weighting(weights={}, origin="hand", made_by=None, made_at=at)).id
    area = db.session.scalars(db.select(Area).limit(1)).one()
    town.ids["a"]["topic"] = add(Topic(slug="own-printing", label_de="3D-Druck", label_en="3D printing")).id
    town.ids["a"]["word"] = add(CatalogueWord(area_id=area.id, kind="word", text="Dorfseite", added_at=at)).id
