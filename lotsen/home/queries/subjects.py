"""What a note is about: name and page of a row, and whether it is the reader's own affair (several hats)."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select

from lotsen.accounts.models import User
from lotsen.core.access import Role
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.notes.queries import Subject
from lotsen.organisations.models import Member, Organisation
from lotsen.pilots.models import Pilot


def subject(entity: str, row_id: int, reader: User) -> Subject | None:
    """Name and page of a row; None when there is none of this kind and number."""
    finder = _FINDERS.get(entity)
    return finder(row_id, reader) if finder is not None else None


def _user(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(User, row_id)
    if row is None:
        return None
    return Subject(row.name, url_for("home.person", user_id=row_id), row_id == reader.id)


def _pilot(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(Pilot, row_id)
    if row is None:
        return None
    return Subject(row.user.name, url_for("pilots.detail", pilot_id=row_id), row.user_id == reader.id)


def _organisation(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(Organisation, row_id)
    if row is None:
        return None
    return Subject(row.name, url_for("organisations.detail", organisation_id=row_id), _acts_for(row_id, reader))


def _help_request(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(HelpRequest, row_id)
    if row is None:
        return None
    title = _("Anfrage %(case)s", case=row.case_number)
    return Subject(title, url_for("help_requests.detail", request_id=row_id), _is_own_request(row, reader))


def _engagement(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(Engagement, row_id)
    if row is None:
        return None
    own = row.pilot.user_id == reader.id or _is_own_request(row.help_request, reader)
    title = _("Begleitung %(case)s", case=row.help_request.case_number)
    return Subject(title, url_for("engagements.detail", engagement_id=row_id), own)


_FINDERS: dict[str, Callable[[int, User], Subject | None]] = {
    "user": _user,
    "pilot": _pilot,
    "organisation": _organisation,
    "help_request": _help_request,
    "engagement": _engagement,
}


def _is_own_request(row: HelpRequest, reader: User) -> bool:
    return row.contact_id == reader.id or (row.organisation_id is not None and _acts_for(row.organisation_id, reader))


def _acts_for(organisation_id: int, reader: User) -> bool:
    return Role.MEMBER in reader.roles and bool(
        db.session.scalar(
            select(
                exists().where(
                    Member.organisation_id == organisation_id, Member.user_id == reader.id, Member.left_at.is_(None)
                )
            )
        )
    )
