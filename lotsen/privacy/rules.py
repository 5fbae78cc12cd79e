"""How long things are kept, in classes with numbers that the town may change. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Retention:
    """One class: after this many months, counted from what ended, its rows go or lose what is personal.

    ``by_lifecycle``: the step of a lifecycle does it; the number stands among the deadlines.
    """

    name: str
    months: int = 0
    least: int = 1
    most: int = 120
    by_lifecycle: bool = False


RETENTION = (
    Retention("requests_closed", 12, most=36),
    Retention("case_texts", 12, most=36),
    Retention("proposal_texts", 12, most=36),
    Retention("pilots_ended", by_lifecycle=True),
    Retention("pilots_rejected", by_lifecycle=True),
    Retention("accounts_idle", 24, least=6, most=60),
    Retention("notes", 24, most=60),
    Retention("mail_texts", 1, most=12),
    Retention("mails", 12, most=36),
    Retention("links", 6, most=24),
    Retention("consents", 36, least=12),
    Retention("audit", 36, least=12),
    Retention("readings", 12, least=3, most=36),
    Retention("barriers", 12, most=36),
    Retention("job_errors", 1, most=12),
)
BY_NAME = {kind.name: kind for kind in RETENTION}
RUNS_KEPT_MONTHS = 13
NEXT_MONTH = timedelta(days=31)


def cutoff(at: datetime, months: int) -> datetime:
    """The instant this many calendar months before ``at``; a day that a month lacks is its last one."""
    number = at.year * 12 + at.month - 1 - months
    year, month = divmod(number, 12)
    month += 1
    day = min(at.day, monthrange(year, month)[1])
    return at.astimezone(UTC).replace(year=year, month=month, day=day)


def months(name: str, own: dict[str, int]) -> int:
    """The number of months of a class: the town's, within what is allowed, else the default."""
    kind = BY_NAME[name]
    return min(max(own.get(name, kind.months), kind.least), kind.most)


def means_erase(word: str) -> bool:
    """Whether somebody typed the word that erasing asks for, in either language."""
    return word.strip().casefold() in {"löschen", "loeschen", "delete", "erase"}
