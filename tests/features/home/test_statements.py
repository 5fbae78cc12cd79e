"""How many statements the office's pages take: the budget is 5, and who needs more says why."""

import pytest

from lotsen.core.extensions import db
from lotsen.help_requests.rules import State
from lotsen.pilots.rules import State as PilotState
from tests import factories
from tests.page import PageClient

EVERY_PAGE = 2  # who is logged in with the roles; the settings with the quiet periods
LIST = EVERY_PAGE + 2  # how many, and the twenty
# A page about one thing shows what six features keep about it, each in a table of its own: its history and the names
# in it, notes, mails, that it was read today. Joined they would multiply each other's rows.
AROUND = 5
PAGES = {
    "help_requests.overview": LIST,
    "proposals.queue": LIST + 1,  # what the sweep found, with the first suggestion
    "organisations.overview": LIST + 1,  # everybody's contact persons
    "pilots.overview": LIST + 2,  # topics; how often they were asked this month
    "accounts.own": EVERY_PAGE + 1,  # log-ins and devices
    "home.start": EVERY_PAGE + 8,  # a query over states for each kind of task; who is ahead
    "help_requests.detail": EVERY_PAGE + AROUND + 4,  # itself, its organisation's people, other requests, blocks
    "pilots.detail": EVERY_PAGE + AROUND + 4,  # itself, sub-areas, blocks, asks of this month
    "organisations.detail": EVERY_PAGE + AROUND,  # itself; there are no mails about it
}


@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_of_the_office_takes_few_statements(
    endpoint: str, as_coordinator: PageClient, statements: list[str]
) -> None:
    for number in range(3):
        row = factories.help_request(State.OPEN, title=f"Kasse {number}")
    pilot = factories.pilot(PilotState.AWARDED, topics={"website": 2})
    own = {"help_requests.detail": {"request_id": row.id}, "pilots.detail": {"pilot_id": pilot.id}}
    own["organisations.detail"] = {"organisation_id": row.organisation_id or 0}
    values = own.get(endpoint, {})
    as_coordinator.get(endpoint, **values)  # that it was read is written down once a day
    db.session.remove()  # what this test has loaded would be read again
    statements.clear()
    as_coordinator.get(endpoint, **values)
    # whether all sending is held is looked up every ten seconds, only in tests on every page
    reads = [s for s in statements if s.startswith("SELECT") and "sending_holds" not in s]
    assert len(reads) <= PAGES[endpoint], [s[:60] + s[s.find("FROM") :][:90] for s in reads]
