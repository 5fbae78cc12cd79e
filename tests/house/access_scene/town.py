"""The town as the access tests use it: its rows by name, a browser for each role, the database as it was."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.core.db import purging, transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose

ROLES = ("visitor", "nobody", "applicant", "pilot", "member", "coordinator", "administrator")
READING = ("file_readings",)  # who of the office opened whose file: the one thing that a page may write
SECRET_WORD = "kein-geheimnis-aber-lang-genug"  # fixed, so that a token can be signed beforehand


@dataclass(frozen=True)
class Answer:
    """What came back; 500 with the error's words when the view broke."""

    status: int
    html: str
    location: str = ""

    @property
    def to_login(self) -> bool:
        """Whether it leads to the log-in."""
        return self.status == 302 and self.location.startswith("/anmelden?next=")


@dataclass
class Town:
    """The rows by name, the browsers, and the database as it was."""

    app: Flask
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, dict[str, int]] = field(default_factory=lambda: {"a": {}, "b": {}})
    links: dict[Purpose, str] = field(default_factory=dict)
    contact: dict[str, tuple[str, str]] = field(default_factory=dict)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def ask(
        self, role: str, method: str, path: str, data: dict[str, Any] | None = None, *, csrf: str | None = "good"
    ) -> Answer:
        """One request of one role; text may hold anything, lone surrogates too."""
        client, options = self.clients[role], {}
        if method == "POST":
            fields = {**(data or {}), **({"csrf_token": self.csrf() if csrf == "good" else csrf} if csrf else {})}
            body = urlencode(fields, doseq=True, errors="surrogatepass")
            options = {"data": body, "content_type": "application/x-www-form-urlencoded"}
        try:
            with client.open(path, method=method, **options) as answer:
                return Answer(
                    answer.status_code, answer.get_data().decode("utf-8", "replace"), answer.headers.get("Location", "")
                )
        except Exception as error:  # noqa: BLE001 - the test counts it as a 500 and shows it
            return Answer(500, f"{type(error).__name__}: {str(error)[:300]}")
        finally:
            db.session.rollback()
            db.session.remove()

    def csrf(self) -> str:
        """A valid token of every browser here."""
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(SECRET_WORD))

    def enter(self, role: str) -> None:
        """Give the role's browser its cookie, as after a log-in."""
        client = self.clients.setdefault(role, self.app.test_client())
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie.update(csrf_token=SECRET_WORD, request_browser=f"browser-of-{role}")
            if role in self.sessions:
                cookie.update(_user_id=self.sessions[role], _fresh=True)

    def holds(self, role: str) -> bool:
        """Whether the role's browser holds its cookie still, and with it what pages put there."""
        with self.clients[role].session_transaction() as cookie:
            return (cookie.get("_user_id"), cookie.get("csrf_token")) == (self.sessions.get(role), SECRET_WORD)

    def let_in(self, role: str) -> int | None:
        """Log a role in anew where its session is over. Returns whose it is; None for a visitor and who was erased."""
        if role not in self.sessions:
            return None
        number = self.numbers[role]
        try:
            found = sessions.find_user(self.sessions[role])
            if found is not None and found.session_strong:
                return number
            with transaction():
                person = db.session.get(User, number)
                if person is None or person.erased_at:
                    return None
                person.active = True
                self.sessions[role] = sessions.start(person, strong=True)
            return number
        finally:
            db.session.remove()

    def keep(self) -> None:
        """Remember every row."""
        self.kept = dump()

    def back(self) -> bool:
        """Undo what was written since. Returns whether there was anything."""
        now = dump()
        changed = now != self.kept
        if changed:
            with transaction(), purging():
                tables = [t for t in db.metadata.sorted_tables if t.name not in READING]
                for table in reversed(tables):
                    db.session.execute(table.delete())
                for table in tables:
                    names = [c.name for c in table.columns if c.name != "last_seen_at"]
                    rows = [dict(zip(names, row, strict=True)) for row in self.kept[table.name]]
                    if table.name == "user_sessions":
                        rows = [{**row, "last_seen_at": row["created_at"]} for row in rows]
                    if rows:
                        db.session.execute(insert(table), rows)
            db.session.remove()
        return changed


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for when somebody was last seen."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name in READING:
            continue
        columns = [c for c in table.columns if c.name != "last_seen_at"]
        rows = db.session.execute(db.select(*columns).order_by(*table.primary_key.columns))
        found[table.name] = [tuple(row) for row in rows]
    db.session.remove()
    return found
