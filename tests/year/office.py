"""The coordinator: on office days, when not ill, works through the task list and nothing else."""

import re
from datetime import time, timedelta
from itertools import count

from lotsen.accounts.models import User
from lotsen.accounts.service import people as accounts
from lotsen.core.clock import at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.engagements import queries as engagement_queries
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Concern, Engagement
from lotsen.engagements.rules import BreakOffReason, Outcome, Side
from lotsen.help_requests import queries as request_queries
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import RejectReason
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.outbox import queries as outbox_queries
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import queries as pilot_queries
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason
from lotsen.pilots.rules import RejectReason as PilotRejectReason
from lotsen.proposals import queries as proposal_queries
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import DeclineReason, NotChosenReason
from lotsen.proposals.rules import State as ProposalState

from .award import award
from .people import People
from .stage import Stage

PARTS = (proposal_queries, request_queries, pilot_queries, engagement_queries, outbox_queries)
ILL_DAYS = 14
OPENS = time(9, 30)


def all_tasks(stage: Stage) -> list[Task]:
    """What stands on the coordinator's list."""
    with stage.app.test_request_context():
        return [task for part in PARTS for task in part.tasks(stage.at)]


def number_in(url: str) -> int:
    """The id that a task's page is about."""
    return int(re.findall(r"\d+", url)[-1])


class Office:
    """One coordinator."""

    def __init__(self, stage: Stage, people: People, coordinator: User) -> None:
        self.stage, self.people, self.user_id = stage, people, coordinator.id
        self.newcomers = count(1)
        self.ill_from = local_date(stage.some_day(0.2, 0.7))
        day = stage.today()
        while day <= local_date(stage.end):
            ill = self.ill_from <= day < self.ill_from + timedelta(days=ILL_DAYS)
            if day.weekday() in calendar().office_days and calendar().is_working_day(day) and not ill:
                stage.plan(at_local(day, OPENS), self.work)
            day += timedelta(days=1)

    @property
    def me(self) -> User:
        """The person."""
        return db.session.get_one(User, self.user_id)

    def work(self) -> None:
        """Plan each task of today a minute after the other, so that each is a transaction of its own."""
        for number, task in enumerate(all_tasks(self.stage)):
            if self.stage.maybe(0.9):
                self.stage.plan(self.stage.at, lambda task=task: self._do(task))
            self.stage.counts["tasks"] += number == 0

    def _do(self, task: Task) -> None:
        feature, _, name = task.kind.partition(".")
        self.stage.counts[f"task {task.kind}"] += 1
        getattr(self, f"_{feature}")(name, number_in(task.url))

    def _outbox(self, _name: str, key: int) -> None:
        message = db.session.get_one(OutboxMessage, key)
        if not self.stage.maybe(0.65):
            if message.state is MailState.CALL:
                outbox.record_attempt(message, by=self.me, at=self.stage.at)
            return
        kind, entity, about = message.kind, message.about_entity, message.about_id
        outbox.record_call(message, by=self.me, at=self.stage.at)
        if about is not None:
            self.people.answer(kind, entity, about, message.recipient_id, office=self.me)

    def _help_request(self, name: str, key: int) -> None:
        row = db.session.get_one(HelpRequest, key)
        by, at = self.me, self.stage.at
        if row.state is RequestState.DRAFT:
            word = self.stage.pick(submit=6, withdraw=2, silence=2)
            if word == "submit":
                help_requests.submit(row, by=by, at=at, channel="phone")
            elif word == "withdraw":
                help_requests.withdraw(row, by=by, at=at)
        elif row.state is RequestState.SUBMITTED:
            self._check(row)
        elif row.state is RequestState.OPEN:
            self._approve(row)
        elif row.seeks_further:
            self._approve_further(row)
        elif row.state is RequestState.WAITING:
            self._waiting(row)
        else:
            self._ask_on(row)

    def _ask_on(self, row: HelpRequest) -> None:
        """On the telephone, what the mail had asked."""
        if row.task == "contact_gone":
            name = f"Nele Nach {next(self.newcomers)}"
            help_requests.new_contact(row, name, "", "05721 9900", by=self.me, at=self.stage.at)
        elif row.state is RequestState.ON_HOLD:
            self.people._help_requests_hold_over(row, self.me, {"on_behalf_of": row.contact_id})
        elif row.state is RequestState.QUERY:
            self.people._help_requests_query(row, self.me, {"on_behalf_of": row.contact_id})

    def _waiting(self, row: HelpRequest) -> None:
        by, at = self.me, self.stage.at
        word = self.stage.pick(open=4, keep=3, refer=1, answer=1)
        if word == "open":
            help_requests.open_request(row, by=by, at=at)
        elif word == "keep":
            help_requests.keep(row, by=by, at=at, on_behalf_of=row.contact_id)
        elif word == "refer":
            help_requests.refer(row, "Handwerkskammer", by=by, at=at)
        else:
            help_requests.answer(row, "Im Menü unter „Ansicht“.", by=by, at=at)

    def _check(self, row: HelpRequest) -> None:
        by, at = self.me, self.stage.at
        word = self.stage.pick(open=74, ask=12, refer=3, reject=3, answer=4, hold=4)
        if word == "open":
            organisations.verify_contact(row.organisation_id, row.contact_id, by=by, at=at)
            help_requests.clear_short_text(row, "Ein Verein braucht Hilfe.", by=by, at=at)
            help_requests.open_request(row, by=by, at=at)
            self._approve(row)
        elif word == "ask":
            help_requests.ask_back(row, "Welches Programm ist es?", by=by, at=at)
        elif word == "refer":
            help_requests.refer(row, "Verbraucherzentrale", by=by, at=at)
        elif word == "reject":
            help_requests.reject(row, RejectReason.PAID_WORK, by=by, at=at)
        elif word == "answer":
            help_requests.answer(row, "Ein Neustart hilft.", by=by, at=at)
        else:
            help_requests.hold(row, self.stage.today() + timedelta(days=25), by=by, at=at)

    def _approve(self, row: HelpRequest) -> None:
        by, at = self.me, self.stage.at
        found = proposal_queries.candidates(row, at=at)
        free = [one.proposal for one in found if not one.obstacle]
        late = [one.proposal for one in found if one.proposal.pilot_id in self._late(row.id)]
        if not free and self.stage.maybe(0.6):
            blocked = proposal_queries.blocked_pilots(row)
            for pilot in pilot_queries.for_matching():
                if pilot.id not in blocked and not proposal_queries.obstacle(pilot, at=at):
                    free = [proposals.suggest_by_hand(row, pilot, by=by, at=at)]
                    break
        if not free:
            if self.stage.maybe(0.6) and not row.seeks_further:
                help_requests.wait(row, by=by, at=at)
            return
        if len(free) > 2 and self.stage.maybe(0.05):
            proposals.not_this_one(free.pop(), NotChosenReason.EXPERTISE, by=by, at=at)
        chosen = list(dict.fromkeys([*[one for one in late if one in free], *free]))
        proposals.approve_ladder(row, chosen[: self.stage.chance.randint(1, 3)], by=by, at=at)
        if self.stage.maybe(0.05):
            self.stage.plan(at + timedelta(minutes=4), lambda key=row.id: self._recall(key))

    def _approve_further(self, row: HelpRequest) -> None:
        if self.stage.maybe(0.1):
            engagements.stop_seeking(row, by=self.me, at=self.stage.at)
        elif not proposal_queries.open_ladders(row.id):
            self._approve(row)

    def _late(self, request_id: int) -> set[int]:
        return {one.pilot_id for one in proposal_queries.ladder_history(request_id) if one.wants_anyway_at is not None}

    def _recall(self, request_id: int) -> None:
        for row in proposal_queries.on_ladders_of(request_id):
            if row.state is ProposalState.ASKED:
                proposals.recall_ask(row, by=self.me, at=self.stage.at)

    def _proposal(self, name: str, request_id: int) -> None:
        by, at = self.me, self.stage.at
        request = db.session.get_one(HelpRequest, request_id)
        if name == "late_yes":
            if request.state is RequestState.OPEN or request.seeks_further:
                self._help_request(name, request.id)
            return
        ladder = proposal_queries.latest_ladder(request_id)
        if name == "stopped" and ladder is not None and proposal_queries.live_ask(ladder.id) is None:
            proposals.ask_next(ladder, by=by, at=at)
            return
        for row in proposal_queries.on_ladders_of(request_id):
            if row.task != name:
                continue
            pilot, member = {"on_behalf_of": row.pilot.user_id}, {"on_behalf_of": request.contact_id}
            if row.state is ProposalState.ACCEPTED:
                self.people._proposals_pilot_says_yes(row, by, member)
            elif name == "question" and self.stage.maybe(0.7):
                proposals.question_answered(row, by=by, at=at)
            elif name == "question":
                proposals.decline(row, DeclineReason.OTHER, by=by, at=at, **pilot)
            elif self.stage.maybe(0.3):
                self.people._proposals_ask(row, by, pilot)

    def _engagement(self, name: str, key: int) -> None:
        by, at = self.me, self.stage.at
        if name in ("problem", "hours"):
            engagements.settle_concern(db.session.get_one(Concern, key), "Besprochen.", by=by, at=at)
            return
        row = db.session.get_one(Engagement, key)
        if name == "contact_gone":
            self._contact_follows(row)
            return
        word = self.stage.pick(cared=4, off=2, done=2, meet=1, over=1, rest=1, again=1, silence=1)
        if word == "cared":
            engagements.task_done(row, by=by, at=at)
        elif word == "off":
            engagements.break_off(row, BreakOffReason.DOES_NOT_FIT, None, by=by, at=at)
        elif word == "done":
            outcome = self.stage.chance.choice(list(Outcome))
            engagements.give_feedback(row, Side.MEMBER, outcome, by=by, at=at, on_behalf_of=row.help_request.contact_id)
        elif word == "meet":
            engagements.set_meeting(row, self.stage.later(3, 10), "", by=by, at=at, on_behalf_of=row.pilot.user_id)
        elif word == "over":
            engagements.hand_over(row, Side.PILOT, by=by, at=at, on_behalf_of=row.pilot.user_id)
        elif word == "rest":
            engagements.pause(row, self.stage.today() + timedelta(days=20), Side.MEMBER, by=by, at=at)
        elif word == "again":
            engagements.resume(row, Side.MEMBER, by=by, at=at)

    def _contact_follows(self, row: Engagement) -> None:
        by, at, request = self.me, self.stage.at, row.help_request
        number = next(self.newcomers)
        person = accounts.create(
            name=f"Nele Neu {number}", email=f"nele{number}@post.example", at=at, by=by, locale=request.locale
        )
        organisations.join_known(request.organisation, person=person, by=by, at=at)
        organisations.verify_contact(request.organisation_id, person.id, by=by, at=at)
        engagements.contact_follows(row, person, by=by, at=at)

    def _pilot(self, name: str, key: int) -> None:
        row = db.session.get_one(Pilot, key)
        by, at = self.me, self.stage.at
        if name in ("submitted", "no_date"):
            word = self.stage.pick(talk=7, call_first=2, reject=1)
            if word == "reject":
                pilots.reject(row, PilotRejectReason.OTHER, by=by, at=at)
            else:
                pilots.arrange_talk(row, self.stage.later(6, 17) if word == "talk" else None, by=by, at=at)
        elif name == "ask_result":
            if self.stage.maybe(0.7):
                award(row, self.stage, by=by)
        elif name == "wishes_to_end":
            pilots.end(row, EndReason.WISH, by=by, at=at)
        elif name == "decide" and self.stage.maybe(0.4):
            pilots.reinstate(row, by=by, at=at)
        else:
            pilots.spoken(row, by=by, at=at)
