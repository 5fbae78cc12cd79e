"""Doing a piece of work again when the database asks for it. Why: docs/adr/0003-two-databases.md.

A context manager cannot run its block twice, so ``transaction()`` does not retry. The edge does: it calls the whole
piece of work again - a view, a row of a job - from its first read, so that every decision is taken anew on what stands.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, request, session
from sqlalchemy.exc import DBAPIError

from .db import forget_kept, has_kept
from .errors import Busy
from .extensions import db

T = TypeVar("T")

# serialization_failure, deadlock_detected, lock_not_available. unique_violation too: two transactions that both looked
# first may meet in the index; the second look then finds the row and says so. A real defect fails again and is seen.
SQLSTATES = frozenset({"40001", "40P01", "55P03", "23505"})
TAKEN = frozenset({"23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
TRIES = 10  # of eight who press at once, each round lets one through
SECONDS = 8.0  # in all; who waited this long for a lock is told to come back


def is_transient(error: BaseException) -> bool:
    """Whether the database says "not now" and not "wrong"."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(cause, "sqlstate", None) in SQLSTATES or _is_taken(cause)


def _is_taken(cause: BaseException | None) -> bool:
    """Whether a row with that key stands already."""
    return getattr(cause, "sqlstate", getattr(cause, "sqlite_errorcode", None)) in TAKEN


def again(work: Callable[[], T], *, may: Callable[[], bool] = lambda: True) -> T:
    """Run ``work``, which opens its own ``transaction()``, once more when the database asks, at most nine times.

    ``may`` is asked before each repetition. When it is over, the database's own error is raised.
    """
    end = time.monotonic() + SECONDS
    for number in range(1, TRIES + 1):
        try:
            return work()
        except DBAPIError as error:
            db.session.rollback()
            if not is_transient(error) or number == TRIES or time.monotonic() > end or not may():
                raise
        time.sleep(random.uniform(0.5, 1.5) * min(0.01 * 2**number, 0.4))
    raise AssertionError("unreachable")


def repeat_views(app: Flask) -> None:
    """Let every view be repeated as long as it has kept nothing; else, and at the end, the page says "try again"."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _repeated(view)


def _repeated(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return view(*args, **kwargs)
        forget_kept()
        before = dict(session)
        try:
            return again(lambda: view(*args, **kwargs), may=lambda: _start_anew(before))
        except DBAPIError as error:
            if is_transient(error) and not _is_taken(error.orig):
                raise Busy from error
            raise

    return run


def _start_anew(before: dict[str, Any]) -> bool:
    """Whether the view may be repeated; if so, cookie and uploads are as they came."""
    if has_kept():
        return False
    session.clear()
    session.update(before)
    for upload in request.files.values():
        upload.stream.seek(0)
    return True
