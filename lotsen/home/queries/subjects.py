"""What a note is about: name and page of a row, and whether it is the reader's own affair (several hats)."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, literal, select, union_all

from lotsen.accounts.models import User
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Row
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
    return row and Subject(row.name, url_for("home.person", user_id=row_id), row_id == reader.id)


def _pilot(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(Pilot, row_id)
    return row and Subject(row.user.name, url_for("pilots.detail", pilot_id=row_id), row.user_id == reader.id)


def _organisation(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(Organisation, row_id)
    url = url_for("organisations.detail", organisation_id=row_id)
    return row and Subject(row.name, url, _acts_for(row_id, reader))


def _help_request(row_id: int, reader: User) -> Subject | None:
    row = db.session.get(HelpRequest, row_id)
    title = _("Anfrage %(case)s", case=row.case_number) if row else ""
    return row and Subject(title, url_for("help_requests.detail", request_id=row_id), _is_own_request(row, reader))


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
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Member.organisation_id == organisation_id, Member.user_id == reader.id, Member.left_at.is_(None)
                )
            )
        )
    )


def subject_titles(rows: set[Row]) -> dict[Row, str]:
    """Names of many rows in one statement."""
    ids: dict[str, list[int]] = {}
    for entity, row_id in rows:
        ids.setdefault(entity, []).append(row_id)
    known = {
        "user": select(literal("user"), User.id, User.name, User.created_at),
        "pilot": select(literal("pilot"), Pilot.id, User.name, Pilot.created_at).join(User, User.id == Pilot.user_id),
        "organisation": select(literal("organisation"), Organisation.id, Organisation.name, Organisation.created_at),
        "help_request": select(
            literal("help_request"), HelpRequest.id, HelpRequest.organisation_name, HelpRequest.created_at
        ),
        "engagement": select(
            literal("engagement"), Engagement.id, HelpRequest.organisation_name, Engagement.created_at
        ).join(HelpRequest, HelpRequest.id == Engagement.help_request_id),
    }
    keys = {"user": User.id, "pilot": Pilot.id, "organisation": Organisation.id}
    keys |= {"help_request": HelpRequest.id, "engagement": Engagement.id}
    parts = [known[entity].where(keys[entity].in_(wanted)) for entity, wanted in ids.items() if entity in known]
    found = db.session.execute(union_all(*parts)).all() if parts else []
    return {
        (entity, row_id): f"{local_date(at).year}-{row_id:04d} {name}" if entity == "help_request" else name
        for entity, row_id, name, at in found
    }
