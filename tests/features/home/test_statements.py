"""How many statements the office's pages take: the budget is 5, and who needs more says why."""

import re
from typing import Any

import pytest
from sqlalchemy import event

from lotsen.core.db import is_postgresql
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State
from lotsen.home.queries.start import ENOUGH
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


def test_the_start_page_takes_no_statement_more_where_hundreds_of_requests_wait(
    as_coordinator: PageClient, statements: list[str]
) -> None:
    asks = factories.member()
    for number in range(ENOUGH + 1):
        brought = factories.pilot() if number < 3 else None  # each by another Lotse
        factories.help_request(State.SUBMITTED, by=asks, title=f"Kasse {number}", brought_by=brought)
    as_coordinator.get("home.start")
    db.session.remove()
    statements.clear()
    as_coordinator.get("home.start")
    reads = [s for s in statements if s.startswith("SELECT") and "sending_holds" not in s]
    assert len(reads) <= PAGES["home.start"], [s[:60] + s[s.find("FROM") :][:90] for s in reads]
    sorted_to_be_counted = re.compile(r"SELECT count\(.*FROM help_requests .*ORDER BY", re.DOTALL)
    assert not [s for s in reads if sorted_to_be_counted.match(s)], "all open requests were sorted once more"


def test_the_start_page_does_not_read_every_suggestion_ever_made(as_coordinator: PageClient) -> None:
    """In a town of 10,000 requests they are tens of thousands, and the page took three times as long on PostgreSQL."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    factories.proposal("asked", of=factories.help_request("asking"))
    event.listen(db.engine, "before_cursor_execute", note)
    as_coordinator.get("home.start")
    event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    if is_postgresql():  # whose planner reads a table of no rows as a whole
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN " if is_postgresql() else "EXPLAIN QUERY PLAN "
    plans = [
        "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values))
        for statement, values in asked
        if "FROM proposals" in statement or "JOIN proposals" in statement
    ]
    assert len(plans) == 2
    whole = re.compile(r"SCAN proposals\b|Scan (using \w+ )?on proposals  .*\n(?!\s*(Index|Recheck) Cond)")
    assert not [plan for plan in plans if whole.search(plan)], "\n\n".join(plans)
