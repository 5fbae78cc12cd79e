"""``tick`` and ``job``: doing by hand what the scheduler does by itself."""

from datetime import datetime

import click

from lotsen.core import clock

from .application import open_app


def _instant(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write 2026-12-24 or 2026-12-24T18:00.") from None
    return at if at.tzinfo else at.replace(tzinfo=clock.TZ)


@click.command()
@click.option(
    "--at", callback=_instant, metavar="ISO", help="Move the demo clock to this date or date and time (local time)."
)
@click.option("--quiet", is_flag=True, help="Only errors.")
def tick(at: datetime | None, quiet: bool) -> None:
    """Run everything that is due now; with --at (demo mode), everything that becomes due until then, in its order."""
    from lotsen.scheduler import ClockError, walk
    from lotsen.scheduler.turn import StillBusy

    with open_app() as app:
        try:
            done = walk(app, at)
        except ClockError as error:
            raise click.ClickException(str(error)) from error
        except StillBusy:
            raise click.ClickException("The scheduler is still at work; please try again in a minute.") from None
        if not quiet:
            for name, rows in sorted(done.rows.items()):
                if rows:
                    click.echo(f"{name:<24} {rows}")
            click.echo(f"{done.instants} instant(s); it is {clock.local(done.at):%Y-%m-%d %H:%M} in the town.")
        if done.failed:
            raise click.ClickException(f"Failed: {', '.join(sorted(done.failed))}. The log says why.")


@click.command()
@click.argument("name", required=False)
def job(name: str | None) -> None:
    """Run one job of the timetable now; without NAME, list them with their last run."""
    from lotsen.core.extensions import db
    from lotsen.core.models import JobRun
    from lotsen.scheduler import TIMETABLE, run
    from lotsen.scheduler.runner import JobFailed

    with open_app() as app:
        jobs = {line.name: line for line in TIMETABLE}
        if name is None:
            for line in jobs.values():
                last = db.session.get(JobRun, line.name)
                when = f"{clock.local(last.started_at):%Y-%m-%d %H:%M}" if last else "never"
                failed = f", failed {clock.local(last.failed_at):%Y-%m-%d %H:%M}" if last and last.failed_at else ""
                click.echo(f"{line.name:<24} looks every {line.every:>3} s, last run {when}{failed}")
            return
        if name not in jobs:
            raise click.ClickException(f"There is no job {name!r}. There are: {', '.join(jobs)}.")
        try:
            rows = run(app, jobs[name], clock.now())
        except JobFailed as failure:
            raise click.ClickException(f"{failure} failed. The log says why.") from failure
        click.echo(f"{name}: {rows} row(s)")
