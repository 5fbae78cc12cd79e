"""Every row of the four tables is run: its verb takes a real row from the one state to the other, and nowhere else.

The rows stand in ``tests/rules``; here each is played through the services, in one database a table.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lotsen.audit.queries import events_of
from lotsen.core.clock import local_date, now
from lotsen.core.db import transaction
from lotsen.core.errors import DomainError
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import BreakOffReason, Side
from lotsen.engagements.rules import State as E
from lotsen.help_requests import service as requests
from lotsen.help_requests.rules import RejectReason
from lotsen.help_requests.rules import State as R
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason
from lotsen.pilots.rules import RejectReason as PilotRejectReason
from lotsen.pilots.rules import State as L
from lotsen.proposals import service as proposals
from lotsen.proposals.queries import on_ladders_of
from lotsen.proposals.rules import DeclineReason, NotChosenReason, RefuseReason
from lotsen.proposals.rules import State as P
from tests import factories
from tests.conftest import Time
from tests.features.engagements.scene import case_in
from tests.rules.test_engagement_table import LEAVES
from tests.rules.test_pilot_table import TABLE
from tests.rules.test_tables import PROPOSALS, REQUESTS

PART = "Der Verein sucht Rat zu seiner Kasse und hat dazu einige Fragen."


@pytest.fixture
def boss(app: Flask, time: Time) -> Any:
    return factories.coordinator()


def days(number: int) -> Any:
    return local_date(now()) + timedelta(days=number)


def run(what: str, make: Callable[[], Any], to: Any, verb: Callable[[Any], Any]) -> str:
    """Play one row; what went wrong, or nothing. The log must tell this one step last."""
    row = make()
    before = row.state
    try:
        with transaction():
            verb(row)
    except DomainError as error:
        return f"{what}: {type(error).__name__} {error.code or error}"
    row = db.session.get_one(type(row), row.id, populate_existing=True)
    moves = [(event.before, event.after) for event in events_of(row.entity, row.id) if event.after]
    if row.state is not to or moves != [(before.value, to.value)]:
        return f"{what}: stands at {row.state.value}, the log says {moves}"
    return ""


def request_in(before: R, to: R) -> Callable[[], Any]:
    """A request in a state, with what the verb of its row needs."""

    def make() -> Any:
        if before is R.SUBMITTED and to in (R.OPEN, R.MATCHED, R.MERGED):
            by = factories.member()
            brought = factories.pilot().id if to is R.MATCHED else None
            return factories.help_request(before, by=by, short_text_cleared_at=now(), brought_by_id=brought)
        held = {"held_from": to, "hold_until": days(9)} if before is R.ON_HOLD and to is not R.WITHDRAWN else {}
        row = factories.help_request(before, **held)
        if before is R.ASKING:
            factories.proposal(P.ACCEPTED if to is R.MATCHED else P.ASKED, of=row)
        return row

    return make


def other_of(row: Any) -> Any:
    return factories.help_request(R.OPEN, organisation_id=row.organisation_id, contact_id=row.contact_id)


def request_verbs(boss: Any, at: datetime) -> dict[Any, Callable[[Any], Any]]:
    """How each verb of the requests' table is called."""
    by: dict[str, Any] = {"by": boss, "at": at}
    parts = [requests.Part("Eins", PART), requests.Part("Zwei", PART)]
    return {
        requests.ask_back: lambda row: requests.ask_back(row, "Welches Programm?", **by),
        requests.answer_query: lambda row: requests.answer_query(row, "Ja.", **by),
        requests.answer: lambda row: requests.answer(row, "Im Menü.", **by),
        requests.refer: lambda row: requests.refer(row, "Handwerkskammer", **by),
        requests.hold: lambda row: requests.hold(row, days(20), **by),
        requests.split: lambda row: requests.split(row, parts, **by),
        requests.merge: lambda row: requests.merge(row, other_of(row), **by),
        requests.reject: lambda row: requests.reject(row, RejectReason.PAID_WORK, **by),
        requests.put_aside: lambda row: requests.put_aside(row, at=at),
        requests.back_to_open: lambda row: requests.back_to_open(row, task="exhausted", **by),
        requests.search_goes_on: lambda row: requests.search_goes_on(row, asking=True, task="more", **by),
        engagements.approve_brought: lambda row: engagements.approve_brought(row, **by),
        engagements.begin: lambda row: engagements.begin(only_proposal(row), **by),
        proposals.approve_ladder: lambda row: proposals.approve_ladder(row, [factories.proposal(of=row)], **by),
        proposals.raise_hand: lambda row: proposals.raise_hand(row, factories.pilot(), plain_member=False, **by),
    }


def only_proposal(row: Any) -> Any:
    (found,) = on_ladders_of(row.id)
    return found


def test_every_row_of_the_requests_is_run(boss: Any, time: Time) -> None:
    verbs, wrong = request_verbs(boss, time.at), []
    for before, to, _who, verb in REQUESTS:
        called = verbs.get(verb, lambda row, verb=verb: verb(row, by=boss, at=time.at))
        what = f"{before.value} -> {to.value} by {verb.__name__}"
        wrong.append(run(what, request_in(before, to), to, called))
    assert [problem for problem in wrong if problem] == []


def proposal_in(before: P, to: P) -> Callable[[], Any]:
    """A proposal in a state, on a request that stands where it must."""

    def make() -> Any:
        request = factories.help_request(R.OPEN if before is P.SUGGESTED else R.ASKING)
        busy = {"pilot": factories.pilot(L.PAUSED)} if to is P.SKIPPED else {}
        row = factories.proposal(before, of=request, **busy)
        if (before, to) == (P.DECLINED, P.ACCEPTED) or before is P.EXPIRED:
            with transaction():
                row.ladder_id = factories.ladder(request).id
                row.wants_anyway_at = now() if before is P.EXPIRED else None
                request.task = "exhausted"
                request.state = R.OPEN if before is P.DECLINED else R.ASKING
        return row

    return make


def proposal_verbs(boss: Any, at: datetime) -> dict[Any, Callable[[Any], Any]]:
    """How the verbs of the proposals' table are called that take more than the proposal."""
    by: dict[str, Any] = {"by": boss, "at": at}

    def edit(row: Any) -> Any:
        return requests.edit(row.help_request, {"description": PART + " Bald."}, **by)

    def superseded(row: Any) -> Any:
        accepted = factories.proposal(P.ACCEPTED, of=row.help_request, ladder_id=row.ladder_id, position=2)
        return proposals.confirm(accepted, **by)

    return {
        # who comes first is asked at once; the second stays approved
        (P.SUGGESTED, P.APPROVED): lambda row: proposals.approve_ladder(row.help_request, [second(row), row], **by),
        (P.SUGGESTED, P.NOT_CHOSEN): lambda row: proposals.not_this_one(row, NotChosenReason.OTHER, **by),
        (P.APPROVED, P.ASKED): lambda row: proposals.ask_next(row.ladder, **by),
        (P.APPROVED, P.SKIPPED): lambda row: proposals.ask_next(row.ladder, **by),
        (P.APPROVED, P.REMOVED): lambda row: proposals.stop_asking(row.help_request, **by),
        (P.APPROVED, P.SUPERSEDED): superseded,
        (P.ASKED, P.DECLINED): lambda row: proposals.decline(row, DeclineReason.NO_TIME, **by),
        (P.ACCEPTED, P.DECLINED): lambda row: proposals.decline(row, DeclineReason.NO_TIME, **by),
        (P.ACCEPTED, P.REFUSED): lambda row: proposals.refuse(row, RefuseReason.OTHER, **by),
        (P.ACCEPTED, P.ASKED): edit,
    }


def second(row: Any) -> Any:
    return factories.proposal(of=row.help_request, rank=2)


def test_every_row_of_the_proposals_is_run(boss: Any, time: Time) -> None:
    verbs, wrong = proposal_verbs(boss, time.at), []
    for before, to, _who, verb in PROPOSALS:
        called = verbs.get((before, to), lambda row, verb=verb: verb(row, by=boss, at=time.at))
        what = f"{before.value} -> {to.value} by {verb.__name__}"
        wrong.append(run(what, proposal_in(before, to), to, called))
    assert [problem for problem in wrong if problem] == []


def test_every_row_of_the_engagements_is_run(boss: Any, time: Time) -> None:
    by: dict[str, Any] = {"by": boss, "at": time.at}
    verbs: dict[str, Callable[[Any], Any]] = {
        "appoint": lambda row: engagements.appoint(row, time.at + timedelta(days=3), "Rathaus", invite=False, **by),
        "break_off": lambda row: engagements.break_off(row, BreakOffReason.OTHER, Side.PILOT, **by),
        "pause": lambda row: engagements.pause(row, days(20), Side.PILOT, **by),
        "fits": lambda row: engagements.fits(row, Side.PILOT, goal="Neue Seite", ends_on=days(30), **by),
        "resume": lambda row: engagements.resume(row, Side.PILOT, **by),
        "extend": lambda row: engagements.extend(row, days(30), **by),
    }
    wrong = []
    for before, said, to, verb, _who, _button in LEAVES:
        rests = {"paused_from": E(to)} if verb == "resume" else {}
        called = verbs.get(verb, lambda row, verb=verb: getattr(engagements, verb)(row, **by))
        wrong.append(run(f"{before}: {said}", lambda b=before, r=rests: case_in(E(b), **r), E(to), called))
    assert [problem for problem in wrong if problem] == []


def test_every_row_of_the_pilots_is_run(boss: Any, time: Time) -> None:
    by: dict[str, Any] = {"by": boss, "at": time.at}
    verbs: dict[str, Callable[[Any], Any]] = {
        "arrange_talk": lambda row: pilots.arrange_talk(row, time.at + timedelta(days=3), **by),
        "reject": lambda row: pilots.reject(row, PilotRejectReason.OTHER, **by),
        "pause": lambda row: pilots.pause(row, days(0 if row.state is L.AWARDED else 1), days(40), **by),
        "suspend": lambda row: pilots.suspend(row, "Beschwerde", **by),
        "end": lambda row: pilots.end(row, EndReason.MOVED, **by),
        "apply": lambda row: pilots.apply(row.user, "Ich kann Tabellen und Websites.", by=row.user, at=time.at),
        "award": lambda row: pilots.award(row, **by),
    }
    ready = {"talk_held_on": days(-1), "duties_signed_on": days(-1), "duties_seen_by": boss.id, "cover_explained": True}
    wrong = []
    for line in TABLE:
        for verb, to in line.verbs.items():
            values = ready if verb == "award" else {}
            called = verbs.get(verb, lambda row, verb=verb: getattr(pilots, verb)(row, **by))
            what = f"{line.state.value} -> {to.value} by {verb}"
            wrong.append(run(what, lambda s=line.state, v=values: factories.pilot(s, **v), to, called))
    assert [problem for problem in wrong if problem] == []
