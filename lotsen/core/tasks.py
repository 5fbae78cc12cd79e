"""What needs a human now: a task is a query over states, never a table."""

from dataclasses import dataclass
from datetime import datetime

Row = tuple[str, int]


@dataclass(frozen=True)
class Task:
    """One thing a coordinator should do, with the one action it needs.

    ``row``: entity and id of what must move for the task to go. ``about``: what a note about it would be about.
    ``done_url``: where one POST is all there is to do. ``phone``: whom to call, where the call is the task.
    ``promised``: somebody was told that this happens on the day ``due_at`` names.
    ``urgent_because``: why it is urgent, where the title does not say so.
    ``due_at``: None is the office day after ``waiting_since``.
    """

    kind: str
    title: str
    url: str
    action: str
    waiting_since: datetime
    due_at: datetime | None = None
    urgent: bool = False
    urgent_because: str = ""
    promised: bool = False
    detail: str = ""
    row: Row | None = None
    about: Row | None = None
    done_url: str = ""
    phone: str = ""

    @property
    def key(self) -> str:
        """The same as long as nothing moved: kind, row, and since when it waits."""
        where = f"{self.row[0]}:{self.row[1]}" if self.row is not None else self.url
        return f"{self.kind}:{where}:{self.waiting_since:%Y%m%d%H%M%S}"
