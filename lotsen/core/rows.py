"""Due rows are the queue: one transaction a row, a lost race is no failure, one bad row does not stop the others."""

from collections.abc import Callable, Iterable
from logging import Logger

from .again import again
from .db import transaction
from .errors import Conflict


class RowsFailed(Exception):
    """Some rows could not be worked on; the run log shows it. The others were."""


def rows_one_by_one(ids: Iterable[int], step: Callable[[int], None], *, log: Logger) -> int:
    """Do ``step`` for each id in a transaction of its own. Returns how many were done.

    Raises
    ------
    RowsFailed
        After all rows were tried, when at least one failed for another reason than a lost race.
    """
    done, failed = 0, []
    for row_id in ids:
        try:
            again(lambda row_id=row_id: _one(row_id, step))  # type: ignore[misc]
            done += 1
        except Conflict:
            log.info("row %s was moved meanwhile", row_id)
        except Exception:
            log.exception("row %s failed; the others go on", row_id)
            failed.append(row_id)
    if failed:
        raise RowsFailed(f"{len(failed)} of {done + len(failed)} rows failed: {failed[:10]}")
    return done


def _one(row_id: int, step: Callable[[int], None]) -> None:
    with transaction():
        step(row_id)
