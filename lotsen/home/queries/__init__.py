"""What needs a person now, who rings, and what happened to a row."""

from .changes import changes
from .concerned import concerned
from .desk import office_tasks, own_rows
from .persons import Open, open_for
from .search import Found, find
from .start import start
from .subjects import subject
from .untouched import Untouched, deputy, responsible, untouched
from .waiting import who_waits

__all__ = [
    "Found",
    "Open",
    "Untouched",
    "changes",
    "concerned",
    "deputy",
    "find",
    "office_tasks",
    "open_for",
    "own_rows",
    "responsible",
    "start",
    "subject",
    "untouched",
    "who_waits",
]
