"""Being killed, as by ``kill -9``, at a chosen line of watched files, in a child process."""

import gc
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from flask import Flask

import lotsen
from lotsen.core.extensions import db

PACKAGE = f"{Path(lotsen.__file__).parent}{os.sep}"
SENDER = (PACKAGE, smtplib.__file__)
EVERYWHERE = ("",)
"""Every line of Python: the libraries' and the standard library's, too."""
Work = Callable[[], Any]


def fork(app: Flask, work: Work) -> int:
    """A process of its own, with connections of its own, that does some work; 1 when it raised. Returns its id."""
    db.session.remove()
    db.engine.dispose()
    gc.freeze()  # what is there now is not looked at again: the child would copy every page of it
    child = os.fork()
    if child:
        return child
    gc.disable()
    status = 1
    try:
        with app.app_context():
            work()
        status = 0
    finally:
        os._exit(status)


def lines_of(app: Flask, work: Work, note: Path, files: tuple[str, ...] = SENDER) -> int:
    """How many watched lines some work runs through."""
    counted = [0]

    def count(*_: Any) -> None:
        counted[0] += 1

    def counting() -> None:
        watch(count, files)
        work()
        sys.settrace(None)
        note.write_text(str(counted[0]), encoding="ascii")

    os.waitpid(fork(app, counting), 0)
    return int(note.read_text(encoding="ascii"))


def killed_at(app: Flask, number: int, work: Work, files: tuple[str, ...] = SENDER) -> bool:
    """Do some work and be killed when the nth watched line is about to run. Whether it came that far."""

    def until_killed() -> None:
        kill_at(number, files)
        work()

    _child, status = os.waitpid(fork(app, until_killed), 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def kill_at(number: int, files: tuple[str, ...] = SENDER) -> None:
    """From now on, be killed when the nth watched line is about to run."""
    left = [number]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(count, files)


def watch(tick: Callable[..., None], files: tuple[str, ...] = SENDER) -> None:
    """Call ``tick`` before every line of the watched files: of those whose path begins so."""

    def local(_frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            tick()
        return local

    class Watched(dict[CodeType, Any]):
        def __missing__(self, code: CodeType) -> Any:
            self[code] = local if code.co_filename.startswith(files) else None
            return self[code]

    watched = Watched()
    sys.settrace(lambda frame, _event, _argument: watched[frame.f_code])
