"""Requests to an app whose context somebody else holds open."""

from flask import Flask, g


def forget_between(app: Flask) -> None:
    """Let each request of a test client begin with nothing.

    Flask opens no context of its own where one is open already, as around a test or a drill: a request would find the
    user and the CSRF token of the one before.
    """

    def nothing_remembered() -> None:
        for name in list(g):
            g.pop(name)

    app.before_request_funcs.setdefault(None, []).insert(0, nothing_remembered)
