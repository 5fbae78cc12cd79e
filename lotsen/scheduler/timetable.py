"""The one table: name, how often the scheduler looks (seconds), function, and when something is due next.

A job with ``next_due`` runs only when that instant has come; one without looks for itself each time. All of them are
safe to run twice and side by side: each row is taken by compare-and-set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pkgutil import resolve_name


@dataclass(frozen=True)
class Job:
    """One line of the timetable; functions as ``module:name`` below ``lotsen``.

    ``by_last_run``: due by when it ran last, so that a run with nothing to do is written down too.
    """

    name: str
    every: int
    function: str
    due: str = ""
    by_last_run: bool = False

    def run(self, at: datetime) -> int:
        """Do what is due. Returns how many rows were worked on."""
        function: Callable[[datetime], int] = resolve_name(f"lotsen.{self.function}")
        return function(at)

    def next_due(self) -> datetime | None:
        """The earliest instant at which there is something to do; None when there is nothing."""
        function: Callable[[], datetime | None] = resolve_name(f"lotsen.{self.due}")
        return function()


TIMETABLE = (
    Job("outbox.deliver", 1, "outbox.jobs:deliver", "outbox.jobs:next_due"),
    Job("proposals.sweep", 1, "proposals.jobs:run_sweep"),
    Job("proposals.reconcile", 10, "proposals.jobs:reconcile"),
    Job("proposals.check_rules", 10, "proposals.jobs:check_rules"),
    Job("proposals.wake_waiting", 60, "proposals.jobs:wake_waiting"),
    Job("proposals.sample", 60, "proposals.jobs:sample"),
    Job("proposals.learn", 3600, "proposals.jobs:learn", "proposals.jobs:learn_due", by_last_run=True),
    Job("pilots.due", 5, "pilots.jobs:run_due", "pilots.jobs:next_due"),
    Job("help_requests.due", 5, "help_requests.jobs:run_due", "help_requests.jobs:next_due"),
    Job("proposals.due", 5, "proposals.jobs:run_due", "proposals.jobs:next_due"),
    Job("pilots.names", 60, "pilots.jobs:settle_names"),
    Job("help_requests.intakes", 3600, "help_requests.jobs:purge_intakes"),
    Job("followups.due", 5, "followups.jobs:run_due", "followups.jobs:next_due"),
    Job("outbox.mailbox", 60, "outbox.jobs.mailbox:read"),
    Job("admin.watch", 60, "admin.jobs:watch"),
    Job("home.morning", 30, "home.jobs:morning", "home.jobs:next_due"),
    Job("privacy.retention", 60, "privacy.jobs:retain", "privacy.jobs:next_due"),
    Job("accounts.unconfirmed", 3600, "accounts.jobs:purge_unconfirmed"),
    Job("housekeeping", 60, "scheduler.housekeeping:tidy", "scheduler.housekeeping:next_due", by_last_run=True),
)


def get_job(name: str) -> Job:
    """One line by its name.

    Raises
    ------
    KeyError
        There is no such job.
    """
    return {job.name: job for job in TIMETABLE}[name]
