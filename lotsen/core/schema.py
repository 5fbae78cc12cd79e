"""Which migration the database has, and which one this version needs."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from .extensions import db


def found() -> str:
    """Which migration the database has; empty when it has none."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def expected() -> str:
    """Which migration this version needs."""
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head() or ""


def is_current() -> bool:
    """Whether the database has exactly the tables of this version."""
    return found() == expected()
