"""Pages, log-in, writing, export, outbox and tick with 2,000 pilots and 10,000 requests, against the budgets."""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, func, select, text

from benchmarks import town, work
from benchmarks.measuring import HEAD, Budget, Times, bare, line, times
from lotsen import create_app
from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Organisation
from lotsen.pilots.models import Pilot
from lotsen.proposals import sweep
from lotsen.proposals.models import Matching
from tests.postgresql import Cluster

PILOTS, REQUESTS = 2000, 10_000
PAGE = Budget(5, 15, 11, 5)


def main() -> None:
    """Build the town, measure, print."""
    with tempfile.TemporaryDirectory(prefix="lotsen-bench-") as folder, _database(folder) as url:
        app = create_app(mode="test", instance=folder, database_url=url)
        with app.app_context():
            upgrade()
            town.build(pilots=PILOTS, requests=REQUESTS)
            _analyse()
            scored, seconds = _sweep()
            _analyse()
            request_id = db.session.scalar(select(Matching.help_request_id).limit(1))
            pilot_id = db.session.scalar(select(Pilot.id).limit(1))
            organisation_id = db.session.scalar(select(Organisation.id).limit(1))
            client = _logged_in(app)
        app.extensions["lotsen.held"] = (float("inf"), False)  # looked up every ten seconds, in tests on every page
        print(f"town: {PILOTS} pilots, {REQUESTS} requests, on {url.partition(':')[0]}")
        print(
            f"sweep of {scored} requests x {PILOTS} pilots: {seconds:.1f} s, {1000 * seconds / scored:.1f} ms a request"
        )
        print(HEAD)
        base = bare()
        line("bare Flask page", base, base, Budget())
        for name, path, budget in (
            ("candidates of one request", f"/vorschlaege/{request_id}", Budget(30, 60, 0, 15)),
            ("coordinator's start page", "/start", Budget(20, 60, 0, 12)),
            ("queue", "/vorschlaege", PAGE),
            ("request list", "/anfragen", PAGE),
            ("request search", "/anfragen?suche=Verein+00042", PAGE),
            ("one request", f"/anfragen/{request_id}", PAGE),
            ("one pilot", f"/lotsen/{pilot_id}", PAGE),
            ("one organisation", f"/organisationen/{organisation_id}", PAGE),
            ("form: own account", "/konto", PAGE),
            ("who rings: by name", "/suche?suche=person+0042", Budget(0, 100)),
            ("who rings: by the number's end", "/suche?suche=004217", Budget(0, 100)),
            ("who rings: by the club", "/suche?suche=verein+00042", Budget(0, 100)),
        ):
            _line(app, client, name, path, base, budget)
        work.main(app, client, base, pilot_id or 0)
    print(f"memory of this process, sweep and all: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


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
    """What autovacuum does in a real town whenever much has changed, and in a throw-away cluster too late."""
    db.session.rollback()
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
        token = sessions.start(coordinator)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def _line(app: Flask, client: FlaskClient, name: str, path: str, base: Times, budget: Budget) -> None:
    def get() -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.data

    size = len(get())
    line(name, times(get), base, budget, statements=statements(app, get), size=size)


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
