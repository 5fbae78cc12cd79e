"""How often somebody may try: counted in the database, so that every worker sees the same number."""

import hashlib
from datetime import timedelta

from flask import g, has_request_context
from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from . import logs
from .clock import real_now
from .db import is_postgresql
from .extensions import db
from .models import ThrottleCounter


def key(kind: str, value: str | None) -> str:
    """The key of a counter: what is counted, and a hash instead of the address or account itself."""
    digest = hashlib.sha256((value or "").encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}:{digest[:32]}"


def allowed(key: str, *, limit: int, window: timedelta) -> int:
    """Count one attempt, atomically; 0 when it is allowed, else the seconds to wait.

    In a short ``transaction(guarded=True)`` of its own, before any hash is computed. A request counts once, also when
    its view is repeated.
    """
    answers = g.setdefault("throttled", {}) if has_request_context() else {}
    if key not in answers:
        answers[key] = _count(key, limit, window)
    return int(answers[key])


def _count(key: str, limit: int, window: timedelta) -> int:
    at = real_now()
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    old = ThrottleCounter.window_starts_at <= at - window
    statement = (
        insert(ThrottleCounter)
        .values(key=key[:160], window_starts_at=at, count=1)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((old, 1), else_=ThrottleCounter.count + 1),
                "window_starts_at": case((old, at), else_=ThrottleCounter.window_starts_at),
            },
        )
        .returning(ThrottleCounter.count, ThrottleCounter.window_starts_at)
    )
    tries, start = db.session.execute(statement).one()
    if tries <= limit:
        return 0
    logs.security(f"too many tries: {key.partition(':')[0]}")
    return max(1, int((start + window - at).total_seconds()))


def forget(key: str) -> None:
    """Start anew after a success."""
    db.session.execute(delete(ThrottleCounter).where(ThrottleCounter.key == key[:160]))


def purge() -> int:
    """Drop counters older than a day. Returns how many."""
    result = db.session.execute(
        delete(ThrottleCounter).where(ThrottleCounter.window_starts_at < real_now() - timedelta(days=1))
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
