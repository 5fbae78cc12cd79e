"""Many years: ``python -m tests.year SEEDS [FIRST]``, each in a database of its own, on two processes."""

import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from flask_migrate import upgrade

from lotsen import create_app
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.skills import service as skills
from tests.smtp_sink import Sink

from .town import Size, year


def play(seed: int) -> tuple[int, str, dict[str, int]]:
    """One year; what was wrong in it, and its numbers."""
    logging.disable(logging.WARNING)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="lotsen-year-", dir=memory))
    sink = Sink().start()
    try:
        app = create_app(
            mode="test",
            instance=str(folder),
            database_url=f"sqlite:///{folder / 'year.sqlite'}",
            url="http://localhost",
            mail_url=sink.url,
        )
        with app.app_context():
            upgrade()
            with transaction():
                skills.sync()
            stage = year(app, sink, seed, Size())
            db.session.remove()
            db.engine.dispose()
        return seed, "", dict(stage.counts)
    except AssertionError as error:
        return seed, str(error), {}
    except Exception:  # noqa: BLE001 - the report names the seed, the other years go on
        return seed, traceback.format_exc(limit=-6), {}
    finally:
        sink.stop()
        shutil.rmtree(folder)


def main() -> int:
    """Play them all; the exit code tells whether every year was in order."""
    number, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began, wrong, totals = time.monotonic(), 0, {}  # type: ignore[var-annotated]
    jobs = min(2, os.cpu_count() or 1, number)
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for seed, problem, counts in pool.imap_unordered(play, range(first, first + number)):
            wrong += bool(problem)
            for name, value in counts.items():
                totals[name] = max(totals.get(name, 0), value) if "at most" in name else totals.get(name, 0) + value
            if problem:
                sys.stdout.write(f"seed {seed}: {problem}\n")
                sys.stdout.flush()
    for name in sorted(totals):
        sys.stdout.write(f"{totals[name]:8} {name}\n")
    sys.stdout.write(f"{number} years in {time.monotonic() - began:.0f} s, {wrong} with something wrong\n")
    return 1 if wrong else 0
