"""``run``, ``serve`` and ``scheduler``: the processes."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lotsen.accounts.rules import DEMO_PASSWORD
from lotsen.core import config, process

from . import supervisor
from .application import announce, make_app, prefer_demo, require_current_schema

DEMO_LOGINS = (
    ("koordination@stadthagen.example", "Koordination"),
    ("admin@stadthagen.example", "Verwaltung"),
    ("lotsin@stadthagen.example", "Digitallotsin"),
    ("verein@stadthagen.example", "Ansprechperson eines Vereins"),
)

host_option = click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on."
)
port_option = click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))


@click.command()
@host_option
@port_option
@click.option("--with-parent", is_flag=True, help="End when the process that started this one ends (make run).")
def run(host: str, port: int, with_parent: bool) -> None:
    """Bring the database up to date, load the demo town when it is empty (demo mode), then serve."""
    if with_parent:
        process.end_with_parent(os.getppid())
    prefer_demo()
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    _require_free_port(host, port)
    app = make_app()
    with app.app_context():
        from . import stock

        stock.make_ready()
    _serve(app.config["LOTSEN"], host, port)


@click.command()
@host_option
@port_option
def serve(host: str, port: int) -> None:
    """Serve a town: web server and scheduler under one parent. Migrations must have been run."""
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    _require_free_port(host, port)
    app = make_app()
    with app.app_context():
        _require_ready()
    _serve(app.config["LOTSEN"], host, port)


@click.command()
def web() -> None:
    """Only the web server, for a unit of its own; a socket that systemd opened is used."""
    with _or_stay_down():
        app = make_app()
        with app.app_context():
            _require_ready()
    os.chdir(config.ROOT)
    os.execv(sys.executable, supervisor.WEB)  # noqa: S606 # nosec B606 - our own command, same process


@click.command()
def scheduler() -> None:
    """Only the scheduler (``run`` and ``serve`` start it themselves)."""
    from lotsen.scheduler import serve as work

    process.stop_when_told()
    with _or_stay_down():
        app = make_app()
    announce(app)  # while a backup is restored, another start helps
    with _or_stay_down(), app.app_context():
        require_current_schema()
    work(app)


class StayDown(click.ClickException):
    """Another start would not mend it: RestartPreventExitStatus= of the units in deploy/systemd."""

    exit_code = 78  # EX_CONFIG of sysexits.h


@contextmanager
def _or_stay_down() -> Iterator[None]:
    """What another start would not mend ends with a status that systemd leaves alone."""
    try:
        yield
    except click.ClickException as error:
        raise StayDown(error.message) from error


def _require_ready() -> None:
    """End with what is missing before a town can be served."""
    from lotsen.accounts.service.production import refusals

    require_current_schema()
    if found := refusals():
        raise click.ClickException("Production refuses to start:\n" + "\n".join(f"- {text}" for text in found))


def _serve(settings: config.Settings, host: str, port: int) -> None:
    os.chdir(config.ROOT)
    if settings.mode == "demo":
        Path(settings.instance, "address").write_text(settings.url, encoding="ascii")
    probe = config.address(host, port)
    watch = supervisor.Supervisor(supervisor.children(host, port))
    sys.exit(watch.run(lambda: supervisor.answers(probe), lambda: _announce(settings, probe)))


def _announce(settings: config.Settings, listening: str) -> None:
    click.echo(f"\n  Lotsen: {settings.url}" + ("" if settings.url == listening else f" (listening at {listening})"))
    if settings.mode == "demo":
        click.echo(f"  Mails:  {settings.url}/postausgang\n\n  Demo log-ins, password {DEMO_PASSWORD}:")
        for email, role in DEMO_LOGINS:
            click.echo(f"    {email:<34} {role}")
    click.echo("\n  Ctrl-C ends it.\n")
    sys.stdout.flush()


def _require_free_port(host: str, port: int) -> None:
    """End with a clear sentence when somebody else listens there."""
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({error.strerror}). Is Lotsen running already? "
            f"Choose another port: PORT={port + 1 if port < 65535 else 8000} make run"
        ) from error
