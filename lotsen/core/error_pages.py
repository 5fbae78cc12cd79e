"""What somebody reads when something went wrong: what happened, and what to do now."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, render_template
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from . import logs
from .access import lacks_coordination_only
from .errors import Conflict, DomainError, TransitionForbidden
from .extensions import db

log = logging.getLogger(__name__)
PAGES = (400, 403, 404, 405, 409, 413, 429, 500, 503)


def error_page(error: Exception, status: int) -> tuple[str, int]:
    """The page for an error: what happened and what to do now. Without a database, a page that needs none."""
    try:
        may_take_over = status == 403 and lacks_coordination_only()
        return render_template(f"errors/{status}.html", error=error, may_take_over=may_take_over), status
    except SQLAlchemyError:
        log.exception("the page for %s needs the database", status)
        return current_app.jinja_env.get_template("errors/bare.html").render(), 503


def http_error(error: HTTPException) -> Any:
    """An answer that is not 200, as one of our pages; what must go with it, such as "Allow", stays."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    page = status if status in PAGES else 400 if status < 500 else 500
    text, shown = error_page(error, page)
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return text, shown if shown == 503 else status, kept


def init_app(app: Flask, *, changes: Callable[..., Any]) -> None:
    """Answer errors with our pages. ``changes`` tells what happened to a row (for the 409 page)."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> tuple[str, int]:
        db.session.rollback()
        if isinstance(error, Conflict | TransitionForbidden) and error.entity and error.entity_id and not error.changes:
            error.changes = changes(error.entity, error.entity_id)
        return error_page(error, error.status)

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> tuple[str, int]:
        logs.security("a form without its token")
        return error_page(error, 400)

    @app.errorhandler(ParseException)
    def broken_body(error: ParseException) -> tuple[str, int]:
        """A body in pieces ("chunked") whose sizes are none."""
        return error_page(error, 400)

    app.register_error_handler(HTTPException, http_error)

    @app.errorhandler(OperationalError)
    def database_error(error: OperationalError) -> tuple[str, int]:
        log.error("the database does not answer: %s", error.orig)
        db.session.rollback()
        return error_page(error, 503)

    @app.errorhandler(500)
    def internal_error(error: Exception) -> tuple[str, int]:
        db.session.rollback()
        return error_page(error, 500)
