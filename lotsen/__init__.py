"""Lotsen: the software of a town's Digitallotsen programme. ``create_app`` is where everything meets."""

import importlib
import importlib.util
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from lotsen.core import access, config, cookies, extensions, i18n, logs, translating, web
from lotsen.core.access import Role
from lotsen.core.again import repeat_views
from lotsen.core.db import POSTGRESQL_OPTIONS
from lotsen.core.forms import drawing
from lotsen.core.menu import MenuItem
from lotsen.core.tasks import Task

__version__ = "0.1.0"

LARGEST_FORM = 1024 * 1024  # bytes, in whatever form they are sent: what the page for 413 says; nothing is uploaded

FEATURES = (
    "audit",
    "municipality",
    "outbox",
    "accounts",
    "notes",
    "skills",
    "organisations",
    "pilots",
    "help_requests",
    "proposals",
    "engagements",
    "followups",
    "admin",
    "privacy",
    "public",
    "reports",
    "home",
)

MENU = (
    MenuItem(_l("Hilfe anfragen"), "help_requests.new"),
    MenuItem(_l("Lotsin oder Lotse werden"), "pilots.apply"),
    MenuItem(_l("Unsere Lotsinnen und Lotsen"), "pilots.public_list"),
    MenuItem(_l("Start"), "home.start", tuple(Role)),
    MenuItem(_l("Anfragen"), "help_requests.overview", (Role.COORDINATOR, Role.MEMBER)),
    MenuItem(_l("Vorschläge"), "proposals.queue", (Role.COORDINATOR,)),
    MenuItem(_l("Begleitungen"), "engagements.overview", (Role.PILOT, Role.MEMBER, Role.COORDINATOR)),
    MenuItem(_l("Lotsinnen und Lotsen"), "pilots.overview", (Role.COORDINATOR,)),
    MenuItem(_l("Organisationen"), "organisations.overview", (Role.COORDINATOR,)),
    MenuItem(_l("Verwaltung"), "admin.overview", (Role.ADMINISTRATOR,)),
    MenuItem(_l("Meine Anfragen"), "help_requests.own", (Role.MEMBER,), own=True, beside=True),
    MenuItem(_l("Meine Begleitungen"), "engagements.own", (Role.PILOT, Role.MEMBER), own=True, beside=True),
    MenuItem(_l("Das könnte ich"), "proposals.open_requests", (Role.PILOT,), own=True),
    MenuItem(_l("Mein Profil"), "pilots.profile", (Role.PILOT,), own=True),
)


def create_app(**overrides: object) -> Flask:
    """Build the application from the deployment's settings; ``overrides`` win over file and environment."""
    settings = config.load(None, **overrides)
    root = Path(__file__).resolve().parent
    app = Flask(
        "lotsen",
        root_path=str(root),
        instance_path=settings.instance,
        template_folder=str(root.parent / "templates"),
        static_folder=str(root / "static"),
    )
    app.config.update(
        LOTSEN=settings,
        SECRET_KEY=settings.secret,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,  # errors go to the log: without people's data
            **(POSTGRESQL_OPTIONS if settings.database_url.startswith("postgresql") else {}),
        },
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=7),
        COMPRESS_REGISTER=False,  # `core.headers` says what may travel compressed
        COMPRESS_MIMETYPES=["text/html", "text/css", "image/svg+xml"],
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_NAME=settings.cookie("lotsen"),
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_DEFAULT_LOCALE="de",
        BABEL_TRANSLATION_DIRECTORIES=str(root / "translations"),
    )
    app.session_interface = cookies.SignedSessions()
    if settings.mode != "test":
        logs.setup(settings)
    config.make_folder(Path(settings.instance))
    logs.init_app(app)
    _bind_extensions(app, root)
    _bind_features(app)
    repeat_views(app)
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    return app


def _bind_extensions(app: Flask, root: Path) -> None:
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(root / "migrations"), render_as_batch=True)
    extensions.csrf.init_app(app)
    extensions.compress.init_app(app)
    extensions.babel.init_app(app, locale_selector=i18n.select_locale, timezone_selector=lambda: "Europe/Berlin")
    translating.init_app(app)
    drawing.init()
    extensions.login.init_app(app)
    app.before_request(access.deny_by_default)


def _bind_features(app: Flask) -> None:
    from lotsen.help_requests import queries as help_requests
    from lotsen.municipality import queries as municipality

    app.extensions["lotsen.calendar"] = municipality.calendar
    app.extensions["lotsen.deadlines"] = municipality.deadline
    app.extensions["lotsen.tasks"] = _window_tasks
    app.extensions["lotsen.calls"] = help_requests.promised_calls
    app.extensions["lotsen.said_now"] = _said_now
    app.extensions["lotsen.subject"] = _subject
    web.init_app(app, menu=MENU, town=municipality.town, changes=_changes)
    for name in FEATURES:
        for part in ("models", "service", "views"):
            if _exists(name, part):
                module = importlib.import_module(f"lotsen.{name}.{part}")
                if part == "views":
                    app.register_blueprint(module.bp)


def _exists(feature: str, part: str) -> bool:
    spec = importlib.util.find_spec(f"lotsen.{feature}.{part}")
    return spec is not None and spec.origin is not None


def _subject(entity: str, row_id: int, reader: Any) -> object:
    from lotsen.home.queries import subject

    return subject(entity, row_id, reader)


def _said_now(message: Any, at: datetime) -> object:
    from lotsen.proposals.service import said_now

    return said_now(message, at)


def _changes(entity: str, entity_id: int) -> list[object]:
    from lotsen.home.queries import changes

    return list(changes(entity, entity_id))


def _window_tasks(at: datetime) -> list[Task]:
    """Tasks of windows beside the start page, which may not import them."""
    from lotsen.privacy.queries.tasks import tasks

    return tasks(at)
