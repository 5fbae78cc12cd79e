"""Pages and sweep with 2,000 pilots and 10,000 requests, as ratios to a bare Flask page of the same run."""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, func, select

from benchmarks import town
from lotsen import create_app
from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.proposals import sweep
from lotsen.proposals.models import Matching

PILOTS, REQUESTS, ROUNDS = 2000, 10_000, 60


def main() -> None:
    """Build the town, measure, print."""
    with tempfile.TemporaryDirectory(prefix="lotsen-bench-") as folder:
        app = create_app(mode="test", instance=folder, database_url=f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        with app.app_context():
            upgrade()
            town.build(pilots=PILOTS, requests=REQUESTS)
            scored, seconds = _sweep()
            request_id = db.session.scalar(select(Matching.help_request_id).limit(1))
            browser = _logged_in(app)
        print(f"town: {PILOTS} pilots, {REQUESTS} requests")
        print(
            f"sweep of {scored} requests x {PILOTS} pilots: {seconds:.1f} s, {1000 * seconds / scored:.1f} ms a request"
        )
        bare = _bare()
        base = _times(bare)
        print(f"{'page':34} {'p50 ms':>8} {'p95 ms':>8} {'x bare':>7} {'SQL':>4} {'KiB':>6}")
        print(f"{'bare Flask page':34} {base[0]:8.2f} {base[1]:8.2f} {1.0:7.1f}")
        for name, path in (
            ("candidates of one request", f"/vorschlaege/{request_id}"),
            ("queue", "/vorschlaege"),
            ("request list", "/anfragen"),
            ("request search", "/anfragen?suche=Verein+00042"),
            ("coordinator's start page", "/start"),
            ("who rings: by name", "/suche?suche=person+0042"),
            ("who rings: by the number's end", "/suche?suche=004217"),
            ("who rings: by the club", "/suche?suche=verein+00042"),
        ):
            _line(app, browser, name, path, base[0])
    print(f"memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _sweep() -> tuple[int, float]:
    start, scored = time.perf_counter(), 0
    while batch := sweep.run(at=clock.now(), limit=500):
        scored += batch
        if scored >= REQUESTS // 10:
            break
    return scored, time.perf_counter() - start


def _logged_in(app: Flask) -> Callable[[str], bytes]:
    coordinator = db.session.scalars(select(User).order_by(User.id.desc()).limit(1)).one()
    assert db.session.scalar(select(func.count()).select_from(HelpRequest)) == REQUESTS
    with transaction():
        token = sessions.start(coordinator)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True

    def get(path: str) -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.data

    return get


def _bare() -> Callable[[], object]:
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: "<!doctype html><title>bare</title><p>bare")
    client = app.test_client()
    return lambda: client.get("/").data


def _times(call: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    call()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def _line(app: Flask, get: Callable[[str], bytes], name: str, path: str, base: float) -> None:
    size = len(get(path))
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    get(path)
    event.remove(engine, "before_cursor_execute", note)
    p50, p95 = _times(lambda: get(path))
    print(f"{name:34} {p50:8.2f} {p95:8.2f} {p50 / base:7.1f} {len(seen):4} {size / 1024:6.1f}")
