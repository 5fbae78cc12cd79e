"""The demo town: made-up people whose weeks are played through the services, mails and deadlines included."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event

from lotsen.core import clock
from lotsen.core.db import is_postgresql
from lotsen.core.extensions import db
from lotsen.proposals import sweep
from lotsen.scheduler.turn import exclusive

from . import applications, cases, people
from .stage import Stage

FIRST_AWARD = timedelta(days=190)


def load(say: Callable[[str], None]) -> Stage:
    """Fill the empty database: accounts and settings, then the last months day by day, up to now."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    end = clock.now()
    sweep.index.forget()
    with alone(app), _few_words():
        stage = Stage(app, start=end - FIRST_AWARD, end=end)
        town = people.settle(stage)
        applications.plan(stage, town)
        cases.plan(stage, town)
        stage.play(stage.ago(95))
        sweep.index.refresh()  # fitting takes seconds; inside a story's transaction everybody else would wait
        db.session.rollback()
        stage.play()
        while sweep.run(at=end):
            pass
    db.session.remove()
    say(f"The demo town is ready: {stage.steps} things happened in it, {stage.jobs} were done by the scheduler.")
    return stage


@contextmanager
def alone(app: Flask) -> Iterator[None]:
    """Nobody else works meanwhile, and nothing waits for the disk. Afterwards no connection of this process is open."""
    with _without_waiting_for_the_disk(), exclusive(app):  # who keeps the turn has stopped before the last one goes
        yield


@contextmanager
def _few_words() -> Iterator[None]:
    """Hundreds of lines about jobs that ran months ago help nobody; warnings stay."""
    log = logging.getLogger("lotsen")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """After a power cut the demo town is loaded again, so that its thousands of commits need not reach the disk."""
    if is_postgresql():
        yield
        return

    def relax(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    db.session.remove()
    event.listen(db.engine, "checkout", relax)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", relax)
        db.session.remove()
        db.engine.dispose()
