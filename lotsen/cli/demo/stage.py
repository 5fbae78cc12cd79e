"""The clock of the play: stories take turns, and between their steps the scheduler's jobs run when they are due."""

import heapq
import logging
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from flask import Flask

from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.errors import DomainError
from lotsen.core.extensions import db
from lotsen.scheduler.runner import run
from lotsen.scheduler.timetable import TIMETABLE, get_job

log = logging.getLogger(__name__)

# A story does something at each step and yields when it goes on. Each step is one transaction.
Story = Iterator[datetime]
SEED = 31655
TOO_OFTEN = 50

# Nothing in the demo town is so old that it would have to go, and nobody has learned from it yet.
LEFT_OUT = frozenset({"housekeeping", "privacy.retention", "proposals.learn"})


class Stage:
    """Plays stories from ``start`` to ``end``; what would come after ``end`` does not happen."""

    def __init__(self, app: Flask, *, start: datetime, end: datetime) -> None:
        self.app, self.at, self.end = app, start, end
        self.chance = random.Random(SEED)
        self.steps = self.jobs = 0
        self.broken: list[str] = []
        self._stories: list[tuple[datetime, int, Story]] = []
        self._number = count()
        self._day = start.date()
        self._timed = [job for job in TIMETABLE if job.due and job.name not in LEFT_OUT]

    def begin(self, at: datetime, story: Story) -> None:
        """Let a story begin at an instant."""
        heapq.heappush(self._stories, (at, next(self._number), story))

    def play(self, until: datetime | None = None) -> None:
        """Play everything up to an instant, else up to the end."""
        until = until or self.end
        while self._stories and self._stories[0][0] <= until:
            at, _, story = heapq.heappop(self._stories)
            self._settle(at)
            self.at = at
            following = self._step(story)
            if following is not None:
                self.begin(max(following, at + timedelta(minutes=1)), story)
        self._settle(until)
        self.at = until

    def _step(self, story: Story) -> datetime | None:
        self.steps += 1
        try:
            with clock.frozen(self.at), transaction():
                return next(story, None)
        except DomainError as error:  # a season with other holidays: this story ends here, the town is still whole
            log.exception("a story of the demo town ended early at %s", self.at)
            self.broken.append(f"{self.at:%Y-%m-%d %H:%M} {error!r}")
            return None

    def _settle(self, until: datetime) -> None:
        """Let the scheduler do what becomes due up to an instant, at its own instants and in its order."""
        last, again = None, 0
        while True:
            dues = [(due, job) for job in self._timed if (due := job.next_due()) is not None and due <= until]
            db.session.rollback()
            if not dues:
                break
            due = min(due for due, _ in dues)
            again = again + 1 if due == last else 0
            if again > TOO_OFTEN:
                raise RuntimeError(f"at {due} something is due again and again")
            last = due
            at = max(due, self.at)
            for job_due, job in dues:
                if job_due <= at:
                    self.jobs += run(self.app, job, at)
        if until.date() != self._day or until == self.end:
            self._day = until.date()
            run(self.app, get_job("proposals.reconcile"), until)

    def hours(self, hours: float) -> datetime:
        """So many hours later."""
        return self.at + timedelta(hours=hours)

    def after(self, due_at: datetime | None, hours: float = 2) -> datetime:
        """Some time after the scheduler will have done its next step; tomorrow when none is known."""
        return due_at + timedelta(hours=hours) if due_at is not None else self.wt(1, 9)

    def wt(self, days: int, hour: int | None = None) -> datetime:
        """So many working days later, at a time of the day."""
        return self._when(clock.calendar().nth_working_day(clock.local_date(self.at), days), hour)

    def office(self) -> datetime:
        """The next office day."""
        return self._when(clock.calendar().next_office_day(clock.local_date(self.at)), self.chance.choice((9, 10, 11)))

    def ago(self, days: int, hour: int | None = None) -> datetime:
        """So many calendar days before the end."""
        return self._when(clock.local_date(self.end) - timedelta(days=days), hour)

    def wt_ago(self, days: int, hour: int | None = None) -> datetime:
        """The nth working day before the end."""
        calendar, day = clock.calendar(), clock.local_date(self.end)
        for _ in range(days):
            day -= timedelta(days=1)
            while not calendar.is_working_day(day):
                day -= timedelta(days=1)
        return self._when(day, hour)

    def today(self) -> date:
        """The day on stage."""
        return clock.local_date(self.at)

    def last_day(self) -> date:
        """The day on which the play ends."""
        return clock.local_date(self.end)

    def _when(self, day: date, hour: int | None) -> datetime:
        hour = hour if hour is not None else self.chance.randint(8, 20)
        return clock.at_local(day, time(hour, self.chance.randrange(0, 60, 5)))
