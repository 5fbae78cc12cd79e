"""The clock of the year: events in order, between them the scheduler's walk, then people read their mails."""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.errors import DomainError
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.scheduler.timetable import TIMETABLE, Job, get_job
from lotsen.scheduler.walk import walk
from tests.smtp_sink import Sink

EVENING = time(20, 30)
# In a small year people's time-outs run at every instant, the search in the evening, the rest once a fortnight.
ALWAYS = ("outbox.deliver", "pilots.due", "help_requests.due", "proposals.due", "followups.due")
EVENINGS = ("proposals.sweep", "proposals.reconcile", "proposals.check_rules", "proposals.wake_waiting", "home.morning")
FEW = tuple(get_job(name) for name in ALWAYS)
SEARCH = tuple(get_job(name) for name in (*EVENINGS, *ALWAYS))
NEW_YEAR = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)


class Stage:
    """Plays what was planned from ``NEW_YEAR`` on; each event is one transaction at one instant."""

    def __init__(
        self, app: Flask, sink: Sink, seed: int, days: int, *, before: int = 0, every: int = 1, thorough: bool = True
    ) -> None:
        self.app, self.sink, self.days, self.every = app, sink, days, every
        self.seed, self.chance = seed, random.Random(seed)
        self.at = NEW_YEAR - timedelta(days=before)
        self.end = NEW_YEAR + timedelta(days=days)
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.wrong: dict[str, datetime] = {}
        self.spoke_before: dict[int, dict[int | str, datetime]] = defaultdict(dict)
        self.on_mail: Callable[[OutboxMessage], None] = lambda _mail: None
        self._events: list[tuple[datetime, int, Callable[[], Any]]] = []
        self._number = count()
        self._read: set[int] = set()
        self.thorough = thorough
        self.looks: dict[datetime, tuple[Job, ...]] = {}

    def plan(self, at: datetime, what: Callable[[], Any]) -> None:
        """Let something happen at an instant."""
        heapq.heappush(self._events, (max(at, self.at), next(self._number), what))

    def maybe(self, share: float) -> bool:
        """True by chance."""
        return self.chance.random() < share

    def pick(self, **shares: float) -> str:
        """One of the words by its share."""
        return self.chance.choices(list(shares), list(shares.values()))[0]

    def today(self) -> date:
        """The local day."""
        return clock.local_date(self.at)

    def later(self, days: int, hour: int) -> datetime:
        """A local hour so many days later."""
        return clock.at_local(self.today() + timedelta(days=days), time(hour, 30))

    def some_day(self, first: float = 0.0, last: float = 1.0) -> datetime:
        """An instant by chance within a part of the year."""
        day = clock.local_date(NEW_YEAR) + timedelta(
            days=self.chance.randint(int(first * self.days), int(last * self.days))
        )
        return clock.at_local(day, time(self.chance.choice((10, 13, 19)), 30))

    def play(self, *, every_fortnight: Callable[[], None]) -> None:
        """Everything up to the end."""
        for number in range(0, self.days + 1, self.every):
            day = clock.local_date(NEW_YEAR) + timedelta(days=number)
            self.plan(clock.at_local(day, EVENING), self._read_mails)
            self.looks[clock.at_local(day, EVENING)] = SEARCH
            if number % 14 in range(14 - self.every, 14) or number > self.days - self.every:
                self.looks[clock.at_local(day, EVENING)] = TIMETABLE
                self.plan(clock.at_local(day, EVENING), every_fortnight)
        while self._events:
            at, _, planned = heapq.heappop(self._events)
            if at > self.end + timedelta(days=1):
                break
            self.go(at)
            self._do(planned)

    def go(self, until: datetime) -> None:
        """Let the scheduler walk to an instant."""
        if until > self.at:
            db.session.remove()
            with clock.frozen(self.at):
                done = walk(self.app, until, jobs=TIMETABLE if self.thorough else FEW)
            if until in self.looks and not self.thorough:
                with clock.frozen(until):
                    done.failed |= walk(self.app, until, jobs=self.looks[until]).failed
            assert not done.failed, f"jobs failed before {until}: {done.failed}"
            self.counts["instants"] += done.instants
            self.at = until

    def _do(self, planned: Callable[[], Any]) -> None:
        """One thing that somebody does; what the programme refuses politely is counted."""
        try:
            with clock.frozen(self.at), transaction():
                planned()
        except DomainError as error:
            self.refused[f"{type(error).__name__} {getattr(error, 'code', '')}".strip()] += 1
        db.session.expire_all()

    @contextmanager
    def watching_contacts(self) -> Iterator[None]:
        """Keep who spoke for each request, and until when."""

        def changed(request: HelpRequest, _new: Any, old: Any, _how: Any) -> None:
            if request.id is not None and old and isinstance(old, int | str):
                self.spoke_before[request.id][old] = self.at

        columns = (HelpRequest.contact_id, HelpRequest.contact_email)
        for column in columns:
            event.listen(column, "set", changed, active_history=True)
        try:
            yield
        finally:
            for column in columns:
                event.remove(column, "set", changed)

    def _read_mails(self) -> None:
        """Whoever got a mail today may answer it; nobody acts without one."""
        found = select(OutboxMessage).where(OutboxMessage.state == MailState.SENT, OutboxMessage.id.not_in(self._read))
        for mail in db.session.scalars(found.order_by(OutboxMessage.id)).all():
            self._read.add(mail.id)
            self.on_mail(mail)
