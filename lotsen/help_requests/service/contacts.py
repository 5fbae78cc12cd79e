"""Who speaks for a request."""

from datetime import datetime

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import InvalidInput
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations import service as organisations


def contact_follows(request: HelpRequest, person: User, *, by: Actor, at: datetime) -> None:
    """Another contact person of the same organisation speaks for the request from now on.

    Raises
    ------
    InvalidInput
        This person, or the organisation, is not verified (``not_verified``).
    """
    if not organisations.contact_verified(request.organisation_id, person.id):
        raise InvalidInput("", field="contact", code="not_verified")
    request.contact_id, request.contact = person.id, person
    request.contact_name, request.contact_email = person.name, person.email or ""
    request.contact_phone, request.contact_hint, request.locale = person.phone, "", person.locale
    request.version += 1
    audit.record("help_request.contact_follows", request, by=by, at=at, person=person.id)
