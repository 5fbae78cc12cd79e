"""No verb does what no row allows: every verb of four services, called on a row in every state of its table.

Either the table has this step for this verb, or nothing about the row has changed. The calls are made from the verbs'
signatures, so a new verb is tried by itself.
"""

import inspect
import typing
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from datetime import date, datetime, timedelta
from enum import Enum
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect as inspected

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.errors import DomainError
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State as E
from lotsen.help_requests import service as requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as R
from lotsen.organisations.models import Organisation
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State as L
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import ASK_LIVE, NEVER_ASKED
from lotsen.proposals.rules import State as P
from tests import factories
from tests.conftest import Time
from tests.features.engagements.scene import case_in
from tests.rules.test_engagement_table import LEAVES, STAYS
from tests.rules.test_pilot_table import TABLE, WITHOUT_VERB
from tests.rules.test_tables import PROPOSALS, REQUESTS

WORDS = "Der Verein sucht Rat zu seiner Kasse und hat dazu einige Fragen."
Step = tuple[Any, Any, str]  # from, to, verb


@pytest.fixture
def boss(app: Flask, time: Time) -> Any:
    return factories.coordinator()


def value_for(name: str, kind: Any, row: Any, at: datetime) -> Any:
    """What this parameter gets: by its name where the type does not say enough, else by its type."""
    request = row if isinstance(row, HelpRequest) else getattr(row, "help_request", None)
    by_name: dict[str, Callable[[], Any]] = {
        "at": lambda: at,
        "version": lambda: row.version,
        "values": dict,
        "levels": dict,
        "area_ids": frozenset,
        "position": lambda: row.position,
        "fields": lambda: ["description"],
        "into": lambda: factories.help_request(organisation_id=request.organisation_id, contact_id=request.contact_id),
        "parts": lambda: [requests.Part("Eins", WORDS), requests.Part("Zwei", WORDS)],
        "proposals": lambda: [row if isinstance(row, Proposal) else factories.proposal(of=request)],
        "to": lambda: P.REMOVED if kind is P else WORDS,
        "chosen": lambda: [row if isinstance(row, Proposal) else factories.proposal(of=request)],
        "word": lambda: "stuck",
        "email": lambda: True if kind is bool else "neu@example.org",
    }
    by_type: dict[Any, Callable[[], Any]] = {
        str: lambda: WORDS,
        int: lambda: 30,
        bool: lambda: True,
        date: lambda: local_date(at) + timedelta(days=20),
        datetime: lambda: at + timedelta(days=3),
        User: lambda: row.user if isinstance(row, Pilot) else factories.user(),
        Pilot: lambda: row if isinstance(row, Pilot) else factories.pilot(),
        Organisation: factories.organisation,
        Exclusion: lambda: pilots.exclude_organisation(
            row, factories.organisation(), "conflict", until=None, by=SYSTEM, at=at
        ),
        Proposal: lambda: row,
        Engagement: lambda: row,
        HelpRequest: lambda: request,
        Ladder: lambda: row.ladder or factories.ladder(request),
    }
    kinds = [part for part in typing.get_args(kind) if part is not type(None)] or [kind]
    if name in by_name:
        return by_name[name]()
    return list(kinds[0])[-1] if issubclass(kinds[0], Enum) else by_type[kinds[0]]()


def call(verb: Callable[..., Any], row: Any, *, by: User, at: datetime) -> None:
    """Call a verb with what its signature asks for and no more."""
    kinds = typing.get_type_hints(verb)
    given = {
        name: by if name == "by" else value_for(name, kinds[name], row, at)
        for name, parameter in inspect.signature(verb).parameters.items()
        if parameter.default is parameter.empty
    }
    verb(**given)


def verbs_of(service: ModuleType, *about: type) -> Iterator[Callable[..., Any]]:
    """The verbs whose first word is such a row."""
    for name in service.__all__:
        verb = getattr(service, name)
        if inspect.isfunction(verb):
            first = next(iter(inspect.signature(verb).parameters), "")
            if typing.get_type_hints(verb).get(first) in about:
                yield verb


def facts(row: Any) -> dict[str, Any]:
    """All columns, read anew."""
    db.session.refresh(row)
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


class Undone(Exception):
    """Seen; the next verb finds the row as this one did."""


def tried(verb: Callable[..., Any], row: Any, *, by: User, at: datetime) -> dict[str, Any] | None:
    """The row's columns after the verb; empty when it deleted the row, None when it refused. All is taken back."""
    after: dict[str, Any] | None = None
    with suppress(DomainError, Undone), transaction():
        call(verb, row, by=by, at=at)
        db.session.flush()
        after = facts(row) if inspected(row).persistent else {}
        raise Undone
    return after


def strays(
    make: Callable[[Any], Any],
    verbs: list[Callable[..., Any]],
    steps: set[Step],
    stays: set[tuple[Any, str]],
    boss: User,
    idle: Set[str] = frozenset(),
) -> list[str]:
    """What a verb did that no row of the table allows.

    A verb of the table goes its own ways; one that calls others goes any way of the table. ``stays``: where a verb of
    the table changes something and moves nothing, or deletes. ``idle``: verbs of the table that need more than a row
    in a state (a day, a paper, a second person) and are only seen to refuse here; every other one must take effect.
    """
    wrong, at, effective = [], clock.now(), set[str]()
    own, pairs = {verb for _before, _to, verb in steps}, {(before, to) for before, to, _verb in steps}
    for state in type(next(iter(steps))[0]):
        row = make(state)
        before = facts(row)
        for verb in verbs:
            name, after = verb.__name__, tried(verb, row, by=boss, at=at)
            if after is not None and after != before:
                effective.add(name)
            if after == {} and (state, name) not in stays:
                wrong.append(f"{name} deletes {state.value}")
            elif after and after["visit"] != before["visit"]:
                to = after["state"]
                allowed = (state, to, name) in steps if name in own else (state, to) in pairs
                wrong += [] if allowed else [f"{state.value} -> {to.value} by {name}"]
            elif after and after != before and name in own and (state, name) not in stays:
                changed = ", ".join(sorted(key for key in after if after[key] != before[key]))
                wrong.append(f"{name} leaves {state.value} but changes {changed}")
    names = own.intersection(verb.__name__ for verb in verbs)
    wrong += [f"{name} took effect in no state" for name in sorted(names - effective - idle)]
    return wrong + [f"{name} is not idle" for name in sorted(idle & effective)]


def test_no_verb_of_the_pilots_does_what_no_row_allows(boss: User) -> None:
    steps = {(line.state, to, verb) for line in TABLE for verb, to in line.verbs.items()}
    steps |= {(before, to, "withdraw") for before, to in WITHOUT_VERB}
    stays = {(L.DRAFT, "apply")}  # once more, in other words
    stays |= {(L.REJECTED, "step"), (L.WITHDRAWN, "step")}  # deleted after half a year
    idle = {"award", "pause"}  # without its conditions, without a day
    assert strays(factories.pilot, list(verbs_of(pilots, Pilot, User)), steps, stays, boss, idle) == []


def test_no_verb_of_the_proposals_does_what_no_row_allows(boss: User) -> None:
    steps = {(before, to, verb.__name__) for before, to, _who, verb in PROPOSALS}
    steps |= {(P.SUGGESTED, P.ASKED, name) for name in ("approve_ladder", "check_and_approve")}  # the first at once
    steps.add((P.DECLINED, P.ACCEPTED, "take_late_yes"))  # who said no first and comes back
    steps |= {(before, P.WITHDRAWN, "stop_asking") for before in ASK_LIVE}  # it withdraws
    late = set(P) - NEVER_ASKED - ASK_LIVE  # a late yes is kept and moves nothing
    stays = {(state, "accept") for state in late} | {(P.ASKED, "on_request_edited")}

    verbs = list(verbs_of(proposals, Proposal, Ladder, HelpRequest))

    def make(state: P) -> Proposal:
        return factories.proposal(state, of=factories.help_request(R.OPEN if state is P.SUGGESTED else R.ASKING))

    assert strays(make, verbs, steps, stays, boss, {"take_late_yes"}) == []  # nobody came back here


def test_no_verb_of_the_engagements_does_what_no_row_allows(boss: User) -> None:
    steps = {(E(before), E(to), verb) for before, _said, to, verb, *_who in LEAVES}
    steps.add((E.AGREED, E.RUNNING, "fits"))  # who says so has met: two steps
    stays = {(E(state), verb) for state, _said, verb, _button in STAYS} | {(E.RUNNING, "appoint")}
    stays |= {(state, "fits") for state in E}  # the second side's word is only kept
    assert strays(case_in, list(verbs_of(engagements, Engagement)), steps, stays, boss) == []


def test_no_verb_of_the_requests_does_what_no_row_allows(boss: User) -> None:
    steps = {(before, to, verb.__name__) for before, to, _who, verb in REQUESTS}
    steps |= {(R.WAITING, R.OPEN, "open_request"), (R.ASKING, R.OPEN, "back_to_open")}  # by hand; nobody is left
    stays = {(R.ON_HOLD, "hold"), (R.OPEN, "back_to_open")}  # another day; why it came back
    stays |= {(R.DRAFT, "delete_draft"), (R.DRAFT, "give_up_draft")}
    assert strays(factories.help_request, list(verbs_of(requests, HelpRequest)), steps, stays, boss) == []
