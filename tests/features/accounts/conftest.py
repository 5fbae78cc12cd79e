"""A real town beside the demo one, people with passwords, and an authenticator app."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask

from lotsen.accounts.models import User
from lotsen.accounts.service import passwords, second_step
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from tests import factories

PASSWORD = "apfel zaun mond"


@pytest.fixture
def real_town(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app in production mode."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    return app


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Computed once: it takes its time on purpose."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def staff(app: Flask, time: Any, password_hash: str) -> User:
    """A coordinator with a password."""
    return factories.coordinator(email="karin@example.org", password_hash=password_hash)


@pytest.fixture
def admin(app: Flask, time: Any, password_hash: str) -> User:
    """An administrator with a password."""
    return factories.user(Role.ADMINISTRATOR, name="Adam Admin", email="adam@example.org", password_hash=password_hash)


class Wall:
    """The wall clock in the hand of a test."""

    def __init__(self) -> None:
        self.at = datetime.now(tz=clock.UTC)

    def forward(self, **delta: float) -> datetime:
        """Go forward."""
        self.at += timedelta(**delta)
        return self.at


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    """Every module that reads the wall clock reads this one."""
    import importlib

    made = Wall()
    for name in (
        "lotsen.core.clock",
        "lotsen.core.throttle",
        "lotsen.core.typed",
        "lotsen.accounts.service.sessions",
        "lotsen.accounts.service.devices",
        "lotsen.accounts.service.second_step",
        "lotsen.accounts.views.base",
    ):
        monkeypatch.setattr(importlib.import_module(name), "real_now", lambda: made.at)
    yield made


class App:
    """The app on somebody's telephone."""

    def __init__(self, secret: str, wall: Wall) -> None:
        self.secret, self.wall = secret, wall

    def code(self, *, ago: float = 0) -> str:
        """The code it shows, or showed some seconds ago."""
        return pyotp.TOTP(self.secret).at(self.wall.at - timedelta(seconds=ago))


@pytest.fixture
def telephone(app: Flask, wall: Wall, at: datetime) -> Callable[[User], tuple[App, list[str]]]:
    """Set the second step up for a person; returns the app and the recovery codes."""

    def make(person: User) -> tuple[App, list[str]]:
        secret = second_step.opened(second_step.new_secret()) or ""
        phone = App(secret, wall)
        with transaction():
            user = db.session.get_one(User, person.id)
            codes = second_step.set_up(user, secret, phone.code(), by=user, at=at)
        wall.forward(seconds=60)
        return phone, codes

    return make
