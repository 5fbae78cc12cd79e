"""Who may be written to about a request now."""

from typing import Any

from lotsen.accounts.models import User
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.queries import speaks_now


def contact_now(request: HelpRequest) -> User | None:
    """The contact person, as long as this person acts for the organisation."""
    person = request.contact
    return person if person is not None and speaks_now(request.organisation_id, person.id) else None


def agreed_beforehand(request: HelpRequest) -> bool:
    """Whether the contact person said "ich nehme, wen Sie vorschlagen"; it counts as long as this person speaks."""
    return request.takes_whoever and contact_now(request) is not None


def recipient_now(request: HelpRequest) -> Any:
    """Whom to write to now: as `HelpRequest.recipient`, but nobody (None) once the contact person has left."""
    return request.recipient if request.contact is None else contact_now(request)
