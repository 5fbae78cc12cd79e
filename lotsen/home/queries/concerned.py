"""Whom a task is about, and how to reach them: for a coordinator with the telephone at her ear."""

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.core.tasks import Row, Task
from lotsen.engagements.models import Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal

Number = tuple[str, str]


def concerned(task: Task) -> list[Number]:
    """Name and number of everybody a task is about who can be called, each once."""
    found = [number for row in (task.row, task.about) if row is not None for number in _of(row)]
    return [(name, number) for name, number in dict.fromkeys(found) if number]


def _of(row: Row) -> list[Number]:
    entity, row_id = row
    if entity == "outbox_message" and (message := db.session.get(OutboxMessage, row_id)):
        return [(message.recipient_name, message.phone)]
    if entity == "user" and (user := db.session.get(User, row_id)):
        return [(user.name, user.phone)]
    if entity == "pilot" and (pilot := db.session.get(Pilot, row_id)):
        return [_pilot(pilot)]
    if entity == "help_request" and (request := db.session.get(HelpRequest, row_id)):
        return [_contact(request)]
    if entity == "proposal" and (proposal := db.session.get(Proposal, row_id)):
        return [_pilot(proposal.pilot), _contact(proposal.help_request)]
    if entity == "engagement" and (case := db.session.get(Engagement, row_id)):
        return [_pilot(case.pilot), _contact(case.help_request)]
    return []


def _pilot(row: Pilot) -> Number:
    return row.user.name, row.user.phone


def _contact(row: HelpRequest) -> Number:
    """As the request says, like its own page; else the account's number."""
    person = row.contact
    if person is None:
        return row.contact_name, row.contact_phone
    return person.name, row.contact_phone or person.phone
