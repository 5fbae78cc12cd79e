"""Adding rows, inside the open transaction or in one of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

from lotsen.core.db import in_transaction, transaction
from lotsen.core.extensions import db

T = TypeVar("T")
numbers = count(1)


@contextmanager
def writing() -> Iterator[None]:
    """Use the open transaction, else one of its own."""
    if in_transaction():
        yield
        db.session.flush()
    else:
        with transaction():
            yield


def add(row: T) -> T:
    """Add one row and give it its id."""
    db.session.add(row)
    db.session.flush()
    return row
