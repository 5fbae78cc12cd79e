"""Alembic's environment: the app's engine, the models' metadata, one transaction for each migration."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import sqlalchemy
from alembic import context
from flask import current_app
from sqlalchemy import Connection

from lotsen.core.db import UtcDateTime
from lotsen.core.extensions import Base


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write plain column types into migrations, so that they do not change when our own types do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, sqlalchemy.Enum):
        return f"sa.String(length={item.length})"
    return False


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: dropping the old one would delete, or trip over, what points at it.

    The PRAGMA counts only outside a transaction, so it is given to the driver before SQLAlchemy begins one.
    """
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        wrong = raw.execute("PRAGMA foreign_key_check").fetchall()
        if wrong:
            raise RuntimeError(f"the migration left {len(wrong)} rows that point at nothing, first {wrong[0]}")
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys = ON")


engine = current_app.extensions["migrate"].db.engine

if context.is_offline_mode():
    context.configure(
        url=engine.url.render_as_string(hide_password=False),
        target_metadata=Base.metadata,
        literal_binds=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    with engine.connect() as connection, without_foreign_keys(connection):
        connection.execution_options(
            lotsen_immediate=True
        )  # waits for its turn beside an old version that still serves
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
