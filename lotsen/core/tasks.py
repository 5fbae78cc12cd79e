"""What needs a human now: a task is a query over states, never a table."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Task:
    """One thing a coordinator should do, with the one action it needs."""

    kind: str
    title: str
    url: str
    action: str
    waiting_since: datetime
    due_at: datetime | None = None
    urgent: bool = False
    detail: str = ""
