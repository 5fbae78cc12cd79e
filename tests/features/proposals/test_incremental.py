"""One change re-scores what it touches and nothing else, and the outcome is that of scoring everything anew."""

from copy import copy
from datetime import datetime
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from lotsen.accounts.models import User
from lotsen.core.clock import today
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import SCORED
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots import service as pilot_service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason
from lotsen.proposals import service, sweep
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State
from lotsen.scheduler.timetable import get_job
from lotsen.skills import service as skills
from lotsen.skills.models import Area, Topic
from tests import factories

SAID = (
    "Ich baue Vereinsseiten mit WordPress und erkläre gern.",
    "Buchhaltung, Rechnungen und die Kasse sind mein Beruf.",
    "WLAN, Drucker und Telefon: Ich bringe Geräte wieder in Gang.",
    "Fotos und kurze Filme schneide ich am Rechner.",
    "Passwörter, Datensicherung und Schutz vor falschen Mails.",
)
WISHES = (
    "Unsere Homepage ist uralt und keiner kann etwas ändern.",
    "Die Rechnungen schreiben wir noch mit der Hand, das dauert.",
    "Im Vereinsheim fällt ständig das WLAN aus.",
    "Wir möchten unser Fest filmen und den Film zeigen.",
    "Jemand hat unser Postfach übernommen, was nun?",
)
TOPICS = ("website", "accounting-invoicing", "hardware-network", "photo-video-audio", "it-security")
KINDS = "text", "place", "topics", "new pilot", "ends", "pauses", "edit", "new request", "excluded", "helped"
CODES = ("31655", "30159", "80331")


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    sweep.index.forget()


def stored() -> dict[tuple[int, int], tuple[Any, ...]]:
    """Every suggestion by request and pilot, as it is kept."""
    rows = db.session.execute(
        select(
            Proposal.help_request_id,
            Proposal.pilot_id,
            Proposal.rank,
            Proposal.score,
            Proposal.band,
            Proposal.shares,
            Proposal.reasons,
            Proposal.model_version,
        ).where(Proposal.state == State.SUGGESTED)
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def sweep_in_full(at: datetime) -> None:
    """Read everybody anew into the same statistics, forget what was scored, and score all."""
    fresh = copy(sweep.index.matcher)
    for key in tuple(fresh.people_.keys):
        fresh.remove(key)
    rows = db.session.scalars(select(Pilot).where(Pilot.id.in_(list(sweep.index.revisions)))).all()
    for person in sweep.profiles(rows):
        fresh.update(person)
    sweep.index.matcher = fresh
    with transaction():
        db.session.execute(update(Matching).values(pilots_version=""))
    sweep.run(at=at)


def change_something(chance: Random, *, by: User, at: datetime) -> str:
    """One change as people make them; returns which."""
    pilots = db.session.scalars(select(Pilot).where(Pilot.state == "awarded").order_by(Pilot.id)).all()
    requests = db.session.scalars(select(HelpRequest).where(HelpRequest.state.in_(SCORED)).order_by(HelpRequest.id))
    pilot, request = chance.choice(pilots), chance.choice(requests.all())
    kind = chance.choice(
        ("text", "place", "topics", "new pilot", "ends", "pauses", "edit", "new request", "excluded", "helped")
    )
    if kind == "new pilot":
        factories.pilot(about=chance.choice(SAID), topics={chance.choice(TOPICS): chance.randint(1, 3)})
        return kind
    if kind == "new request":
        factories.help_request(RequestState.OPEN, description=chance.choice(WISHES))
        return kind
    if kind == "helped":
        yes = factories.proposal(State.ACCEPTED, of=factories.help_request(RequestState.ASKING), pilot=pilot)
        with transaction():
            service.confirm(yes, by=by, at=at)
        return kind
    with transaction():
        match kind:
            case "text":
                pilot_service.change(pilot, {"about": chance.choice(SAID)}, version=pilot.version, by=by, at=at)
            case "place":
                values = {"postcode": chance.choice(CODES), "remote": chance.random() < 0.5, "on_site": True}
                pilot_service.change(pilot, values, version=pilot.version, by=by, at=at)
            case "topics":
                topic = db.session.scalars(select(Topic).where(Topic.slug == chance.choice(TOPICS))).one()
                levels, parts = {topic.id: chance.randint(1, 3)}, frozenset({topic.areas[0].id})
                pilot_service.set_topics(pilot, levels, parts, version=pilot.version, by=by, at=at)
            case "ends" if len(pilots) > 3:
                pilot_service.end(pilot, EndReason.WISH, by=by, at=at)
            case "pauses" if len(pilots) > 3:
                pilot_service.pause(pilot, today(), None, by=by, at=at)
            case "edit":
                values = {"description": chance.choice(WISHES), "mode": chance.choice(("on_site", "remote", "either"))}
                help_requests.edit(request, values, by=by, at=at)
            case "excluded":
                pilot_service.exclude_organisation(pilot, request.organisation, "own_wish", until=None, by=by, at=at)
    return kind


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_the_rows_are_those_of_a_full_sweep(
    app: Flask, at: datetime, coordinator: User, seed: int
) -> None:
    chance = Random(seed)
    for text, topic in zip(SAID, TOPICS, strict=True):
        factories.pilot(about=text, topics={topic: chance.randint(1, 3)}, headline=text[:20])
    for text in WISHES[:3]:
        factories.help_request(RequestState.OPEN, description=text, title=text[:30])
    sweep.run(at=at)
    version, done = sweep.index.matcher.version_, []
    for _round in range(3):
        done += [change_something(chance, by=coordinator, at=at) for _one in range(chance.randint(1, 3))]
        sweep.run(at=at)
        step_by_step = stored()
        sweep_in_full(at)
        in_full = stored()
        assert {row[5] for row in in_full.values()} == {version}
        assert step_by_step.keys() == in_full.keys(), done
        for pair, row in step_by_step.items():
            rank, score, band, _shares, reasons, _version = in_full[pair]
            assert (row[0], row[2], row[4]) == (rank, band, reasons), (done, pair)
            assert row[1] == pytest.approx(score, abs=1e-6)


@pytest.fixture
def town(app: Flask, at: datetime) -> list[HelpRequest]:
    """Five pilots and three requests, all scored."""
    for text, topic in zip(SAID, TOPICS, strict=True):
        factories.pilot(about=text, topics={topic: 3}, headline=text[:20])
    made = [factories.help_request(RequestState.OPEN, description=text, title=text[:30]) for text in WISHES[:3]]
    get_job("proposals.sweep").run(at)
    return made


def test_the_scheduler_looks_every_second_and_writes_nothing_when_nothing_changed(
    town: list[HelpRequest], at: datetime
) -> None:
    job = get_job("proposals.sweep")
    assert (job.every, job.due) == (1, "")
    before = stored()
    assert job.run(at) == 0
    assert stored() == before


def test_one_edited_request_is_scored_by_the_next_look_and_no_other_row_is_touched(
    town: list[HelpRequest], at: datetime, coordinator: User
) -> None:
    others = {pair: row for pair, row in stored().items() if pair[0] != town[0].id}
    with transaction():
        help_requests.edit(town[0], {"description": WISHES[3]}, by=coordinator, at=at)
    with Writes() as tables:
        assert get_job("proposals.sweep").run(at) == 1
    assert {pair: row for pair, row in stored().items() if pair[0] != town[0].id} == others
    assert tables.count("matchings") == 1


def test_one_changed_profile_changes_only_its_own_scores(
    town: list[HelpRequest], at: datetime, coordinator: User
) -> None:
    before = stored()
    pilot = db.session.scalars(select(Pilot).order_by(Pilot.id.desc()).limit(1)).one()
    with transaction():
        pilot_service.change(pilot, {"about": SAID[0]}, version=pilot.version, by=coordinator, at=at)
    with Writes() as tables:
        assert get_job("proposals.sweep").run(at) == len(town)
    after = stored()
    assert before.keys() == after.keys()
    changed = {pair for pair in before if before[pair][1:] != after[pair][1:]}
    assert {pilot_id for _request, pilot_id in changed} == {pilot.id}
    moved = {pair for pair in before if before[pair] != after[pair]}
    assert tables.count("proposals") == len(moved), "a row that stays as it is is not written"


class Writes:
    """The tables written to, one entry a row."""

    def __enter__(self) -> list[str]:
        self.found: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self.found

    def __exit__(self, *_error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool) -> None:
        word, rest = statement.split(maxsplit=1)
        if word in ("INSERT", "UPDATE", "DELETE"):
            self.found.append(rest.removeprefix("INTO ").removeprefix("FROM ").split()[0])


def test_who_has_helped_counts_a_little_more_from_the_next_look_on(
    town: list[HelpRequest], at: datetime, coordinator: User
) -> None:
    def record(pilot_id: int) -> set[float]:
        rows = db.session.scalars(select(Proposal).where(Proposal.pilot_id == pilot_id, Proposal.state == "suggested"))
        return {share["feature"] for row in rows for share in row.shares if share["component"] == "record"}

    first, second = db.session.scalars(select(Pilot).order_by(Pilot.id).limit(2)).all()
    yes = factories.proposal(State.ACCEPTED, of=factories.help_request(RequestState.ASKING), pilot=first)
    with transaction():
        service.confirm(yes, by=coordinator, at=at)
    get_job("proposals.sweep").run(at)
    assert (record(first.id), record(second.id)) == ({0.625}, {0.5})


def test_a_word_of_the_town_changes_the_version_beside_every_proposal(
    town: list[HelpRequest], at: datetime, coordinator: User
) -> None:
    """Who reads a proposal's version knows which wording ranked it; a word put back gives the old version back."""
    before = {row[5] for row in stored().values()}
    area = db.session.scalars(select(Area).where(Area.slug == "website-build")).one()
    with transaction():
        row = skills.add_word(area, "word", "Dorfportal", by=coordinator, at=at)
    assert get_job("proposals.sweep").run(at) == len(town)
    between = {row[5] for row in stored().values()}
    assert len(before) == len(between) == 1 and before != between
    with transaction():
        skills.remove_word(row, by=coordinator, at=at)
    assert get_job("proposals.sweep").run(at) == len(town)
    assert {row[5] for row in stored().values()} == before


def test_after_a_deploy_with_another_model_the_next_tick_scores_everything_anew(
    town: list[HelpRequest], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new process has no fitted matcher yet; reasons in old words are gone within a second."""
    before = {row[5] for row in stored().values()}
    monkeypatch.setattr("matching.version.VERSION", "next")
    sweep.index.forget()
    assert get_job("proposals.sweep").run(at) == len(town)
    after = {row[5] for row in stored().values()}
    assert len(after) == 1 and not before & after


def test_who_left_and_who_came_are_never_mistaken_for_each_other(
    town: list[HelpRequest], at: datetime, coordinator: User
) -> None:
    """As many people with as many changes in all are not the same people."""
    first, second = db.session.scalars(select(Pilot).order_by(Pilot.id).limit(2)).all()
    with transaction():
        pilot_service.end(first, EndReason.WISH, by=coordinator, at=at)
    get_job("proposals.sweep").run(at)
    with transaction():
        first.state, second.state = "awarded", "ended"
        first.revision = second.revision
    assert get_job("proposals.sweep").run(at) == len(town)
    assert second.id not in {pilot_id for _request, pilot_id in stored()}
