"""Cookies: bound to this host where the configured address is https, out of reach of scripts, signed with SHA-256."""

import hashlib
from typing import Any

from flask import current_app, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer

Signer.default_digest_method = staticmethod(hashlib.sha256)  # for the tokens of forms; it would be SHA-1


class SignedSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, without its SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def keep(response: Any, name: str, value: str, *, seconds: int) -> None:
    """Let the browser keep a value beside the session."""
    settings = current_app.config["LOTSEN"]
    response.set_cookie(
        settings.cookie(name), value, max_age=seconds, secure=settings.https, httponly=True, samesite="Lax"
    )


def kept(name: str) -> str:
    """What the browser kept; empty when nothing."""
    return request.cookies.get(current_app.config["LOTSEN"].cookie(name), "")
