"""A named lease in the database: one process acts, a second one stays idle. Only saves work; sweeps are idempotent."""

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from .clock import real_now
from .db import is_postgresql
from .extensions import db
from .models import Lease


def acquire(name: str, holder: str, seconds: float) -> bool:
    """Take or renew the lease for ``seconds``. Returns whether this holder has it now. Inside ``transaction()``."""
    at = real_now()
    until = at + timedelta(seconds=seconds)
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    made = db.session.execute(
        insert(Lease).values(name=name, holder=holder, until=until).on_conflict_do_nothing(index_elements=["name"])
    )
    if made.rowcount == 1:  # type: ignore[attr-defined]
        return True
    taken = db.session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until < at))
        .values(holder=holder, until=until)
    )
    return int(taken.rowcount) == 1  # type: ignore[attr-defined]


def release(name: str, holder: str) -> None:
    """Let go of the lease, if this holder has it. Inside ``transaction()``."""
    db.session.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=real_now()))


def is_held(name: str) -> bool:
    """Whether somebody holds the lease now."""
    return db.session.scalar(select(Lease.name).where(Lease.name == name, Lease.until > real_now())) is not None
