"""Who was erased, kept outside the database: a restored backup must not bring anybody back.

``erased.txt`` in the instance folder holds one keyed hash a line, made from the row as it was; nobody is named in it.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core.extensions import db


def path() -> Path:
    """Where the hashes are."""
    return Path(current_app.config["LOTSEN"].instance) / "erased.txt"


def stone(user_id: int, created_at: datetime, name: str, email: str | None, phone: str) -> str:
    """The hash of one person's row."""
    words = "\n".join((str(user_id), created_at.isoformat(), name, email or "", phone))
    return hmac.new(
        current_app.config["LOTSEN"].secret.encode(), words.encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()


def of(user: User) -> str:
    """The hash of a person who is still there."""
    return stone(user.id, user.created_at, user.name, user.email, user.phone)


def add(line: str) -> None:
    """Keep a hash, once the erasure is committed."""
    with path().open("a", encoding="ascii") as file:
        file.write(f"{line}\n")


def brought_back() -> Iterator[int]:
    """Ids of people who were erased and are here again: a backup from before was restored."""
    if not path().exists():
        return
    known = set(path().read_text(encoding="ascii").split())
    rows = db.session.execute(
        select(User.id, User.created_at, User.name, User.email, User.phone).where(User.erased_at.is_(None))
    )
    for row in rows.all():
        if stone(*row) in known:
            yield row.id
