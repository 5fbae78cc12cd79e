"""Requests to an app whose context somebody else holds open."""

from collections.abc import Callable

from flask import Flask, g
from flask_login import current_user


def forget_between(app: Flask) -> None:
    """Let each request of a test client begin with nothing.

    Flask opens no context of its own where one is open already, as around a test or a drill: a request would find the
    user and the CSRF token of the one before.
    """

    def nothing_remembered() -> None:
        for name in list(g):
            g.pop(name)

    app.before_request_funcs.setdefault(None, []).insert(0, nothing_remembered)


def watch_who_asks(app: Flask) -> Callable[[], int | None]:
    """Note at the begin of each request who is logged in. Returns what gives the last one's id, None for nobody."""
    seen: list[int | None] = []

    def look() -> None:
        seen[:] = [current_user.id if current_user.is_authenticated else None]

    app.before_request_funcs[None].insert(1, look)  # right after ``forget_between``
    return lambda: seen.pop() if seen else -1
