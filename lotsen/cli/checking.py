"""``check``: whether this installation can serve, in plain words; with ``--alarm``, whether it does."""

import shutil
import smtplib
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import click
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from lotsen.core import documents, schema
from lotsen.core.clock import now, public_holidays, real_now, today
from lotsen.core.db import is_postgresql
from lotsen.core.extensions import db

from .application import make_app

CLOCKS_APART = timedelta(minutes=1)


@click.command()
@click.option("--alarm", is_flag=True, help="For a timer: note what is wrong now, mail it once, status 1 while it is.")
def check(alarm: bool) -> None:
    """Say whether this installation can serve: settings, clock, database, disk, mail server, texts."""
    with make_app().app_context():
        found = _database_problems()
        if not found and alarm:
            _raise_alarm()
            return
        if not found:
            for line in _notes():
                click.echo(f"Note: {line}")
            found += [*_town_problems(), *_clock_problems()]
        found += [*_folder_problems(), *_disk_problems(), *_mail_problems()]
    for line in found:
        click.echo(f"- {line}")
    if found:
        raise click.ClickException(f"{len(found)} thing(s) to mend.")
    click.echo(f"All is well ({current_mode()} mode).")


def current_mode() -> str:
    """The mode of this installation."""
    from lotsen.core import config

    return config.load().mode


def _raise_alarm() -> None:
    """Open and end incidents, hand their mails over, say what is open."""
    from lotsen.admin.queries.alarms import open_incidents
    from lotsen.admin.queries.words import alarm_remedy, alarm_title
    from lotsen.core.i18n import speaking
    from lotsen.scheduler.watch import raise_alarm

    raise_alarm(now())
    rows = open_incidents()
    with speaking("en"):
        for row in rows:
            click.echo(f"- {alarm_title(row.kind, row.subject)}. {alarm_remedy(row.kind)}")
    if rows:
        raise click.ClickException(f"{len(rows)} incident(s) open.")


def _database_problems() -> list[str]:
    try:
        db.session.execute(text("SELECT 1"))
        if not schema.is_current():
            return ["The database has not the tables of this version. Run: python -m lotsen migrate"]
    except SQLAlchemyError as error:
        return [f"The database does not answer: {error}"]
    return []


def _town_problems() -> list[str]:
    from lotsen.accounts.service.production import problems

    return problems() if current_app.config["LOTSEN"].mode == "production" else []


def _notes() -> Iterator[str]:
    """What is no obstacle today but will be one."""
    from lotsen.audit.queries.rights import role_may_change
    from lotsen.municipality.queries import first_summer_holiday, quiet_periods, town
    from lotsen.municipality.rules import out_of_order
    from lotsen.outbox.queries import sending_hold

    year = today().year
    if not any(period.last_day >= today() for period in quiet_periods()):
        yield "No quiet period lies ahead. Run: python -m lotsen migrate"
    if first_summer_holiday(town().land, year) is None:
        yield f"The summer holidays of {year} are unknown; enter them as a quiet period under /verwaltung."
    for which in (year, year + 1):
        if not public_holidays(town().land, which):
            yield f"No public holidays of {which} are known for {town().land}; update the package holidays."
    for later, earlier in out_of_order(town()):
        yield f"The setting {later} is not later than {earlier}; set both under /verwaltung/ablauf."
    if is_postgresql() and role_may_change():
        yield "The database role may change the audit log; docs/operations.md, “Two roles”, gives it one that cannot."
    if not documents.available():
        yield f"PDF files cannot be made here. Run: apt-get install {documents.PACKAGES}, then start Lotsen anew."
    for name in ("mail_url", "imap_url"):
        parts = urlsplit(getattr(current_app.config["LOTSEN"], name))
        if parts.scheme in ("smtp", "imap") and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            secure = "smtp+starttls:// or smtps://" if name == "mail_url" else "imaps://"
            yield f"LOTSEN_{name.upper()}: names and texts travel to {parts.hostname} in the clear; use {secure}."
    held = sending_hold()
    if held is not None:
        yield "Sending is held; no mail leaves until: python -m lotsen outbox release"


def _clock_problems() -> Iterator[str]:
    """Whether this machine's clock can be right: not behind what was written here, nor apart from the database's."""
    from lotsen.audit.models import AuditEvent

    settings, at = current_app.config["LOTSEN"], real_now()
    newest = db.session.scalar(select(func.max(AuditEvent.at)))
    if settings.mode == "production" and newest is not None and newest > at + CLOCKS_APART:
        yield f"The clock shows {at:%Y-%m-%d %H:%M} UTC, but the log has an entry of {newest:%Y-%m-%d %H:%M}. Set it."
    if is_postgresql():
        theirs = db.session.scalar(select(func.now()))
        if theirs is not None and abs(theirs - at) > CLOCKS_APART:
            yield f"The clock shows {at:%H:%M:%S} UTC, the database server's {theirs:%H:%M:%S}. Set both by NTP."


def _folder_problems() -> Iterator[str]:
    """Whether what must be kept can be written: the database, its journal, the note that Lotsen runs, the mails."""
    from lotsen.admin.queries.alarms import data_folder

    for folder in dict.fromkeys((data_folder(), Path(current_app.config["LOTSEN"].instance))):
        try:
            with TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield f"Nothing can be written into {folder}: {error.strerror}. Give it to the user that runs Lotsen."


def _disk_problems() -> Iterator[str]:
    from lotsen.admin.queries.alarms import data_folder
    from lotsen.admin.rules import disk_nearly_full

    folder = data_folder()
    disk = shutil.disk_usage(folder)
    if disk_nearly_full(disk.total, disk.free):
        yield f"Only {disk.free / 1e9:.1f} GB of {disk.total / 1e9:.1f} are free at {folder}. Make room."


def _mail_problems() -> Iterator[str]:
    """Whether mail server and mailbox answer and take the log-in."""
    from lotsen.outbox.mailbox import Mailbox, MailboxUnreachable
    from lotsen.outbox.transport import connect

    settings = current_app.config["LOTSEN"]
    if settings.mail_url:
        try:
            connection = connect(urlsplit(settings.mail_url), time.monotonic() + 10)
            connection.ehlo_or_helo_if_needed()
            takes_umlauts = connection.has_extn("smtputf8")
            connection.quit()
            if settings.mail_umlauts and not takes_umlauts:
                yield "The mail server takes no addresses with umlauts before the @. Set LOTSEN_MAIL_UMLAUTS to 0."
        except (OSError, smtplib.SMTPException) as error:
            yield f"The mail server does not answer as LOTSEN_MAIL_URL says: {error}"
    if settings.imap_url:
        try:
            with Mailbox(settings.imap_url):
                pass
        except MailboxUnreachable as error:
            yield f"The mailbox does not answer as LOTSEN_IMAP_URL says: {error}"
