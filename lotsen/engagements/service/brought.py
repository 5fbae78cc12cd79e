"""What a pilot brought along begins with one tap of a coordinator."""

from datetime import datetime

from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.proposals import service as proposals

from ..models import Engagement
from .begin import begin


def approve_brought(request: HelpRequest, *, by: Actor, at: datetime, own_case_reason: str = "") -> Engagement:
    """The tap says: organisation and contact person are known, and the two may begin.

    Raises
    ------
    Conflict
        It is not a confirmed request that was brought along, or somebody decided about it meanwhile.
    InvalidInput
        The coordinator's own case (``somebody_else``, ``own_case``), or why the pilot cannot come (``not_available``,
        ``capacity``, ...).
    """
    if request.brought_by is None or request.state is not RequestState.SUBMITTED:
        raise Conflict(entity=request.entity, entity_id=request.id)
    proposal = proposals.brought(request, request.brought_by, by=by, at=at, own_case_reason=own_case_reason)
    organisations.verify_contact(request.organisation_id, request.contact_id, by=by, at=at)
    return begin(proposal, by=by, at=at)
