"""The application, as the commands open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from lotsen.core import config, process, schema

DEMO_SETTINGS = """\
# Written by `make run`, because this folder had no settings: the demo town, with made-up people and open mails.
# For a real town, replace this file as instance/lotsen.toml.example shows, and begin with an empty database.
mode = "demo"
"""


def prefer_demo() -> None:
    """Where nobody chose a mode yet, choose the demo town, in a file that every later command reads too."""
    path = config.settings_path()
    if not path.exists() and not config.mode_is_set():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DEMO_SETTINGS, encoding="utf-8")


def make_app() -> Flask:
    """The app for this deployment; settings that cannot work end the command with the sentence that says why."""
    from lotsen import create_app

    try:
        return create_app()
    except config.ConfigError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def open_app() -> Iterator[Flask]:
    """The app with its context; the database must have the tables of this version."""
    app = make_app()
    with app.app_context():
        require_current_schema()
        yield app


def announce(app: Flask) -> process.Running:
    """Say, until the process or the note ends, that somebody works here; give up while a backup is being restored."""
    running = process.Running(app.instance_path)
    try:
        running.begin()
    except process.AlreadyRunning:
        running.close()
        raise click.ClickException("A backup is being restored. Start again when that is done.") from None
    return running


def require_current_schema() -> None:
    """End the command when migrations are missing."""
    if not schema.is_current():
        raise click.ClickException("The database has not the tables of this version. Run: python -m lotsen migrate")


def read_text(path: Path) -> str:
    """The text of a file named on the command line."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read as UTF-8 text: {error}") from error
