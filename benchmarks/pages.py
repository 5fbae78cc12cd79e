"""Pages, log-in, writing, export, outbox and tick with 2,000 pilots and 10,000 requests, against the budgets."""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, func, select, text

from benchmarks import ladder, served, town, work
from benchmarks.measuring import HEAD, Budget, Scale, line
from lotsen import create_app
from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.core import clock
from lotsen.core.db import is_postgresql, transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Organisation
from lotsen.pilots.models import Pilot
from lotsen.proposals import sweep
from lotsen.proposals.models import Matching
from tests.postgresql import Cluster

PILOTS, REQUESTS = 2000, 10_000
PAGE = Budget(5, 15, 11, 5)
NOTE = "POST with one write (a note)"


def main() -> None:
    """Build the town, measure, print."""
    with tempfile.TemporaryDirectory(prefix="lotsen-bench-") as folder, _database(folder) as url:
        app = create_app(mode="test", instance=folder, database_url=url, secret=served.SECRET)
        with app.app_context():
            upgrade()
            town.build(pilots=PILOTS, requests=REQUESTS)
            ladder.fill(db.engine)
            _analyse()
            scored, seconds = _sweep()
            _analyse()
            pages, pilot_id = _pages()
            client = _logged_in(app)
        app.extensions["lotsen.held"] = (float("inf"), False)  # looked up every ten seconds, in tests on every page
        print(f"town: {PILOTS} pilots, {REQUESTS} requests, on {url.partition(':')[0]}")
        print(
            f"sweep of {scored} requests x {PILOTS} pilots: {seconds:.1f} s, {1000 * seconds / scored:.1f} ms a request"
        )
        _measure(app, client, pages, pilot_id, folder)
        work.main(app)
    print(f"memory of this process, sweep and all: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _pages() -> tuple[dict[str, tuple[str, Budget]], int]:
    """Address and budget of each page by its name, and a pilot of the town."""
    request_id = db.session.scalar(select(Matching.help_request_id).limit(1))
    pilot_id = db.session.scalar(select(Pilot.id).limit(1)) or 0
    organisation_id = db.session.scalar(select(Organisation.id).limit(1))
    return {
        "candidates of one request": (f"/vorschlaege/{request_id}", Budget(30, 60, 0, 15)),
        "coordinator's start page": ("/start", Budget(20, 60, 0, 12)),
        "queue": ("/vorschlaege", PAGE),
        "request list": ("/anfragen", PAGE),
        "request search": ("/anfragen?suche=Verein+00042", PAGE),
        "one request": (f"/anfragen/{request_id}", PAGE),
        "one pilot": (f"/lotsen/{pilot_id}", PAGE),
        "one organisation": (f"/organisationen/{organisation_id}", PAGE),
        "form: own account": ("/konto", PAGE),
        "who rings: by name": ("/suche?suche=person+0042", Budget(0, 100)),
        "who rings: by the number's end": ("/suche?suche=004217", Budget(0, 100)),
        "who rings: by the club": ("/suche?suche=verein+00042", Budget(0, 100)),
    }, pilot_id


def _measure(app: Flask, client: FlaskClient, pages: dict[str, tuple[str, Budget]], pilot_id: int, folder: str) -> None:
    """The ladder, the pages and a form, each from the same worker; statements are counted in this process."""
    token = client.get_cookie("lotsen")
    assert token is not None
    with served.serving(folder, app.config["SQLALCHEMY_DATABASE_URI"], token.value) as browser:
        calls: dict[str, Callable[[], object]] = {step.name: partial(browser.get, step.path) for step in ladder.STEPS}
        calls |= {name: partial(browser.get, path) for name, (path, _) in pages.items()}
        calls[NOTE] = partial(work.note, browser, pilot_id)
        found = served.measure(browser, calls)
    bare, top = ladder.STEPS[0], ladder.STEPS[-1]
    scale = Scale(found[bare.name].cpu, found[top.name].cpu, top.multiple)
    print(HEAD)
    for step in ladder.STEPS:
        line(f"{step.name} ({step.multiple:g})", found[step.name], Budget(), scale)
    for name, (path, budget) in pages.items():
        get = partial(_get, client, path)
        line(name, found[name], budget, scale, statements=statements(app, get), size=len(get()))
    line(NOTE, found[NOTE], Budget(10, 40, 18), scale)


@contextmanager
def _database(folder: str) -> Iterator[str]:
    """The address of an empty database: a file, with DATABASE=postgresql one in a throw-away cluster."""
    if os.environ.get("DATABASE") != "postgresql":
        yield f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        return
    cluster = Cluster()
    try:
        with cluster.connect("postgres") as connection:
            connection.execute("CREATE DATABASE bench")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def _analyse() -> None:
    """What autovacuum does in a real town on PostgreSQL after much has changed, and in a throw-away cluster too late.

    On SQLite nothing in Lotsen ever does it, so a town there has no such figures, and is measured without.
    """
    db.session.rollback()
    if is_postgresql():
        with transaction() as session:
            session.execute(text("ANALYZE"))


def _sweep() -> tuple[int, float]:
    start, scored = time.perf_counter(), 0
    while batch := sweep.run(at=clock.now(), limit=500):
        scored += batch
        if scored >= REQUESTS // 10:
            break
    return scored, time.perf_counter() - start


def _logged_in(app: Flask) -> FlaskClient:
    coordinator = db.session.scalars(select(User).order_by(User.id.desc()).limit(1)).one()
    assert db.session.scalar(select(func.count()).select_from(HelpRequest)) == REQUESTS
    with transaction():
        token = sessions.start(coordinator, strong=True)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def _get(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.data


def statements(app: Flask, call: Callable[[], object]) -> int:
    """How many SQL statements a call takes; BEGIN is none, and no real town reads the demo town's clock."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    with clock.frozen(clock.real_now()):
        call()
    event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if not statement.startswith("BEGIN")])
