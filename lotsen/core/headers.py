"""Headers that every answer carries."""

from urllib.parse import urlsplit, urlunsplit

from flask import Response, current_app, g, request, session
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from .extensions import compress

RETRY_AFTER = {429: 60, 503: 5}  # seconds, where nobody knows better
CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def add(response: Response) -> Response:
    """Security headers on every answer; who is to wait reads how long; no redirect repeats the Host header."""
    parts = urlsplit(response.location or "")
    if parts.netloc and parts.netloc == request.host:
        response.set_data(b"")
        response.location = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    if response.status_code in RETRY_AFTER:
        known = max(g.get("throttled", {}).values(), default=0)  # as `core.throttle` counted
        response.headers.setdefault("Retry-After", str(known or RETRY_AFTER[response.status_code]))
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"  # what frame-ancestors says, for those who do not know it
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if current_app.config["LOTSEN"].https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static" and (_is_logged_in() or session):
        back_again = g.get("shown_again") and request.method == "POST" and not _is_logged_in()
        response.headers["Cache-Control"] = "private, no-cache" if back_again else "no-store"
        return response
    return _compress(response)


def _compress(response: Response) -> Response:
    """Style sheets and what anybody may read travel compressed; a page with a secret does not (its length would tell).

    A file is read whole first: as a stream it would stay open, and could not be gzipped.
    """
    if request.endpoint == "static" and response.mimetype in current_app.config["COMPRESS_MIMETYPES"]:
        response.direct_passthrough = False
        response.make_sequence()
    return compress.after_request(response)


def _is_logged_in() -> bool:
    """Whether somebody is; when the database does not answer, nobody knows."""
    try:
        return bool(current_user.is_authenticated)
    except SQLAlchemyError:
        return True


def shown_again() -> None:
    """Let the browser's way back show this answer to a visitor's form instead of asking whether to send it anew.

    Only for pages on which nothing stands but what was typed in this browser.
    """
    g.shown_again = True
