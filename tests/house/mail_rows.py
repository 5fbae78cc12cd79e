"""One row for each thing a mail speaks about, so that every mail can be rendered and read."""

import inspect
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from flask import render_template

from lotsen.admin.models import Incident
from lotsen.admin.rules import Alarm
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.engagements.models import Appointment, Engagement
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Kind
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import reject_reason
from lotsen.help_requests.rules import State
from lotsen.municipality.queries import town
from lotsen.organisations.models import Member
from lotsen.organisations.rules import Kind as OrganisationKind
from lotsen.outbox.service import Action, Address, Mail
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import rules as proposal_rules
from lotsen.proposals.models import Proposal
from tests import factories
from tests.factories.base import add, writing

from .mail_cases import Case

URL = "https://lotsen.example/antwort/3k9f"
LOCALES = ("de", "en")
KINDS = {
    "date_agreed": Kind.DATE_AGREED,
    "how_was_it": Kind.HOW_WAS_IT,
    "monthly": Kind.MONTHLY,
    "monthly_member": Kind.MONTHLY,
    "feedback": Kind.FEEDBACK,
    "feedback_reminder": Kind.FEEDBACK,
    "pause_over": Kind.PAUSE_OVER,
    "pilot_rests": Kind.PILOT_RESTS,
    "still_in_use": Kind.STILL_IN_USE,
    "still_in_use_reminder": Kind.STILL_IN_USE,
}


class Rows:
    """The rows one mail speaks about, made when they are asked for by the name of a parameter."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.said = case.circumstances

    def arguments(self) -> list[Any]:
        """What the function takes, in its order."""
        return [
            self.said.get(name, getattr(self, name, None)) for name in inspect.signature(self.case.function).parameters
        ]

    url = URL
    text = "Die Schrift lässt sich nicht vergrößern."
    page = "Startseite"
    contact = "vera@example.org"
    token = "3k9f"
    new = "lore.neu@example.org"
    role = Role.COORDINATOR
    choices = (Action("Neue Anfrage 2026-0017 von TSV Krebshagen", URL),)
    task_titles = ("Neue Anfrage 2026-0017 von TSV Krebshagen",)
    texts = ("Ich komme am Dienstag um 18 Uhr.", "Bitte bringen Sie die Liste mit.")
    total, days, case_number = 7, 5, "2026-0017"
    words = "Sehr geduldig und freundlich erklärt."
    praise = ("Sehr geduldig und freundlich erklärt.", "")

    @cached_property
    def today(self) -> date:
        """The day on which the mail is written."""
        return clock.local_date(clock.now())

    @cached_property
    def deleted_on(self) -> date:
        """When an unconfirmed application is deleted."""
        return self.today + timedelta(days=21)

    @cached_property
    def talk_at(self) -> datetime:
        """When the talk takes place."""
        return clock.now() + timedelta(days=7, hours=5)

    @cached_property
    def since(self) -> date:
        """When a pause began."""
        return self.today - timedelta(days=56)

    @cached_property
    def start(self) -> date:
        """When a pause begins."""
        return self.today + timedelta(days=7)

    @cached_property
    def until(self) -> date:
        """When a pause ends."""
        return self.today + timedelta(days=60)

    @cached_property
    def reason(self) -> str:
        """Why a request is not for the programme, in words."""
        return reject_reason(self.said["refusal"])

    @cached_property
    def member(self) -> Member:
        """The club's treasurer."""
        club = factories.organisation(name="TSV Krebshagen", kind=OrganisationKind.CLUB)
        person = factories.user(Role.MEMBER, name="Vera Brandt", phone="05721 4711", phone_digits="057214711")
        return factories.member(club, person=person)

    @cached_property
    def pilot(self) -> Pilot:
        """A pilot of 67 years."""
        return factories.pilot(
            self.said.get("stands", PilotState.AWARDED),
            name="Heinrich Vogt",
            phone="05721 9922",
            release_phone=self.said.get("released", True),
            release_email=self.said.get("released", True),
            title_form="male",
        )

    @cached_property
    def request(self) -> HelpRequest:
        """What the treasurer asked for."""
        return factories.help_request(
            State.MATCHED,
            by=self.member,
            title="Unsere Beitragsliste in Excel",
            short_text="Ein Sportverein führt seine Beiträge in Excel und verliert den Überblick. Gesucht ist Rat.",
            query_text="Welches Betriebssystem nutzen Sie?",
            answer_text="Die Volkshochschule bietet im Januar genau dazu einen Kurs an.",
            referred_to="Volkshochschule Schaumburg, 05721 787-0",
            hold_until=self.today,
            contact_hint="abends ab 18 Uhr",
            slots=["tue-evening", "thu-evening"],
            release_phone=True,
            release_email=True,
            name_may_be_shown=self.said.get("name_may_be_shown", False),
            wished_pilot=self.said.get("wish", ""),
            brought_by_id=self.pilot.id if self.case.name.startswith("help_requests.brought") else None,
        )

    @cached_property
    def other(self) -> HelpRequest:
        """What another board member asked for."""
        person = factories.user(Role.MEMBER, name="Bodo Vorstand")
        by = factories.member(self.member.organisation, person=person)
        return factories.help_request(by=by, title="Die Beiträge unserer Mitglieder")

    @cached_property
    def into(self) -> HelpRequest:
        """The request that goes on."""
        return self.other

    @cached_property
    def titles(self) -> list[str]:
        """What the parts of a request are called."""
        return ["Unsere Beitragsliste in Excel", "Eine neue Homepage"]

    @cached_property
    def parts(self) -> list[HelpRequest]:
        """The parts of a request that goes on."""
        return [factories.help_request(State.OPEN, by=self.member, title=title) for title in self.titles]

    @cached_property
    def proposal(self) -> Proposal:
        """The pilot for the request, with reasons in both languages."""
        german = ["Sie kennen sich gut mit „Tabellen“ aus.", "Sie können wie die Organisation dienstags abends."]
        english = ["You know “spreadsheets” well.", "You are free like the organisation on Tuesday evenings."]
        return factories.proposal(
            proposal_rules.State.CONFIRMED,
            of=self.request,
            pilot=self.pilot,
            available_from=self.today + timedelta(days=10),
            changed=["slots", "mode"],
            reasons={
                "pilot": {"de": german, "en": english},
                "member": {"de": ["Kennt sich gut mit „Tabellen“ aus."], "en": ["Knows “spreadsheets” well."]},
            },
        )

    @cached_property
    def engagement(self) -> Engagement:
        """The confirmed pairing."""
        return factories.engagement(
            of=self.proposal,
            meeting_at=clock.now() + timedelta(days=2, hours=5),
            paused_until=self.said.get("paused_until"),
            follows_id=self.before.id if self.said.get("follows") else None,
        )

    @cached_property
    def before(self) -> Engagement:
        """The engagement that another one follows."""
        of = factories.proposal(proposal_rules.State.CONFIRMED, of=self.request)
        return factories.engagement(EngagementState.BROKEN_OFF, of=of)

    @cached_property
    def appointment(self) -> Appointment:
        """When they meet."""
        with writing():
            return add(
                Appointment(
                    engagement_id=self.engagement.id,
                    starts_at=clock.now() + timedelta(days=2, hours=5),
                    place="Vereinsheim, Raum 2",
                    sequence=self.said.get("sequence", 0),
                    called_off_at=clock.now() if self.said.get("called_off") else None,
                    created_at=clock.now(),
                )
            )

    @cached_property
    def at(self) -> datetime:
        """Now."""
        return clock.now()

    @cached_property
    def followup(self) -> FollowUp:
        """The question this mail asks."""
        kind = KINDS[self.case.name.split(".")[1]]
        side = self.said.get("side", Side.PILOT)
        with writing():
            return add(FollowUp(engagement_id=self.engagement.id, kind=kind, side=side, asked_at=clock.now()))

    @cached_property
    def followups(self) -> list[FollowUp]:
        """The questions of one monthly mail."""
        return [self.followup]

    @cached_property
    def recipient(self) -> Address:
        """Who reads it."""
        name = self.case.name
        to_member = (
            name.startswith("help_requests.")
            or name
            in (
                "proposals.pilot_says_yes",
                "proposals.yes_holds",
                "proposals.confirm_reminder",
                "proposals.yes_is_gone",
            )
            or self.said.get("side") is Side.MEMBER
        )
        return Address(name="Vera Brandt" if to_member else "Heinrich Vogt", email="wer@example.org")

    @cached_property
    def incident(self) -> Incident:
        """Something of the installation that is not in order."""
        kind = self.said.get("alarm", Alarm.SCHEDULER)
        with writing():
            subject = "outbox.deliver" if kind is Alarm.JOB else ""
            known = db.select(Incident).where(Incident.kind == kind, Incident.subject == subject)
            return db.session.scalar(known) or add(Incident(kind=kind, subject=subject, opened_at=clock.now()))

    def typed(self) -> list[str]:
        """What people wrote themselves, which no mail translates; the longest first."""
        settings = [value for value in vars(town()).values() if isinstance(value, str) and value]
        written = [
            *self.praise,
            *self.texts,
            self.text,
            self.page,
            "Vereinsheim, Raum 2",
            *self.task_titles,
            "Vera Brandt",
            "Heinrich",
            "TSV Krebshagen",
            "abends ab 18 Uhr",
        ]
        written += [*self.titles, "Bodo Vorstand", "Die Beiträge unserer Mitglieder", "Frau Wunsch"]
        if "request" in self.__dict__:
            row = self.request
            written += [row.title, row.description, row.short_text, row.query_text, row.answer_text, row.referred_to]
        if "pilot" in self.__dict__:
            written.append(self.pilot.headline)
        return sorted(filter(None, [*settings, *written]), key=len, reverse=True)

    def names(self) -> list[str]:
        """Names with which a sentence may begin."""
        return ["Heinrich", "Vera Brandt", "TSV Krebshagen"]


def render(case: Case, rows: Rows, locale: str) -> tuple[Mail, str, str]:
    """The mail with its text and HTML, as the outbox would keep it."""
    with speaking(locale):
        rows.__dict__.pop("reason", None)
        arguments = rows.arguments()
        db.session.flush()
        mail = case.function(*arguments)
        context = {"mail": mail, "recipient": rows.recipient, "municipality": town()}
        return mail, render_template("mail/layout.txt", **context), render_template("mail/layout.html", **context)
