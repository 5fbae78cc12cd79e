"""What a page costs step by step, from a bare Flask page up: the measure beside which Lotsen's own pages are read.

The budgets of the pages were derived from such a ladder; each step's figure then, in multiples of its bare page, stands
here. A run's own ladder says what a bare page means in this run, on this machine.
"""

from typing import Any, NamedTuple

from flask import Flask, Response, render_template
from flask_login import LoginManager, UserMixin, login_required, login_user
from flask_wtf import CSRFProtect
from jinja2 import DictLoader
from sqlalchemy import Engine, String, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Step(NamedTuple):
    """A page of the ladder: what it does more than the one before, where it is, what was found for it before."""

    name: str
    path: str
    multiple: float


STEPS = (
    Step("bare Flask page", "/ladder/bare", 1),
    Step("template of 20 rows", "/ladder/template", 1.65),
    Step("  filled by SQLAlchemy Core", "/ladder/core", 3.3),
    Step("  filled by its ORM", "/ladder/orm", 3.9),
    Step("  with log-in, CSRF, headers", "/ladder-in/logged-in", 5.4),
)
ROWS = 20
TEMPLATES = {
    "base.html": """<!doctype html><html><head><title>ladder</title></head><body>
<nav>{% for name in "abc" %}<a href="/{{ name }}">{{ name }}</a>{% endfor %}</nav>
{% block main %}{% endblock %}</body></html>""",
    "list.html": """{% extends "base.html" %}{% block main %}
{% if current_user %}<p>{{ current_user.title }}</p><form><input value="{{ csrf_token() }}"></form>{% endif %}
<table>{% for row in rows %}<tr><td>{{ row.id }}</td><td><a href="/row/{{ row.id }}">{{ row.title }}</a></td>
<td>{{ row.place }}</td><td>{{ row.state }}</td></tr>{% endfor %}</table>{% endblock %}""",
}


class Base(DeclarativeBase):
    """A table of its own, as narrow as an example's."""


class Row(Base, UserMixin):
    """A row of the list; the first one is who logs in, too."""

    __tablename__ = "bench_ladder"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    place: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(20))


FIRST = select(Row).order_by(Row.id).limit(ROWS)
CELLS = select(Row.id, Row.title, Row.place, Row.state).order_by(Row.id).limit(ROWS)


def fill(engine: Engine) -> None:
    """Make the table in the bench's database."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"title": f"Row {n}", "place": "31655 Stadthagen", "state": "open"} for n in range(1000)]
        connection.execute(insert(Row), rows)


def app(database_url: str) -> Flask:
    """Every step but the last."""
    made, engine = _plain("ladder"), create_engine(database_url)
    fixed: list[dict[str, Any]] = [
        {"id": n, "title": f"Row {n}", "place": "31655 Stadthagen", "state": "open"} for n in range(ROWS)
    ]

    def core() -> str:
        with engine.connect() as connection:
            return render_template("list.html", rows=connection.execute(CELLS).all())

    def orm() -> str:
        with Session(engine) as session:
            return render_template("list.html", rows=session.scalars(FIRST).all())

    made.add_url_rule("/bare", "bare", lambda: "<!doctype html><title>bare</title><p>bare")
    made.add_url_rule("/template", "template", lambda: render_template("list.html", rows=fixed))
    made.add_url_rule("/core", "core", core)
    made.add_url_rule("/orm", "orm", orm)
    return made


def logged_in_app(database_url: str) -> Flask:
    """The last step, in an application of its own, because the extensions take part in every page of theirs."""
    made, engine = _plain("ladder-logged-in"), create_engine(database_url)
    manager = LoginManager(made)
    CSRFProtect(made)

    @manager.user_loader
    def load(row_id: str) -> Row | None:
        with Session(engine) as session:
            return session.get(Row, int(row_id))

    @made.get("/begin")
    def begin() -> str:
        with Session(engine) as session:
            login_user(session.scalars(FIRST).first())
        return "begun"

    @made.get("/logged-in")
    @login_required
    def page() -> str:
        with Session(engine) as session:
            return render_template("list.html", rows=session.scalars(FIRST).all())

    @made.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    return made


def _plain(name: str) -> Flask:
    made = Flask(name)
    made.config.update(SECRET_KEY="only a bench", SESSION_COOKIE_NAME=name)
    made.jinja_loader = DictLoader(TEMPLATES)
    return made
