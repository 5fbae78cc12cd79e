"""The tables of requests and proposals, row by row as data: every step has a verb, every wait something that ends it.

Both ways: what the tables say is in ``MOVES`` and ``TIMEOUTS``, and what is there is in the tables.
"""

import inspect
from collections.abc import Iterator

import pytest

from lotsen.engagements import service as engagements
from lotsen.help_requests import jobs as request_jobs
from lotsen.help_requests import rules as requests_rules
from lotsen.help_requests import service as requests
from lotsen.help_requests.rules import State as R
from lotsen.proposals import jobs as proposal_jobs
from lotsen.proposals import rules as proposals_rules
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import State as P

# from, to, who may do it, the verb that does it. Workshops (offered, bundled) come later.
REQUESTS = [
    (R.DRAFT, R.SUBMITTED, "member, coordinator", requests.submit),
    (R.DRAFT, R.WITHDRAWN, "coordinator", requests.withdraw),  # said on the telephone; unconfirmed ones are deleted
    (R.SUBMITTED, R.OPEN, "coordinator", requests.open_request),
    (R.SUBMITTED, R.QUERY, "coordinator", requests.ask_back),
    (R.SUBMITTED, R.ANSWERED, "coordinator", requests.answer),
    (R.SUBMITTED, R.REFERRED, "coordinator", requests.refer),
    (R.SUBMITTED, R.ON_HOLD, "member, coordinator", requests.hold),
    (R.SUBMITTED, R.SPLIT, "coordinator", requests.split),
    (R.SUBMITTED, R.MERGED, "coordinator", requests.merge),
    (R.SUBMITTED, R.REJECTED, "coordinator", requests.reject),
    (R.SUBMITTED, R.WITHDRAWN, "member", requests.withdraw),
    (R.SUBMITTED, R.MATCHED, "coordinator", engagements.approve_brought),
    (R.QUERY, R.SUBMITTED, "member, coordinator", requests.answer_query),
    (R.QUERY, R.ON_HOLD, "member, coordinator", requests.hold),
    (R.QUERY, R.WITHDRAWN, "member", requests.withdraw),
    (R.QUERY, R.PUT_ASIDE, "system", requests.put_aside),
    (R.ON_HOLD, R.SUBMITTED, "member, coordinator", requests.resume),
    (R.ON_HOLD, R.OPEN, "member, coordinator", requests.resume),
    (R.ON_HOLD, R.WAITING, "member, coordinator", requests.resume),
    (R.ON_HOLD, R.QUERY, "member, coordinator", requests.resume),
    (R.ON_HOLD, R.WITHDRAWN, "member", requests.withdraw),
    (R.OPEN, R.ASKING, "coordinator", proposals.approve_ladder),
    (R.OPEN, R.WAITING, "coordinator", requests.wait),
    (R.OPEN, R.QUERY, "coordinator", requests.ask_back),
    (R.OPEN, R.ANSWERED, "coordinator", requests.answer),
    (R.OPEN, R.REFERRED, "coordinator", requests.refer),
    (R.OPEN, R.ON_HOLD, "member, coordinator", requests.hold),
    (R.OPEN, R.SPLIT, "coordinator", requests.split),
    (R.OPEN, R.MERGED, "coordinator", requests.merge),
    (R.OPEN, R.REJECTED, "coordinator", requests.reject),
    (R.OPEN, R.WITHDRAWN, "member", requests.withdraw),
    (R.WAITING, R.OPEN, "system, coordinator", proposals.raise_hand),
    (R.WAITING, R.ANSWERED, "coordinator", requests.answer),
    (R.WAITING, R.REFERRED, "coordinator", requests.refer),
    (R.WAITING, R.ON_HOLD, "member, coordinator", requests.hold),
    (R.WAITING, R.WITHDRAWN, "member", requests.withdraw),
    (R.ASKING, R.MATCHED, "system", engagements.begin),
    (R.ASKING, R.OPEN, "system, coordinator", proposals.stop_asking),
    (R.ASKING, R.ON_HOLD, "member, coordinator", requests.hold),
    (R.ASKING, R.WITHDRAWN, "member", requests.withdraw),
    (R.MATCHED, R.RUNNING, "system", requests.to_running),
    (R.MATCHED, R.COMPLETED, "system", requests.to_completed),
    (R.MATCHED, R.OPEN, "system", requests.back_to_open),
    (R.MATCHED, R.ASKING, "system", requests.search_goes_on),
    (R.MATCHED, R.WITHDRAWN, "member", requests.withdraw),
    (R.RUNNING, R.MATCHED, "system", requests.back_to_matched),
    (R.RUNNING, R.COMPLETED, "system", requests.to_completed),
    (R.RUNNING, R.OPEN, "system", requests.back_to_open),
    (R.RUNNING, R.ASKING, "system", requests.search_goes_on),
    (R.RUNNING, R.WITHDRAWN, "member", requests.withdraw),
    (R.COMPLETED, R.RUNNING, "system", requests.to_running),
    *((closed, R.SUBMITTED, "member, coordinator", requests.reopen) for closed in sorted(requests_rules.CLOSED)),
]
PROPOSALS = [
    (P.SUGGESTED, P.APPROVED, "coordinator", proposals.approve_ladder),
    (P.SUGGESTED, P.NOT_CHOSEN, "coordinator", proposals.not_this_one),
    (P.APPROVED, P.ASKED, "system", proposals.ask_next),
    (P.APPROVED, P.SKIPPED, "system", proposals.ask_next),
    (P.APPROVED, P.REMOVED, "coordinator", proposals.stop_asking),
    (P.APPROVED, P.SUPERSEDED, "system", proposals.confirm),
    (P.ASKED, P.ACCEPTED, "pilot, coordinator", proposals.accept),
    (P.ASKED, P.DECLINED, "pilot, coordinator", proposals.decline),
    (P.ASKED, P.EXPIRED, "system", proposals.expire),
    (P.ASKED, P.WITHDRAWN, "system", proposals.withdraw),
    (P.ASKED, P.APPROVED, "coordinator", proposals.recall_ask),
    (P.ACCEPTED, P.CONFIRMED, "member", proposals.confirm),
    (P.ACCEPTED, P.REFUSED, "member", proposals.refuse),
    (P.ACCEPTED, P.DECLINED, "pilot", proposals.decline),
    (P.ACCEPTED, P.WITHDRAWN, "system", proposals.withdraw),
    (P.ACCEPTED, P.ASKED, "system", proposals.on_request_edited),  # the request changed: confirm again
    (P.DECLINED, P.ACCEPTED, "pilot, coordinator", proposals.accept),  # until the next step went out
    (P.EXPIRED, P.ACCEPTED, "system, coordinator", proposals.take_late_yes),  # first when still needed
]
# A state that waits for somebody: what ends the wait. A step is one of TIMEOUTS, a task one the desk shows.
REQUEST_WAITS = {
    R.DRAFT: ["remind", "delete", "task"],
    R.SUBMITTED: ["task", "tell", "overdue"],
    R.QUERY: ["remind", "remind_again", "put_aside"],
    R.ON_HOLD: ["ask", "task"],
    R.OPEN: ["task", "tell", "tell_again"],
    R.WAITING: ["ask_keep", "ask_again", "decide"],
    R.ASKING: ["proposal"],
    R.MATCHED: ["engagement"],
    R.RUNNING: ["engagement"],
    R.COMPLETED: ["engagement"],
}
PROPOSAL_WAITS = {P.ASKED: ["remind", "expire"], P.ACCEPTED: ["remind", "tell_pilot", "task"]}
DAYS = {
    ("request", R.DRAFT): [7, 30],
    ("request", R.SUBMITTED): [5, 10],
    ("request", R.QUERY): [5, 15, 30],
    ("request", R.OPEN): [5, 20],
    ("request", R.WAITING): [30, 60, 90],
    ("proposal", P.ASKED): [3, 5],
    ("proposal", P.ACCEPTED): [3, 5, 8],
}
TABLES = [(REQUESTS, requests_rules.MOVES), (PROPOSALS, proposals_rules.MOVES)]


def steps(moves: dict) -> Iterator[tuple]:
    return ((before, after) for before, targets in moves.items() for after in targets)


@pytest.mark.parametrize(("table", "moves"), TABLES, ids=["requests", "proposals"])
def test_every_row_of_the_table_is_a_step_and_every_step_is_in_the_table(table, moves):
    said = {(before, after) for before, after, _who, _verb in table}
    kept = set(steps(moves))
    assert said - kept == set(), "the table says it, MOVES does not"
    assert kept - said == set(), "MOVES says it, the table does not"
    assert len(said) == len(table), "no row twice"


@pytest.mark.parametrize(("table", "moves"), TABLES, ids=["requests", "proposals"])
def test_every_step_has_a_verb_that_names_who_and_when(table, moves):
    for before, after, who, verb in table:
        assert who, f"{before} -> {after}: nobody does it"
        names = set(inspect.signature(verb).parameters)
        assert "at" in names, f"{before} -> {after}: {verb.__name__} does not take the time"
        assert inspect.getdoc(verb), f"{verb.__name__} says nothing"


@pytest.mark.parametrize("state", sorted(R))
def test_every_wait_of_a_request_has_a_step_a_mail_or_a_task(state):
    if state in requests_rules.CLOSED:
        assert state not in requests_rules.TIMEOUTS, "nothing is due for what is closed"
        return
    ends = REQUEST_WAITS[state]
    due = [step.name for step in requests_rules.TIMEOUTS.get(state, ())]
    assert set(due) == {end for end in ends if end not in ("proposal", "engagement")} - _only_a_task(ends, due)


@pytest.mark.parametrize("state", sorted(P))
def test_every_wait_of_a_proposal_has_a_step_a_mail_or_a_task(state):
    due = [step.name for step in proposals_rules.TIMEOUTS.get(state, ())]
    assert due == PROPOSAL_WAITS.get(state, [])


def _only_a_task(ends: list[str], due: list[str]) -> set[str]:
    return {"task"} if "task" in ends and "task" not in due else set()


@pytest.mark.parametrize(("entity", "state"), list(DAYS), ids=lambda value: str(value))
def test_the_deadlines_are_those_of_the_table(entity, state):
    rules = requests_rules if entity == "request" else proposals_rules
    total, days = 0, []
    for step in rules.TIMEOUTS[state]:
        total += step.after
        days.append(total)
    assert days == DAYS[entity, state]


def test_every_step_that_is_due_is_done_by_a_job():
    for rules, job in ((requests_rules, request_jobs), (proposals_rules, proposal_jobs)):
        source = inspect.getsource(job)
        names = {step.name for state in rules.TIMEOUTS for step in rules.TIMEOUTS[state]}
        assert {name for name in names if f'"{name}"' not in source} == set()
