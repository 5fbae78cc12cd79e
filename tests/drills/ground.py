"""A town to be broken: a database of its own, a mail server, an app."""

import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from lotsen import create_app
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.skills import service as skills
from tests import database as databases
from tests.contexts import forget_between
from tests.postgresql import programs
from tests.smtp_sink import Sink

DATABASES = ("sqlite", "postgresql")


@dataclass
class Ground:
    """Where a drill takes place."""

    app: Flask
    sink: Sink
    folder: Path
    url: str
    storage: databases.Database | None = None


@dataclass
class Figures:
    """What a drill found: printed as they stand; those in ``none`` must be 0, those in ``some`` must not."""

    numbers: dict[str, int] = field(default_factory=dict)
    none: tuple[str, ...] = ()
    some: tuple[str, ...] = ()

    def count(self, words: str, number: int = 1) -> None:
        """Add to one of them."""
        self.numbers[words] = self.numbers.get(words, 0) + number

    def report(self, title: str) -> int:
        """Print them; 1 when one that must be 0 is not, or one is 0 that must not be."""
        print(title)
        for words in dict.fromkeys((*self.numbers, *self.some, *self.none)):
            print(f"{self.numbers.get(words, 0):8} {words}")
        sys.stdout.flush()
        missing = [words for words in self.some if not self.numbers.get(words)]
        return int(bool(missing) or any(self.numbers.get(words) for words in self.none))


def chosen() -> list[str]:
    """The databases named on the command line, else all there are."""
    named = [name for name in sys.argv[1:] if name in DATABASES]
    found = named or list(DATABASES)
    if "postgresql" in found and programs() is None:
        print("PostgreSQL is not installed: on SQLite only")
        found.remove("postgresql")
    return found


def number_from_command(default: int) -> int:
    """The number named on the command line."""
    return next((int(word) for word in sys.argv[1:] if word.isdecimal()), default)


@contextmanager
def ground(database: str) -> Iterator[Ground]:
    """A migrated, empty town with the catalogue, mails going to a real SMTP server."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="lotsen-drill-", dir=memory))
    storage: databases.Database = databases.SQLite(folder) if database == "sqlite" else databases.PostgreSQL()
    sink = Sink().start()
    try:
        app = create_app(
            mode="test", instance=str(folder), database_url=storage.url, url="http://localhost", mail_url=sink.url
        )
        forget_between(app)
        with app.app_context():
            upgrade()
            with transaction():
                skills.sync()
            yield Ground(app, sink, folder, storage.url, storage)
            db.session.remove()
            db.engine.dispose()
    finally:
        logging.disable(before)
        sink.stop()
        storage.end()
        shutil.rmtree(folder)
