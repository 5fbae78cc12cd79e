"""A person with every kind of row that the register knows, and the other people around her."""

from dataclasses import dataclass
from datetime import date, timedelta

from lotsen.accounts.models import Identity, KnownDevice, RecoveryCode, SecondFactor, User, UserSession
from lotsen.accounts.service import people
from lotsen.audit import service as audit
from lotsen.audit.models import FileReading
from lotsen.core import clock, tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import KeptForm
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Appointment, Concern, Engagement, Feedback, HoursEntry, Message
from lotsen.engagements.queries import other_side
from lotsen.engagements.rules import ConcernKind, Outcome, Side
from lotsen.engagements.rules import State as CaseState
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Kind
from lotsen.help_requests.models import HelpRequest, Intake, RequestArea, RequestTopic
from lotsen.help_requests.rules import State as RequestState
from lotsen.notes.models import Note
from lotsen.notes.rules import Kind as NoteKind
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Exclusion, Pilot, PilotArea
from lotsen.privacy.models import BarrierReport
from lotsen.proposals.models import Decision, Matching, Proposal, RequestBlock
from lotsen.proposals.rules import State as ProposalState
from lotsen.skills.models import Area, Topic
from tests import factories
from tests.factories.base import add

NAME, EMAIL, PHONE = "Wilhelmine Zitzewitz", "wilhelmine@zitzewitz.example", "05721 778899"
OTHER = "Balduin Querkopf"
SECRET = "zzgeheimzz"


@dataclass
class Scene:
    """The rows by name."""

    person: User
    coordinator: User
    pilot: Pilot
    other_pilot: Pilot
    request: HelpRequest
    helping: Engagement
    helped: Engagement
    asked: Proposal
    next_on_ladder: Proposal


def build() -> Scene:
    """She helps others, her own club is helped, and there is a row in every table."""
    at = clock.now()
    coordinator = factories.coordinator(name="Karoline Rathaus", email="rathaus@example.org")
    with transaction():
        person = factories.user(
            Role.PILOT, Role.MEMBER, name=NAME, email=EMAIL, phone=PHONE, phone_digits="05721778899", password_hash="x"
        )
        pilot = factories.pilot(
            user=person, own_words=f"{NAME} kann Excel", excluded_names=["Firma Grimm"], vendor_ties="keine"
        )
        other_user = factories.user(Role.PILOT, name=OTHER, email="balduin@example.org")
        other_pilot = factories.pilot(user=other_user)
        club = factories.organisation(name="Schützenverein Probsthagen")
        member = factories.member(club, person=person)
        member.function = "Kassenwartin"
        foreign = factories.member(factories.organisation(name="Fremder Verein"))
        topic, area = db.session.scalars(db.select(Topic)).first(), db.session.scalars(db.select(Area)).first()
        assert topic is not None and area is not None

        own = factories.help_request(
            RequestState.RUNNING, by=member, description=f"Rufen Sie {NAME} an.", contact_phone=PHONE, search_text="x"
        )
        factories.help_request(RequestState.SUBMITTED, by=member)
        factories.help_request(RequestState.ANSWERED, by=member, answer_text="So geht es.")
        brought = factories.help_request(by=foreign)
        brought.brought_by_id = pilot.id
        factories.ladder(own)
        add(RequestTopic(help_request_id=own.id, topic_id=topic.id))
        add(RequestArea(help_request_id=own.id, area_id=area.id))
        add(Intake(key="k" * 32, browser="b" * 32, answers={"wer": NAME}, help_request_id=own.id, changed_at=at))
        add(Matching(help_request_id=own.id, request_revision=1, scored_at=at))

        add(PilotArea(pilot_id=pilot.id, area_id=area.id))
        add(Exclusion(pilot_id=pilot.id, organisation_id=foreign.organisation_id, reason="conflict", created_at=at))
        add(RequestBlock(pilot_id=pilot.id, help_request_id=brought.id, reason="not_my_field", created_at=at))
        add(
            Decision(
                help_request_id=brought.id,
                pilot_id=pilot.id,
                at=at,
                rank=1,
                shown=0.5,
                features={"topic": 0.5},
                outcome="asked",
            )
        )
        asking = factories.help_request(RequestState.ASKING, by=foreign)
        asked = factories.proposal(ProposalState.ASKED, of=asking, pilot=pilot, answer_text="Ich frage noch.")
        follows = factories.proposal(
            ProposalState.APPROVED, of=asking, pilot=other_pilot, ladder_id=asked.ladder_id, position=2
        )

        confirmed = factories.proposal(
            ProposalState.CONFIRMED, of=factories.help_request(RequestState.RUNNING, by=foreign), pilot=pilot
        )
        helping = factories.engagement(CaseState.RUNNING, of=confirmed, meeting_place="Bei Zitzewitz zu Hause")
        back = factories.proposal(ProposalState.CONFIRMED, of=own, pilot=other_pilot)
        helped = factories.engagement(CaseState.RUNNING, of=back, goal="Die Homepage läuft")
        for case in (helping, helped):
            add(Appointment(engagement_id=case.id, starts_at=at, place="Bei Zitzewitz", created_at=at))
            for side in Side:
                word = f"von {side.value}"
                add(
                    Feedback(
                        engagement_id=case.id,
                        side=side,
                        outcome=Outcome.SOLVED,
                        praise=f"Lob {word}",
                        criticism=f"Kritik {word}",
                        created_at=at,
                    )
                )
                add(FollowUp(engagement_id=case.id, kind=Kind.MONTHLY, side=side, asked_at=at, text=f"Text {word}"))
            mine = Side.PILOT if case is helping else Side.MEMBER
            for side, writer in ((mine, person.id), (other_side(mine), None)):
                text = f"Grüße von {side.value}: Zitzewitz und {OTHER}"
                add(Message(engagement_id=case.id, side=side, writer_id=writer, text=text, created_at=at))
            add(
                Concern(
                    engagement_id=case.id,
                    kind=next(iter(ConcernKind)),
                    side=mine,
                    reporter_id=person.id,
                    text="Es gab Streit mit Balduin Querkopf",
                    phone=PHONE,
                    created_at=at,
                )
            )
        add(HoursEntry(engagement_id=helping.id, on=date(2026, 11, 20), minutes=90, note="bei mir", created_at=at))

        _account(person, coordinator)
        _office(person, coordinator, pilot, helping)
        db.session.flush()
    return Scene(person, coordinator, pilot, other_pilot, own, helping, helped, asked, follows)


def _account(person: User, coordinator: User) -> None:
    at = clock.now()
    add(UserSession(digest=f"{SECRET}1", user_id=person.id, created_at=at, last_seen_at=at, device="Firefox"))
    add(SecondFactor(user_id=person.id, secret=f"{SECRET}2", created_at=at))
    add(RecoveryCode(user_id=person.id, digest=f"{SECRET}3"))
    add(KnownDevice(user_id=person.id, digest=f"{SECRET}4", device="Firefox", created_at=at, last_used_at=at))
    add(Identity(user_id=person.id, issuer="https://id.example", subject="4711", created_at=at))
    add(KeptForm(user_id=person.id, digest=f"{SECRET}5", content=f"{SECRET}6", created_at=at))
    tokens.issue(Purpose.RESET_PASSWORD, "user", person.id, at=at, user_id=person.id)
    people.record_consent(person, "pilot_application", text_version="2026-11", channel="phone", by=coordinator, at=at)


def _office(person: User, coordinator: User, pilot: Pilot, case: Engagement) -> None:
    at = clock.now()
    for entity, number in (("user", person.id), ("pilot", pilot.id), ("engagement", case.id)):
        add(
            Note(
                about_entity=entity,
                about_id=number,
                kind=NoteKind.NOTE,
                text=f"Frau Zitzewitz und {OTHER} kommen gut aus, sagt Frau Rathaus.",
                author_id=coordinator.id,
                created_at=at,
            )
        )
    add(
        Note(
            about_entity="user",
            about_id=coordinator.id,
            kind=NoteKind.NOTE,
            text="von ihr geschrieben",
            author_id=person.id,
            created_at=at,
        )
    )
    for number, state in enumerate((MailState.WAITING, MailState.SENT)):
        add(
            OutboxMessage(
                key=f"mail-{number}",
                message_id=f"<{number}@x>",
                kind="test",
                state=state,
                recipient_id=person.id,
                recipient_name=NAME,
                address=EMAIL,
                phone=PHONE,
                subject="Ein Betreff",
                text=f"Guten Tag {NAME},\nhttps://lotsen.example/antwort/{SECRET}\n{OTHER} grüßt.",
                created_at=at - timedelta(hours=1),
                due_at=at,
            )
        )
    for number, kind in enumerate(("help_requests.confirm", "accounts.address_changed")):
        add(
            OutboxMessage(
                key=f"draft:{number}:{EMAIL}",
                message_id=f"<draft-{number}@x>",
                kind=kind,
                state=MailState.SENT,
                recipient_name=NAME,
                address=EMAIL if number == 0 else f"alt-{EMAIL}",
                about_entity="user",
                about_id=person.id,
                subject="Ein Betreff",
                text="",
                created_at=at - timedelta(hours=1),
                due_at=at,
            )
        )
    audit.record("user.changed", person, by=person, at=at, reason=f"{NAME} rief an")
    add(FileReading(reader_id=coordinator.id, entity="pilot", entity_id=pilot.id, day=clock.today(), first_at=at))
    add(FileReading(reader_id=person.id, entity="user", entity_id=coordinator.id, day=clock.today(), first_at=at))
    add(BarrierReport(text="Der Knopf fehlt", contact=EMAIL, created_at=at))
