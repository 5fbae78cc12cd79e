"""Lifting a block between a pilot and a request."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.pilots import service as pilots
from lotsen.proposals.models import RequestBlock


def lift_block(block: RequestBlock, *, by: Actor, at: datetime) -> None:
    """The pilot may be proposed for this request again. Lifted twice: nothing more happens."""
    if block.lifted_at is None:
        block.lifted_at = at
        block.help_request.revision += 1
        pilots.touched(block.pilot)
        audit.record("proposal.block_lifted", block, by=by, at=at, request=block.help_request_id)
