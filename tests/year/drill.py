"""Many years: ``python -m tests.year SEEDS [FIRST [small]]``, each in a database of its own, on two processes."""

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

from .town import SIZES, year


def play(year_of: tuple[int, str]) -> tuple[int, str, dict[str, int]]:
    """One year of a size; what was wrong in it, and its numbers."""
    seed, size = year_of
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
            stage = year(app, sink, seed, SIZES[size])
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
    number, first, size = (*sys.argv[1:], *("20", "1", "full")[len(sys.argv) - 1 :])
    years = [(seed, size) for seed in range(int(first), int(first) + int(number))]
    began, wrong, totals = time.monotonic(), 0, {}  # type: ignore[var-annotated]
    jobs = min(2, os.cpu_count() or 1, len(years))
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for seed, problem, counts in pool.imap_unordered(play, years):
            wrong += bool(problem)
            for name, value in counts.items():
                totals[name] = max(totals.get(name, 0), value) if "at most" in name else totals.get(name, 0) + value
            if problem:
                sys.stdout.write(f"seed {seed}: {problem}\n")
                sys.stdout.flush()
    for name in sorted(totals):
        sys.stdout.write(f"{totals[name]:8} {name}\n")
    sys.stdout.write(f"{number} {size} years in {time.monotonic() - began:.0f} s, {wrong} with something wrong\n")
    return 1 if wrong else 0
