"""What waits for a coordinator on a row besides its state, and since when: only by that can a task grow old."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from .db import UtcDateTime


class NeedsOffice:
    """A row with a lifecycle on which something can wait for a coordinator besides: ``task``, and since when."""

    task: Mapped[str]
    task_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_since: Mapped[datetime]

    @property
    def waits_since(self) -> datetime:
        """When what stands in ``task`` appeared; a row from before this was written down knows its state's age only."""
        return self.task_since or self.state_since


def give_task(row: NeedsOffice, word: str, *, at: datetime) -> None:
    """From now on this waits for a coordinator; what waits already keeps its age. Settled: ``row.task = ""``."""
    if row.task != word:
        row.task, row.task_since = word, at


def give_task_if_free(row: NeedsOffice, word: str, *, at: datetime) -> None:
    """As `give_task`, unless something else must be seen to first."""
    give_task(row, row.task or word, at=at)
