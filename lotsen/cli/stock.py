"""``migrate``, ``demo`` and ``import``: what stands in the database."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select

from lotsen.core import schema
from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.clock import now, today
from lotsen.core.db import transaction
from lotsen.core.extensions import db

from .application import make_app, open_app, prefer_demo

if TYPE_CHECKING:
    from .demo.stage import Stage

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
    from .importing import import_files

    with open_app():
        import_files(files, click.echo)


def bring_up_to_date() -> None:
    """Run missing migrations; write the catalogue and the coming years' quiet periods."""
    from lotsen.municipality.queries import town
    from lotsen.municipality.service import ensure_quiet_periods
    from lotsen.skills import service as skills

    if not schema.is_current():
        upgrade()
    year = today().year

    def write() -> None:
        with transaction():
            skills.sync()
            ensure_quiet_periods(town().land, range(year - 1, year + YEARS_AHEAD), by=SYSTEM, at=now())

    again(write)
    db.session.remove()


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    from lotsen.accounts.models import User

    return not db.session.scalar(select(func.count()).select_from(User))


def load_demo() -> "Stage":
    """Fill the empty database with the demo town (``lotsen.cli.demo``)."""
    from .demo import load

    click.echo("Loading the demo town (once; this takes a moment) …")
    return load(click.echo)


def make_ready() -> "Stage | None":
    """Bring the database up to date; where it is the demo town's and nobody is in it, load the town."""
    bring_up_to_date()
    return load_demo() if current_app.config["LOTSEN"].demo and is_empty() else None
