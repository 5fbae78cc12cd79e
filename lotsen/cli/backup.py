"""``backup`` and ``restore``: a copy of the database with its checksum, and the way back."""

import time
from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app

from lotsen.core import clock, lease
from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun
from lotsen.core.process import AlreadyRunning, Running

from . import copying
from .application import make_app
from .stock import bring_up_to_date

NAME = "lotsen-"
BESIDE = """\
Not in it, keep them in another safe place: instance/lotsen.toml or the LOTSEN_* settings (secret, passwords of mail and
database). With another secret everybody must log in anew; nothing else is lost."""
NEXT = """\
No mail leaves until you say so. Next:
  1. python -m lotsen check
  2. start Lotsen and look at the newest cases: what happened after the backup is missing and must be entered again
  3. look at /postausgang: mails that left after the backup was made wait there once more
  4. python -m lotsen outbox release"""


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--keep", metavar="DAYS", type=click.IntRange(1), help="Remove older backups of this kind beside it.")
def backup(file: Path | None, keep: int | None) -> None:
    """Save the database to FILE while it runs (default: a new file in LOTSEN_BACKUP_DIR), with its checksum."""
    app = make_app()
    settings = app.config["LOTSEN"]
    at = clock.real_now()
    ending = "sqlite" if settings.database_url.startswith("sqlite") else "dump"
    target = (file or settings.backups / f"{NAME}{clock.local(at):%Y%m%d-%H%M%S}.{ending}").absolute()
    if target.exists():
        raise click.ClickException(f"{target} is there already. Choose another name.")
    try:
        found = copying.save(settings.database_url, target)
    except (copying.CopyError, OSError) as error:
        _note(app, at, error=str(error))
        raise click.ClickException(f"Nothing was saved. {error}") from error
    _note(app, at)
    removed = _remove_old(target.parent, keep) if keep else 0
    click.echo(f"Saved: {target} ({target.stat().st_size / 1e6:.1f} MB)\nSHA-256: {found}\n{BESIDE}")
    if removed:
        click.echo(f"{removed} older than {keep} days removed.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Also while Lotsen runs, and without a checksum.")
def restore(file: Path, force: bool) -> None:
    """Replace the database by the backup FILE; its mails are held until ``outbox release``."""
    app = make_app()
    running = Running(app.instance_path)
    try:
        _restore(app, running, file, force=force)
    finally:
        running.close()


def _restore(app: Flask, running: Running, file: Path, *, force: bool) -> None:
    database_url = app.config["LOTSEN"].database_url
    try:
        running.be_alone()
        _require_nobody(app, database_url)
    except AlreadyRunning as error:
        if not force:
            raise click.ClickException(
                f"Lotsen runs{error}. End it first (systemctl stop lotsen), or use --force and start it anew."
            ) from error
    try:
        if not force or copying.checksum_path(file).exists():
            copying.verify(file)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        kept = copying.put_back(database_url, file.absolute(), clock.local(clock.real_now()))
    except (copying.CopyError, OSError) as error:
        raise click.ClickException(f"{error}") from error
    with app.app_context():
        bring_up_to_date()
        again(_hold_sending)
        db.session.remove()
        db.engine.dispose()
    click.echo(f"Restored from {file}. What was there before: {kept}\n{NEXT}")


def _require_nobody(app: Flask, database_url: str) -> None:
    """Nobody works on this database, neither here nor on another machine."""
    try:
        others = copying.others_connected(database_url)
        with app.app_context():
            busy = db.inspect(db.engine).has_table("leases") and lease.is_held("scheduler")
            db.session.remove()
            db.engine.dispose()
    except Exception as error:  # noqa: BLE001 - a database that is gone or broken is what a restore is for
        click.echo(f"Note: the database does not answer ({type(error).__name__}); it is replaced.")
        return
    if busy or others:
        raise AlreadyRunning(" (its scheduler is at work)" if busy else f" ({others} connections to its database)")


def _hold_sending() -> None:
    from lotsen.outbox import service
    from lotsen.outbox.rules import Hold

    with transaction():
        service.hold(Hold.RESTORED, by=SYSTEM, at=clock.now())


def _note(app: Flask, at: datetime, *, error: str = "") -> None:
    """Write to the run log when the last backup was made, for the alarm."""
    with app.app_context():
        again(lambda: _write_note(at, error))
        current_app.logger.info("backup %s", "failed" if error else "made")


def _write_note(at: datetime, error: str) -> None:
    with transaction():
        row = db.session.get(JobRun, "backup")
        if row is None:
            row = JobRun(name="backup", started_at=at, rows=0, runs=0)
            db.session.add(row)
        row.started_at, row.runs = at, row.runs + 1
        if error:
            row.failed_at, row.error = at, error
        else:
            row.finished_at = clock.real_now()


def _remove_old(folder: Path, days: int) -> int:
    """Remove backups made by this command that are older than so many days, with their checksums.

    What a backup left behind that was killed goes as soon as no other can be at work on it.
    """
    old = [p for p in folder.glob(f"{NAME}*") if p.suffix in (".sqlite", ".dump") and _age_days(p) > days]
    for path in old:
        path.unlink()
        copying.checksum_path(path).unlink(missing_ok=True)
    for path in folder.glob(f".{NAME}*.part*"):
        if _age_days(path) > 1:
            path.unlink()
    return len(old)


def _age_days(path: Path) -> float:
    return (time.time() - path.stat().st_mtime) / 86400
