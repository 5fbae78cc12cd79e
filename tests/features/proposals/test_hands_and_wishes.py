"""Who raises a hand, and whom the organisation wishes for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, Forbidden
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import jobs, queries, rules, service
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.factories.base import add, writing

from .steps import mails


def free_request(**values):
    return factories.help_request(RequestState.WAITING, **values)


def test_a_raised_hand_opens_a_waiting_request_and_is_a_suggestion_with_a_task(app, as_coordinator, at):
    request, pilot = free_request(), factories.pilot()
    with transaction():
        proposal = service.raise_hand(request, pilot, plain_member=True, by=pilot.user, at=at)
        assert service.raise_hand(request, pilot, plain_member=True, by=pilot.user, at=at) is proposal
    assert (request.state, request.task) == (RequestState.OPEN, "hand")
    assert (proposal.state, proposal.raised_at, proposal.plain_member) == (State.SUGGESTED, at, True)
    from lotsen.help_requests.queries import tasks

    with app.test_request_context():
        assert [task.kind for task in tasks(at)] == ["help_request.hand"]
    with transaction():
        service.lower_hand(request, pilot, by=pilot.user, at=at)
    assert db.session.scalar(select(Proposal)) is None


def test_no_hand_is_raised_where_the_pilot_must_not_be_asked(app, at):
    pilot = factories.pilot()
    blocked, own, children, closed = (
        free_request(),
        free_request(by=factories.member(person=pilot.user)),
        free_request(with_children=True),
        factories.help_request(RequestState.ASKING),
    )
    uncleared = free_request(short_text_cleared_at=None)
    with transaction():
        pilot.exclusions.append(Exclusion(organisation_id=blocked.organisation_id, reason="conflict", created_at=at))
    for request in (blocked, own, children, uncleared):
        with pytest.raises(Forbidden), transaction():
            service.raise_hand(request, pilot, plain_member=False, by=pilot.user, at=at)
    with pytest.raises(Conflict), transaction():
        service.raise_hand(closed, pilot, plain_member=False, by=pilot.user, at=at)
    assert not db.session.scalars(queries.open_for(pilot, at=at)).all()


@pytest.mark.parametrize(
    ("typed", "name", "sounds"),
    [
        ("Lore Lotsin", "Lore Lotsin", True),
        ("Frau Lotsin", "Lore Lotsin", True),
        ("Herrn Heinrich Voigt", "Heinrich Vogt", True),
        ("Mueller", "Jörg Müller", True),
        ("Lore", "Lore Lotsin", True),
        ("Peter Schmidt", "Lore Lotsin", False),
        ("Lore Schmidt", "Lore Lotsin", False),
        ("egal", "Lore Lotsin", False),
        ("", "Lore Lotsin", False),
    ],
)
def test_a_wish_is_understood_as_people_write_it(typed, name, sounds):
    assert (rules.likeness(typed, name) > 0) is sounds


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ("Willi Wunsch", "Sie hatten sich „Frau Wunsch“ gewünscht. Das ging diesmal leider nicht."),
        (
            "Otto Anders",
            "Sie hatten sich „Frau Wunsch“ gewünscht. Unter diesem Namen kennen wir hier leider niemanden.",
        ),
    ],
)
def test_the_requester_is_told_kindly_that_it_is_somebody_else(coordinator, at, known, word):
    request = factories.help_request(wished_pilot="Frau Wunsch")
    factories.pilot(PilotState.PAUSED, name=known)
    with transaction():
        proposal = factories.proposal(of=request, pilot=factories.pilot(name="Lore Lotsin"))
        service.approve_ladder(request, [proposal], by=coordinator, at=at)
        service.accept(proposal, by=proposal.pilot.user, at=at)
    (mail,) = mails("proposals.pilot_says_yes")
    text = " ".join(mail.text.split())
    assert word in text and "passt auch" not in text


def test_a_wished_pilot_stands_first_and_is_placed_first(as_coordinator, at):
    request = factories.help_request(wished_pilot="Herrn Wunsh")
    factories.proposal(of=request, rank=1)
    wish = factories.pilot(name="Willi Wunsch")
    factories.proposal(of=request, rank=2, band="moeglich", pilot=wish)
    shown = queries.candidates(request, at=at)
    assert [(row.proposal.pilot_id == wish.id, row.place) for row in shown] == [(True, 1), (False, 2)]


def test_the_coordinator_reads_why_a_wished_pilot_cannot_come(as_coordinator, at):
    request = factories.help_request(wished_pilot="Willi Wunsch")
    factories.pilot(PilotState.PAUSED, name="Willi Wunsch")
    jobs.run_sweep(at)
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    assert "Wunsch: Willi Wunsch" in page.text and "macht gerade Pause" in page.text
    unknown = factories.help_request(wished_pilot="Xaver Unbekannt")
    jobs.run_sweep(at)
    page = as_coordinator.get("proposals.candidates", request_id=unknown.id)
    assert "Unter diesem Namen finden wir hier niemanden." in page.text


def test_pilots_see_open_short_texts_without_names_and_raise_a_hand(browser, at):
    pilot = factories.pilot()
    request = free_request(short_text="Ein Verein sucht Rat zu seiner Homepage.")
    as_pilot = browser(pilot.user)
    page = as_pilot.get("proposals.open_requests")
    assert request.short_text in page.text
    for secret in (request.organisation_name, request.contact_name, request.contact_phone, request.case_number):
        assert secret not in page.text
    page = page.submit(f"Das könnte ich – {request.short_text}", mitglied="1")
    assert "Danke" in page.text
    db.session.rollback()
    proposal = db.session.scalars(select(Proposal)).one()
    assert (proposal.pilot_id, proposal.plain_member) == (pilot.id, True)
    page.submit(f"Doch nicht – {request.short_text}")
    db.session.rollback()
    assert db.session.scalar(select(Proposal)) is None
    assert db.session.get_one(Pilot, pilot.id).reserved == 0
    assert not db.session.scalars(select(OutboxMessage)).all()


def test_who_raised_a_hand_stands_before_others_and_stays_on_the_list(coordinator, at):
    request = factories.help_request()
    factories.proposal(of=request, rank=1)
    pilot = factories.pilot(topics={"it-security": 1}, headline="Akten", about="Ich ordne gern Akten und Papiere.")
    with transaction():
        service.raise_hand(request, pilot, plain_member=False, by=pilot.user, at=at)
        request.revision += 1
    jobs.run_sweep(at)
    shown = queries.candidates(request, at=at)
    assert shown[0].proposal.pilot_id == pilot.id and shown[0].proposal.raised_at == at


def test_who_stayed_silent_is_named_so_and_stands_behind_those_who_were_not_asked(as_coordinator, at):
    request = factories.help_request()
    silent = factories.pilot(name="Silvia Still")
    factories.proposal(
        State.EXPIRED, of=request, pilot=silent, ladder_id=factories.ladder(request).id, position=1, asked_at=at
    )
    factories.proposal(of=request, pilot=silent, rank=1)
    factories.proposal(of=request, pilot=factories.pilot(name="Nele Neu"), rank=2)
    shown = queries.candidates(request, at=at)
    assert [(row.proposal.pilot.user.name, row.place) for row in shown] == [("Nele Neu", 1), ("Silvia Still", 0)]
    with writing():
        add(Matching(help_request_id=request.id, request_revision=1, scored_at=at, considered=2, removed={}))
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    assert page.text.count("nicht geantwortet.") == 1 and "Hat auf die Frage vom" in page.text


def test_among_equals_who_was_asked_longest_ago_stands_first_and_nobody_better_is_passed(app, at):
    request = factories.help_request()

    def suggested(rank, score, days):
        pilot = factories.pilot(last_asked_at=None if days is None else at - timedelta(days=days))
        return factories.proposal(of=request, pilot=pilot, rank=rank, score=score)

    best = suggested(1, 0.80, 1)
    yesterday, long_ago, never = suggested(2, 0.702, 1), suggested(3, 0.701, 90), suggested(4, 0.70, None)
    less = suggested(5, 0.65, None)
    shown = [candidate.proposal for candidate in queries.candidates(request, at=at)]
    assert shown == [best, never, long_ago, yesterday, less]


def test_who_has_no_place_free_stands_behind_who_has(app, at):
    request = factories.help_request()
    factories.proposal(of=request, pilot=factories.pilot(name="Mechthild Voll", capacity=1, reserved=1), rank=1)
    factories.proposal(of=request, pilot=factories.pilot(name="Marlies Frei"), rank=2)
    shown = queries.candidates(request, at=at)
    assert [(row.proposal.pilot.user.name, row.place) for row in shown] == [("Marlies Frei", 1), ("Mechthild Voll", 0)]


def test_whom_a_wish_means_stays_the_same_while_somebody_else_is_asked(as_coordinator, coordinator, at):
    request = factories.help_request(wished_pilot="Willi Wunsch")
    factories.pilot(PilotState.PAUSED, name="Willi Wunsch")
    with transaction():
        proposal = factories.proposal(of=request, pilot=factories.pilot(name="Lore Lotsin"))
        service.approve_ladder(request, [proposal], by=coordinator, at=at)
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    assert page.soup.find(id="wished").find_next("p").text.strip() == "Willi Wunsch"
    assert "Unter diesem Namen finden wir hier niemanden." not in page.text
