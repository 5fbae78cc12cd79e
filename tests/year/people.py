"""What people do about a mail, or about the same words on the telephone: something, or nothing."""

from datetime import datetime, timedelta
from typing import Any

from lotsen.accounts.models import User
from lotsen.accounts.service import registration
from lotsen.core.access import SYSTEM
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import CAN_PAUSE, BreakOffReason, Outcome, Side
from lotsen.followups import queries as questions
from lotsen.followups import service as followups
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer, Kind
from lotsen.followups.service import Given
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import DeclineReason, RefuseReason
from lotsen.proposals.rules import State as ProposalState

from .stage import Stage

ENTITIES: dict[str, Any] = {
    "help_request": HelpRequest,
    "proposal": Proposal,
    "engagement": Engagement,
    "followup": FollowUp,
    "pilot": Pilot,
    "user": User,
}


class People:
    """Everybody but the office. ``by`` is the person, or the coordinator on the person's behalf."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.on_mail = self.got

    def got(self, mail: OutboxMessage) -> None:
        """A mail arrived: answered some time later, perhaps."""
        kind, entity, row_id, person = mail.kind, mail.about_entity, mail.about_id, mail.recipient_id
        if row_id is None or entity not in ENTITIES:
            return
        at = self.stage.later(self.stage.chance.choice((1, 1, 2, 3, 6, 9)), self.stage.chance.choice((10, 13, 19)))
        self.stage.plan(at, lambda: self.answer(kind, entity, row_id, person))

    def answer(self, kind: str, entity: str, row_id: int, person_id: int | None, *, office: User | None = None) -> None:
        """React to a mail; with ``office``, on the telephone."""
        row = db.session.get(ENTITIES[entity], row_id)
        person = db.session.get(User, person_id) if person_id is not None else None
        react = getattr(self, f"_{kind.replace('.', '_').removesuffix('_reminder')}", None)
        if row is None or react is None or (person is not None and not person.active):
            return
        by = office or person or SYSTEM
        behalf = person_id if office is not None else None
        react(row, by, {} if behalf is None else {"on_behalf_of": behalf})

    @property
    def at(self) -> datetime:
        """Now."""
        return self.stage.at

    def _help_requests_confirm(self, row: HelpRequest, by: Any, _behalf: Any) -> None:
        if row.state is RequestState.DRAFT and self.stage.maybe(0.8):
            help_requests.submit(row, by=by, at=self.at, channel="mail_link" if by is SYSTEM else "phone")

    def _help_requests_query(self, row: HelpRequest, by: Any, behalf: Any) -> None:
        if self.stage.maybe(0.5):
            help_requests.answer_query(row, "Ja, genau so.", by=by, at=self.at, **behalf)

    def _help_requests_hold_over(self, row: HelpRequest, by: Any, behalf: Any) -> None:
        word = self.stage.pick(resume=4, withdraw=1, hold=2, silence=3)
        if word == "resume":
            help_requests.resume(row, by=by, at=self.at, **behalf)
        elif word == "withdraw":
            help_requests.withdraw(row, by=by, at=self.at, **behalf)
        elif word == "hold":
            help_requests.hold(row, self.stage.today() + timedelta(days=20), by=by, at=self.at, **behalf)

    def _help_requests_still_wanted(self, row: HelpRequest, by: Any, behalf: Any) -> None:
        word = self.stage.pick(keep=4, withdraw=1, silence=5)
        if word == "keep":
            help_requests.keep(row, by=by, at=self.at, **behalf)
        elif word == "withdraw":
            help_requests.withdraw(row, by=by, at=self.at, **behalf)

    def _help_requests_put_aside(self, row: HelpRequest, by: Any, behalf: Any) -> None:
        if self.stage.maybe(0.3):
            help_requests.reopen(row, by=by, at=self.at, **behalf)

    _help_requests_not_for_us = _help_requests_answered = _help_requests_referred = _help_requests_put_aside

    def _proposals_ask(self, row: Proposal, by: Any, behalf: Any) -> None:
        late = row.state in (ProposalState.EXPIRED, ProposalState.DECLINED)
        word = self.stage.pick(yes=42, dated=8, question=7, no=23, silence=20)
        if word in ("yes", "dated"):
            day = self.stage.today() + timedelta(days=12) if word == "dated" else None
            engagements.pilot_says_yes(row, by=by, at=self.at, from_date=day, **behalf)
            self._perhaps_not_after_all(row.id)
        elif word == "question" and not late:
            proposals.ask_question(row, "Wie viele Rechner sind es?", by=by, at=self.at, **behalf)
        elif word == "no" and row.state in (ProposalState.ASKED, ProposalState.ACCEPTED):
            reason = self.stage.chance.choice(list(DeclineReason))
            until = self.stage.today() + timedelta(days=30) if self.stage.maybe(0.5) else None
            proposals.decline(row, reason, by=by, at=self.at, until=until, **behalf)
            if self.stage.maybe(0.15):
                self.stage.plan(self.at + timedelta(minutes=5), lambda key=row.id: self._yes_after_all(key))

    def _perhaps_not_after_all(self, key: int) -> None:
        if self.stage.maybe(0.08):
            self.stage.plan(self.stage.later(1, 9), lambda: self._no_after_all(key))

    def _no_after_all(self, key: int) -> None:
        row = db.session.get_one(Proposal, key)
        proposals.decline(row, DeclineReason.NO_TIME, by=row.pilot.user, at=self.at)

    def _yes_after_all(self, key: int) -> None:
        row = db.session.get_one(Proposal, key)
        engagements.pilot_says_yes(row, by=row.pilot.user, at=self.at)

    def _proposals_pilot_says_yes(self, row: Proposal, by: Any, behalf: Any) -> None:
        word = self.stage.pick(begin=60, refuse=10, question=8, silence=22)
        if word == "begin":
            engagements.begin(row, by=by, at=self.at, **behalf)
        elif word == "refuse":
            proposals.refuse(row, self.stage.chance.choice(list(RefuseReason)), by=by, at=self.at, **behalf)
        elif word == "question":
            engagements.member_asks(row, "Was kostet das?", by=by, at=self.at, **behalf)

    _proposals_confirm = _proposals_yes_holds = _proposals_pilot_says_yes

    def _engagements_contact_data(self, row: Engagement, by: Any, behalf: Any) -> None:
        if by.actor_id != row.pilot.user_id and behalf.get("on_behalf_of") != row.pilot.user_id:
            return
        word = self.stage.pick(meet=62, spoke=10, off=5, silence=23)
        if word == "meet":
            engagements.set_meeting(row, self._meeting(), "Vereinsheim", by=by, at=self.at, **behalf)
        elif word == "spoke":
            engagements.contact_made(row, by=by, at=self.at, **behalf)
        elif word == "off":
            self._break_off(row, Side.PILOT, by, behalf)

    def _break_off(self, row: Engagement, side: Side, by: Any, behalf: Any) -> None:
        reason = self.stage.chance.choice(list(BreakOffReason))
        engagements.break_off(row, reason, side, by=by, at=self.at, **behalf)

    def _meeting(self) -> datetime:
        return self.stage.later(self.stage.chance.randint(1, 14), self.stage.chance.choice((10, 17)))

    def _followups_date_agreed(self, row: FollowUp, by: Any, behalf: Any) -> None:
        word = self.stage.pick(yes=45, still_open=15, no=5, done=5, silence=30)
        self._say(row, word, Given(meeting_at=self._meeting()), by, behalf)

    def _followups_how_was_it(self, row: FollowUp, by: Any, behalf: Any) -> None:
        word = self.stage.pick(fits=40, done=15, still_open=8, fits_not=6, no_show=6, silence=25)
        days = self.stage.chance.choice((None, 10, 25, 50, 90))
        ends_on = self.stage.today() + timedelta(days=days) if days else None
        self._say(row, word, Given(goal="Neue Startseite", ends_on=ends_on, minutes=90), by, behalf)

    def _followups_monthly(self, row: FollowUp, by: Any, behalf: Any) -> None:
        for line in questions.open_months_of(row.engagement.pilot_id):
            self._followups_monthly_member(line, by, behalf)

    def _followups_pilot_rests(self, row: FollowUp, by: Any, behalf: Any) -> None:
        for line in questions.open_together(row.engagement.pilot_id, Kind.PILOT_RESTS, CAN_PAUSE):
            self._say(line, self.stage.pick(yes=40, pause=25, hand_over=15, silence=20), Given(), by, behalf)

    def _followups_pause_over(self, row: FollowUp, by: Any, behalf: Any) -> None:
        word = self.stage.pick(yes=45, pause=15, done=10, no=10, silence=20)
        self._say(row, word, Given(ends_on=self.stage.today() + timedelta(days=15)), by, behalf)

    def _followups_monthly_member(self, row: FollowUp, by: Any, behalf: Any) -> None:
        word = self.stage.pick(yes=35, done=25, stuck=8, silence=32)
        self._say(row, word, Given(minutes=60), by, behalf)

    def _followups_feedback(self, row: FollowUp, by: Any, behalf: Any) -> None:
        word = self.stage.pick(done=50, still_open=8, silence=42)
        given = Given(outcome=self.stage.chance.choice(list(Outcome)), ends_on=self.stage.today() + timedelta(days=20))
        self._say(row, word, given, by, behalf)

    def _followups_still_in_use(self, row: FollowUp, by: Any, behalf: Any) -> None:
        self._say(row, self.stage.pick(yes=40, stuck=8, no=8, silence=44), Given(), by, behalf)

    def _say(self, row: FollowUp, word: str, given: Given, by: Any, behalf: Any) -> None:
        if word == "silence":
            return
        following = followups.answer(row, Answer(word), given, by=by, at=self.at, **behalf)
        if following is not None and self.stage.maybe(0.7):
            closing = Given(outcome=Outcome.SOLVED, praise="Danke!")
            followups.answer(following, Answer.DONE, closing, by=by, at=self.at, **behalf)

    def _pilots_still_paused(self, row: Pilot, by: Any, _behalf: Any) -> None:
        if row.state is PilotState.PAUSED and self.stage.maybe(0.5):
            pilots.resume(row, by=by, at=self.at)

    def _accounts_confirm_address(self, row: User, by: Any, _behalf: Any) -> None:
        if self.stage.maybe(0.6):
            registration.mark_confirmed(row, applies=True, by=row, at=self.at)

    def _pilots_confirm(self, row: Pilot, by: Any, _behalf: Any) -> None:
        self._accounts_confirm_address(row.user, by, {})
