"""``/healthz``: does the web process answer, and does the database? For the machine that watches, not for people."""

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .access import public
from .extensions import db

log = logging.getLogger(__name__)
bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 when web and database answer, else 503."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return jsonify(status="failing", web="ok", database="failing"), 503
    return jsonify(status="ok", web="ok", database="ok")
