"""Writing down who of the office opens whose file: once a day, and a page never fails because of it."""

import logging

from flask import Response, current_app, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from lotsen.audit import service as audit
from lotsen.core.access import STAFF, endpoint_access
from lotsen.core.clock import now
from lotsen.core.db import transaction, unsaved_changes

from .base import bp

log = logging.getLogger(__name__)

# The part of an address that names a file, and what kind of file it is; so every page about one is recorded.
FILES = {
    "user_id": "user",
    "pilot_id": "pilot",
    "organisation_id": "organisation",
    "request_id": "help_request",
    "engagement_id": "engagement",
    "proposal_id": "proposal",
}


@bp.after_app_request
def note_reading(response: Response) -> Response:
    """Keep that this person read this file today."""
    if request.method != "GET" or response.status_code != 200 or not request.view_args:
        return response
    if endpoint_access(current_app, request.endpoint or "") == "public":
        return response
    files = [(FILES[name], number) for name, number in request.view_args.items() if name in FILES]
    if not files or not current_user.is_authenticated or not current_user.roles.intersection(STAFF):
        return response
    reader, at = current_user.id, now()
    try:
        for entity, number in files:
            if (
                (entity, number) == ("user", reader)
                or unsaved_changes()
                or audit.was_read(reader, entity, number, at=at)
            ):
                continue
            with transaction(guarded=True):
                audit.record_reading(reader, entity, number, at=at)
    except SQLAlchemyError:
        log.warning("a reading was not written", exc_info=True)
    return response
