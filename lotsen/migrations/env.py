"""Alembic's environment: the app's engine, the models' metadata, one transaction for each migration."""

from typing import Literal

import sqlalchemy
from alembic import context
from flask import current_app

from lotsen.core.db import UtcDateTime
from lotsen.core.extensions import Base


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write plain column types into migrations, so that they do not change when our own types do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, sqlalchemy.Enum):
        return f"sa.String(length={item.length})"
    return False


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
    with engine.connect() as connection:
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
