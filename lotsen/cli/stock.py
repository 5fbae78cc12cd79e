"""``migrate``, ``demo``, ``import`` and ``check``: what stands in the database."""

import importlib
import importlib.util
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from lotsen.core.access import SYSTEM
from lotsen.core.clock import now, today
from lotsen.core.db import transaction
from lotsen.core.extensions import db

from .application import make_app, open_app, prefer_demo

logging.getLogger("alembic").setLevel(logging.WARNING)
YEARS_AHEAD = 2


@click.command()
def migrate() -> None:
    """Bring the tables, the catalogue and the quiet periods up to date."""
    with make_app().app_context():
        bring_up_to_date()
    click.echo("The database is up to date.")


@click.command()
def demo() -> None:
    """Load the demo town into an empty database (demo mode only)."""
    prefer_demo()
    app = make_app()
    with app.app_context():
        if not app.config["LOTSEN"].demo:
            raise click.ClickException("This is no demo town. Set LOTSEN_MODE=demo and use a database of its own.")
        bring_up_to_date()
        if not is_empty():
            raise click.ClickException("The database holds people already; the demo town needs an empty one.")
        load_demo()


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(files: Sequence[Path]) -> None:
    """Import pilots, organisations and requests. One wrong row, and nothing is imported; all errors are named."""
    with open_app():
        _other("importing").import_files(files, click.echo)


@click.command()
def check() -> None:
    """Say whether this installation can serve: settings, database, tables, mail server, texts."""
    from lotsen.accounts.service.production import problems

    with make_app().app_context():
        settings = current_app.config["LOTSEN"]
        found = _database_problems()
        if not found:
            for line in _year_notes():
                click.echo(f"Note: {line}")
            if settings.mode == "production":
                found += problems()
        if settings.mail_url:
            found += _mail_problems(settings.mail_url)
    for line in found:
        click.echo(f"- {line}")
    if found:
        raise click.ClickException(f"{len(found)} thing(s) to mend.")
    click.echo(f"All is well ({settings.mode} mode).")


def bring_up_to_date() -> None:
    """Run missing migrations; write the catalogue and the coming years' quiet periods."""
    from lotsen.municipality.queries import town
    from lotsen.municipality.service import ensure_quiet_periods
    from lotsen.skills import service as skills

    if not schema_is_current():
        upgrade()
    year = today().year
    with transaction():
        skills.sync()
        ensure_quiet_periods(town().land, range(year - 1, year + YEARS_AHEAD), by=SYSTEM, at=now())
    db.session.remove()


def schema_is_current() -> bool:
    """Whether the database has exactly the tables of this version."""
    folder = current_app.extensions["migrate"].directory
    head = ScriptDirectory(folder).get_current_head()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    from lotsen.accounts.models import User

    return not db.session.scalar(select(func.count()).select_from(User))


def load_demo() -> None:
    """Fill the empty database with the demo town (``lotsen.cli.demo``)."""
    click.echo("Loading the demo town (once; this takes a moment) …")
    _other("demo").load(click.echo)


def _other(name: str) -> Any:
    module = f"{__package__}.{name}"
    if importlib.util.find_spec(module) is None:
        raise click.ClickException(f"This version comes without {module}.")
    return importlib.import_module(module)


def _database_problems() -> list[str]:
    try:
        db.session.execute(text("SELECT 1"))
        if not schema_is_current():
            return ["The database has not the tables of this version. Run: python -m lotsen migrate"]
    except SQLAlchemyError as error:
        return [f"The database does not answer: {error}"]
    return []


def _year_notes() -> list[str]:
    from lotsen.municipality.queries import first_summer_holiday, quiet_periods, town

    year = today().year
    found = []
    if not any(period.last_day >= today() for period in quiet_periods()):
        found.append("No quiet period lies ahead. Run: python -m lotsen migrate")
    if first_summer_holiday(town().land, year) is None:
        found.append(f"The summer holidays of {year} are unknown; enter them as a quiet period under /verwaltung.")
    return found


def _mail_problems(url: str) -> list[str]:
    """Whether the mail server answers and takes the log-in."""
    import smtplib
    import time
    from urllib.parse import urlsplit

    from lotsen.outbox.transport import connect

    try:
        connect(urlsplit(url), time.monotonic() + 10).quit()
    except (OSError, smtplib.SMTPException) as error:
        return [f"The mail server does not answer as LOTSEN_MAIL_URL says: {error}"]
    return []
