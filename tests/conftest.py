"""Fixtures: a real database file for each test, a browser for each role, time that stands still until moved."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from lotsen import create_app
from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.core import clock
from lotsen.core.config import ROOT
from lotsen.core.db import transaction, unsaved_changes
from lotsen.core.extensions import db
from tests import database, factories
from tests.contexts import forget_between
from tests.page import PageClient

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10 o'clock in Stadthagen, a working day and an office day


def _memory_dir() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than its .mo; several test processes may do so at the same time."""
    for source in (Path(ROOT) / "lotsen" / "translations").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        with os.fdopen(handle, "wb") as compiled:
            write_mo(compiled, catalogue)
        Path(name).replace(target)


@pytest.fixture(scope="session", autouse=True)
def seldom_swept() -> None:
    """What is loaded once stays; looking through all of it again and again for circles took a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.disable()


@pytest.fixture(scope="module", autouse=True)
def swept() -> Iterator[None]:
    """After each module goes what holds on to itself."""
    yield
    gc.collect()


def pytest_report_header() -> str:
    """Say which database the run is on."""
    return f"database: {database.NAME}"


@pytest.fixture(scope="session")
def storage() -> Iterator[database.Database]:
    """The database of this run; ``storage.another()`` is the address of one more, empty."""
    folder = Path(tempfile.mkdtemp(prefix="lotsen-test-", dir=_memory_dir()))
    made = database.make(folder)
    yield made
    made.end()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def site(storage: database.Database) -> Iterator[Flask]:
    """The app on a migrated database with the catalogue in it."""
    compile_catalogues()
    folder = Path(tempfile.mkdtemp(prefix="lotsen-test-", dir=_memory_dir()))
    app = create_app(
        mode="test",
        instance=str(folder),
        database_url=storage.url,
        url="http://localhost",
        mail_url="",
    )
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a test reads the traceback, not the page for a 500
    lost: list[str] = []

    forget_between(app)

    @app.after_request
    def nothing_unsaved(response):  # type: ignore[no-untyped-def]
        if unsaved_changes():
            lost.append("a request left unsaved changes")
        return response

    def after_request() -> None:
        db.session.rollback()
        assert not lost, lost.pop()

    app.extensions["lotsen.after_test_request"] = after_request
    with app.app_context():
        upgrade()
        from lotsen.skills import service as skills

        with transaction():
            skills.sync()
        db.session.remove()
        db.engine.dispose()
    storage.keep()
    yield app
    with app.app_context():
        db.engine.dispose()
    shutil.rmtree(folder)


@pytest.fixture
def app(site: Flask, storage: database.Database) -> Iterator[Flask]:
    """The app with a fresh database; the app context of the test is open."""
    with site.app_context():
        db.session.remove()
        storage.fresh(db.engine.dispose)
        yield site
        db.session.remove()


class Time:
    """The programme's clock in the hand of a test."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        clock._frozen.set(at)

    def set(self, at: datetime) -> datetime:
        """Go to an instant."""
        self.at = at
        clock._frozen.set(at)
        return at

    def forward(self, **delta: float) -> datetime:
        """Go forward: ``time.forward(days=3)``."""
        return self.set(self.at + timedelta(**delta))


@pytest.fixture
def time() -> Iterator[Time]:
    """Time stands at Tuesday, 24 November 2026, 10 o'clock local, until moved."""
    yield Time(TUESDAY)
    clock._frozen.set(None)


@pytest.fixture
def at(time: Time) -> datetime:
    """The instant at which the test starts."""
    return time.at


@pytest.fixture
def browser(app: Flask, time: Time) -> Callable[[User | None], PageClient]:
    """Make a browser for a person (or for nobody)."""

    def make(user: User | None = None) -> PageClient:
        client = app.test_client()
        if user is not None:
            with transaction():
                token = sessions.start(db.session.merge(user), strong=True)
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["_fresh"] = True
        return PageClient(client)

    return make


@pytest.fixture
def as_visitor(browser: Callable[[User | None], PageClient]) -> PageClient:
    """A browser without log-in."""
    return browser(None)


@pytest.fixture
def coordinator(app: Flask, time: Time) -> User:
    """A coordinator."""
    return factories.coordinator()


@pytest.fixture
def as_coordinator(browser: Callable[[User | None], PageClient], coordinator: User) -> PageClient:
    """The coordinator's browser."""
    return browser(coordinator)


@pytest.fixture
def as_administrator(browser: Callable[[User | None], PageClient]) -> PageClient:
    """An administrator's browser."""
    return browser(factories.administrator())


@pytest.fixture
def as_pilot(browser: Callable[[User | None], PageClient]) -> PageClient:
    """An awarded pilot's browser."""
    return browser(factories.pilot().user)


@pytest.fixture
def as_member(browser: Callable[[User | None], PageClient]) -> PageClient:
    """The browser of a contact person of a verified organisation."""
    return browser(factories.member().user)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements run since the fixture was asked for (clear() to start anew)."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_):  # type: ignore[no-untyped-def]
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
