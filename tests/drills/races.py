"""``python -m tests.drills.races [sqlite|postgresql] [ROUNDS] [KIND...]``: eight press at the same moment, over HTTP.

gunicorn with several workers answers, each with connections of its own. Whatever is pressed, one wins; other people
read on the 409 page who it was and what to do now, the same person pressing again reads that it is done. What the rows
say is counted.
"""

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Engagement, HoursEntry, Message
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality.models import Setting
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals.jobs import reconcile
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State
from tests import factories

from .doors import Doors
from .ground import Figures, chosen, ground, number_from_command
from .racing import DOUBLE, NAMES, NOBODY, OTHER, Press, Race, Reading, Stage, count, happened, run
from .web import Web

PEOPLE = len(NAMES)


@dataclass
class Track(Stage):
    """Where the races take place."""

    def __post_init__(self) -> None:
        self.pages: dict[str, Callable[[], Race]] = {
            "approve": self.approve,
            "approve-twice": self.approve_twice,
            "accept": self.accept,
            "confirm": self.confirm,
            "award": self.award,
            "award-twice": self.award_twice,
            "hours": self.hours,
            "message": self.message,
            "settings": self.settings,
            "settings-twice": self.settings_twice,
            "last-place": self.last_place,
            "answer-and-recall": self.answer_and_recall,
            "split-and-approve": self.split_and_approve,
            "split-twice": self.split_twice,
            "withdraw-and-approve": self.withdraw_and_approve,
            "open-and-reject": self.open_and_reject,
        }

    def approve(self) -> Race:
        """Eight coordinators, one request, two candidates."""
        return self._approve(coordinators())

    def approve_twice(self) -> Race:
        """One coordinator presses eight times."""
        return self._approve([factories.coordinator()] * PEOPLE, candidates=1, losers=Reading.DONE)

    def _approve(self, people: list[User], *, candidates: int = 2, losers: Reading = Reading.WHO_WAS_FIRST) -> Race:
        row = factories.help_request()
        request_id = row.id
        ids = [factories.proposal(of=row).id for _ in range(candidates)]
        presses = [self._approving(row, ids[n % candidates], person) for n, person in enumerate(people)]
        return Race(presses, lambda: count(Ladder.help_request_id == request_id), losers)

    def _approving(self, row: HelpRequest, proposal_id: int, person: User) -> Press:
        fields = {"version": str(row.version), "short_text": "Ein Verein sucht Hilfe.", f"place-{proposal_id}": "1"}
        return self.sent(f"/vorschlaege/{row.id}/reihenfolge", person, **fields)

    def accept(self) -> Race:
        """The asked pilot presses eight times."""
        asked = factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))
        link = self.link(Purpose.ANSWER_ASK, "proposal", asked.id, asked.pilot.user_id)
        presses = [self.sent(f"/antwort/{link}", choice="yes") for _ in NAMES]
        return Race(presses, happened("proposal.accepted", asked.id), Reading.DONE)

    def confirm(self) -> Race:
        """The organisation presses eight times, from the mail and logged in."""
        yes = factories.proposal(State.ACCEPTED, of=factories.help_request(RequestState.ASKING))
        contact = db.session.get_one(User, yes.help_request.contact_id)
        link = self.link(Purpose.CONFIRM_PILOT, "proposal", yes.id, contact.id)
        yes_id, own, button = yes.id, f"/begleitungen/zusage/{yes.id}", "Antwort senden"
        presses = [
            self.press(None, f"/zusage/{link}", button, choice="yes")
            if n % 2
            else self.press(contact, own, button, choice="yes")
            for n in range(PEOPLE)
        ]
        return Race(presses, lambda: count(Engagement.proposal_id == yes_id), Reading.DONE)

    def award(self) -> Race:
        """Eight coordinators give one title."""
        return self._award(coordinators())

    def award_twice(self) -> Race:
        """One coordinator presses eight times."""
        return self._award([factories.coordinator()] * PEOPLE, Reading.DONE)

    def _award(self, people: list[User], losers: Reading = Reading.WHO_WAS_FIRST) -> Race:
        pilot = factories.pilot(PilotState.INTERVIEW, phone="05721 4711")
        day = clock.today() - timedelta(days=1)
        values = {"cover_explained": "y"}
        for name in ("talk_held_on", "duties_signed_on"):
            values |= {f"{name}-tag": str(day.day), f"{name}-monat": str(day.month), f"{name}-jahr": str(day.year)}
        with self.app.test_request_context():
            path = url_for("pilots.act", pilot_id=pilot.id, action="titel")
        presses = [self.press(person, path, "Titel verleihen", **values) for person in people]
        return Race(presses, happened("pilot.awarded", pilot.id, mail="pilots.awarded"), losers)

    def hours(self) -> Race:
        """The pilot enters the same hours eight times."""
        case = factories.engagement()
        person = db.session.get_one(User, db.session.get_one(Pilot, case.pilot_id).user_id)
        case_id, path = case.id, f"/begleitungen/{case.id}"
        presses = [self.press(person, path, "Stunden speichern", **{"stunden-hours": "1,5"}) for _ in NAMES]
        return Race(presses, lambda: count(HoursEntry.engagement_id == case_id), Reading.DONE)

    def message(self) -> Race:
        """The pilot sends the same message eight times."""
        case = factories.engagement()
        person = db.session.get_one(User, db.session.get_one(Pilot, case.pilot_id).user_id)
        case_id, path = case.id, f"/begleitungen/{case.id}"
        presses = [self.press(person, path, "Nachricht senden", **{"nachricht-text": "Bis Montag!"}) for _ in NAMES]
        return Race(presses, lambda: count(Message.engagement_id == case_id), Reading.DONE)

    def settings(self) -> Race:
        """Eight administrators change the telephone number."""
        people = [factories.administrator(name=f"Adam {name}") for name in NAMES]
        ids = [person.id for person in people]
        presses = [
            self.press(person, "/verwaltung/kommune", "Speichern", phone=f"05721 {4000 + person.id}")
            for person in people
        ]

        def won() -> int:
            return len(set(db.session.scalars(select(AuditEvent.actor_id).where(AuditEvent.actor_id.in_(ids)))))

        return Race(presses, won)

    def settings_twice(self) -> Race:
        """One administrator presses eight times."""
        person = factories.administrator()
        person_id, phone = person.id, f"05721 {4000 + person.id}"
        presses = [self.press(person, "/verwaltung/kommune", "Speichern", phone=phone) for _ in NAMES]
        phone_setting = select(Setting.id).where(Setting.name == "phone").scalar_subquery()

        def won() -> int:
            return count(
                AuditEvent.actor_id == person_id,
                AuditEvent.entity == Setting.entity,
                AuditEvent.entity_id == phone_setting,
            )

        return Race(presses, won, Reading.DONE)

    def last_place(self) -> Race:
        """A pilot has one free place; eight requests are approved with this pilot first. All are told how it stands."""
        pilot = factories.pilot(capacity=1)
        pilot_id = pilot.id
        rows = [factories.proposal(pilot=pilot) for _ in NAMES]
        ids = [row.id for row in rows]
        presses = [
            self._approving(row.help_request, row.id, person) for row, person in zip(rows, coordinators(), strict=True)
        ]

        def won() -> int:
            asked = count(Proposal.pilot_id == pilot_id, Proposal.state == State.ASKED)
            mails = count(OutboxMessage.kind == "proposals.ask", OutboxMessage.about_id.in_(ids))
            return max(asked, mails, db.session.get_one(Pilot, pilot_id, populate_existing=True).reserved)

        return Race(presses, won, Reading.DONE)

    def answer_and_recall(self) -> Race:
        """A pilot says yes four times while four coordinators take the ask back."""
        asked = factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))
        link = self.link(Purpose.ANSWER_ASK, "proposal", asked.id, asked.pilot.user_id)
        asked_id, path = asked.id, f"/vorschlaege/{asked.help_request_id}/zurueckholen/{asked.id}"
        pilot = asked.pilot.user.name
        presses = [self.sent(f"/antwort/{link}", choice="yes") for _ in range(4)]
        presses += [self.sent(path, person) for person in coordinators()[:4]]
        accepted, recalled = happened("proposal.accepted", asked_id), happened("proposal.approved", asked_id)
        return Race(presses, lambda: accepted() + recalled(), Reading.WHAT_STANDS, (*NAMES, pilot))

    def split_and_approve(self) -> Race:
        """Four coordinators split a request, four approve an order for it."""
        row = factories.help_request()
        request_id, proposal_id = row.id, factories.proposal(of=row).id
        presses = [self._splitting(row, person) for person in coordinators()[:4]]
        presses += [self._approving(row, proposal_id, person) for person in coordinators()[4:]]

        def won() -> int:
            split = happened("help_request.split", request_id)
            return split() + count(Ladder.help_request_id == request_id)

        return Race(presses, won)

    def split_twice(self) -> Race:
        """One coordinator presses eight times."""
        row, person = factories.help_request(), factories.coordinator()
        won = happened("help_request.split", row.id)
        return Race([self._splitting(row, person) for _ in NAMES], won, Reading.DONE)

    def _splitting(self, row: HelpRequest, person: User) -> Press:
        parts = {
            "text_1": "Ein Verein braucht Hilfe mit seiner Homepage.",
            "text_2": "Die Mitgliederliste soll in ein Programm, das alle verstehen.",
        }
        return self.sent(f"/anfragen/{row.id}/aufteilen", person, version=str(row.version), **parts)

    def withdraw_and_approve(self) -> Race:
        """The organisation withdraws while four coordinators approve: nobody is asked for what is withdrawn."""
        row = factories.help_request()
        contact = db.session.get_one(User, row.contact_id)
        proposal = factories.proposal(of=row)
        request_id, pilot_id = row.id, proposal.pilot_id
        presses = [self.sent(f"/anfragen/{request_id}/mein/zurueckziehen", contact) for _ in range(4)]
        presses += [self._approving(row, proposal.id, person) for person in coordinators()[:4]]

        def won() -> int:
            reconcile(clock.now())  # what must happen above a request is done by the next look of the scheduler
            live = Proposal.state.in_([State.ASKED, State.APPROVED, State.ACCEPTED])
            left = count(Proposal.help_request_id == request_id, live)
            left += db.session.get_one(Pilot, pilot_id, populate_existing=True).reserved
            state = db.session.get_one(HelpRequest, request_id, populate_existing=True).state
            return left + (state is RequestState.WITHDRAWN)

        return Race(presses, won, Reading.WHAT_STANDS, (*NAMES, contact.name))

    def open_and_reject(self) -> Race:
        """Four coordinators open a request, four say that it cannot be done."""
        cleared = {"short_text": "Ein Verein sucht Hilfe.", "short_text_cleared_at": clock.now()}
        row = factories.help_request(RequestState.SUBMITTED, by=factories.member(), **cleared)
        path, version = f"/anfragen/{row.id}", {"version": str(row.version)}
        people = coordinators()
        presses = [self.sent(f"{path}/oeffnen", person, **version) for person in people[:4]]
        presses += [
            self.sent(f"{path}/nicht-moeglich", person, reject_reason="not_digital", **version) for person in people[4:]
        ]
        opened, rejected = happened("help_request.open", row.id), happened("help_request.rejected", row.id)
        return Race(presses, lambda: opened() + rejected())


def coordinators() -> list[User]:
    """Eight with names that differ."""
    return [factories.user(Role.COORDINATOR, name=f"Karin {name}") for name in NAMES]


def main() -> int:
    """Every kind, or those named; some rounds; on each database."""
    failed = 0
    for database in chosen():
        figures = Figures(none=(DOUBLE, NOBODY, OTHER))
        try:
            with ground(database) as at, closing(Web(at)) as web:
                pages = {**Track(at.app, web.port).pages, **Doors(at.app, web.port).pages}
                named = [name for name in pages if name in sys.argv]
                for _ in range(number_from_command(10)):
                    for name in named or pages:
                        run(pages[name](), figures, name)
        finally:
            failed |= figures.report(f"{PEOPLE} people press at once, over HTTP, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
