"""What several tables of the register share."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_

from .entry import Subject

CREATED, GIVEN_TO, STATE = _l("angelegt am"), _l("seit"), _l("Stand")


def own_rows(s: Subject, entity: Any, number: Any) -> ColumnElement[bool]:
    """Whether (entity, id) names the person, the own profile, or one of her requests."""
    return or_(
        and_(entity == "user", number == s.user_id),
        and_(entity == "pilot", number.in_(s.pilots())),
        and_(entity == "help_request", number.in_(s.requests())),
    )
