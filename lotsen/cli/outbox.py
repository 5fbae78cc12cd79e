"""``outbox``: sending by hand, counting, holding and releasing all sending."""

from contextlib import closing

import click

from lotsen.core import clock
from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.process import stop_when_told, stopping

from .application import announce, open_app

LOOK_EVERY = 1.0


@click.group()
def outbox() -> None:
    """Look after the mails: send, pending, hold, release."""


@outbox.command()
@click.option("--once", is_flag=True, help="Hand over what is due now, then end. Without it: go on until Ctrl-C.")
def send(once: bool) -> None:
    """Hand over the mails that are due, beside or instead of the scheduler."""
    from lotsen.outbox import jobs, queries

    if not once:
        stop_when_told()
    with open_app() as app, closing(announce(app)):
        while True:
            with app.app_context():
                sent = jobs.deliver(clock.now())
                held = queries.sending_hold()
                if held is not None and once:
                    click.echo(f"Sending is held since {clock.local(held.since):%Y-%m-%d %H:%M}; nothing was sent.")
                elif sent or once:
                    click.echo(f"{sent} mail(s) handed over.")
            if once or stopping.wait(LOOK_EVERY):
                return


@outbox.command()
@click.option("--due", is_flag=True, help="Only those whose time has come.")
def pending(due: bool) -> None:
    """Print how many mails are still to be sent."""
    from lotsen.outbox import queries

    with open_app():
        click.echo(queries.pending(clock.now() if due else None))


@outbox.command()
def hold() -> None:
    """Stop all sending until ``outbox release``; what is written meanwhile waits."""
    from lotsen.outbox import service

    with open_app():
        again(_in_transaction(lambda: service.hold(by=SYSTEM, at=clock.now())))
        click.echo("Sending is held. Let it go on with: python -m lotsen outbox release")


@outbox.command()
def release() -> None:
    """Let mails leave again."""
    from lotsen.outbox import queries, service

    with open_app():
        again(_in_transaction(lambda: service.release(by=SYSTEM, at=clock.now())))
        click.echo(f"Sending goes on; {queries.pending(clock.now())} mail(s) are due now.")


def _in_transaction(work):  # type: ignore[no-untyped-def]
    def run() -> None:
        with transaction():
            work()

    return run
