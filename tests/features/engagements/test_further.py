"""Noch jemand dazu, hand over: another search while the engagement stands."""

from datetime import timedelta

import pytest

from lotsen.core.clock import MORNING, at_local, local_date
from lotsen.core.db import transaction
from lotsen.core.errors import CapacityExhausted, Conflict
from lotsen.core.extensions import db
from lotsen.engagements import queries, service
from lotsen.engagements.rules import BreakOffReason, Outcome, Side, State
from lotsen.help_requests import queries as requests
from lotsen.help_requests import service as requests_service
from lotsen.help_requests.rules import Further
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import service as proposals
from lotsen.proposals import sweep
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import DeclineReason, RefuseReason
from lotsen.proposals.rules import State as ProposalState
from tests import factories

from .scene import case_in, do, find_somebody, link_of, mail_of, mails


def places(pilot):
    db.session.expire_all()
    return db.session.get_one(Pilot, pilot.id).reserved


def task_kinds(app, at):
    with app.test_request_context():
        return [task.kind for task in requests.tasks(at)]


def test_somebody_more_begins_a_second_engagement_and_the_request_keeps_running(app, time, coordinator):
    first = case_in()
    do(service.seek_more, first, Side.MEMBER, at=time.at)
    request = first.help_request
    assert request.state is RequestState.RUNNING and request.further is Further.MORE
    assert task_kinds(app, time.at) == ["help_request.more"]
    second = find_somebody(request, by=coordinator, at=time.at)
    assert {first.state, second.state} == {State.RUNNING, State.AGREED}
    assert request.state is RequestState.RUNNING and request.further is Further.NOBODY and not request.task


def test_the_matcher_looks_again_when_somebody_more_is_wanted(app, time):
    first = case_in()
    other = factories.pilot(name="Tilo Tabelle")
    do(service.seek_more, first, None, at=time.at)
    sweep.index.forget()
    sweep.run(at=time.at)
    found = {row.pilot_id for row in db.session.query(Proposal).filter_by(state=ProposalState.SUGGESTED)}
    assert found == {other.id}


def test_a_request_with_two_engagements_is_completed_when_both_are_over(app, time, coordinator):
    first = case_in()
    do(service.seek_more, first, Side.MEMBER, at=time.at)
    second = find_somebody(first.help_request, by=coordinator, at=time.at)
    for side in Side:
        do(service.give_feedback, first, side, Outcome.SOLVED, at=time.at)
    assert first.state is State.COMPLETED and first.help_request.state is RequestState.MATCHED
    for side in Side:
        do(service.give_feedback, second, side, Outcome.SOLVED, at=time.at)
    assert first.help_request.state is RequestState.COMPLETED


def test_when_the_first_ends_early_the_search_for_somebody_more_is_an_ordinary_one(app, time, coordinator):
    first, helper = case_in(), factories.pilot()
    request = first.help_request
    do(service.seek_more, first, Side.MEMBER, at=time.at)
    with transaction():
        asked = factories.proposal(of=request, pilot=helper)
        proposals.approve_ladder(request, [asked], by=coordinator, at=time.at)
    do(service.break_off, first, BreakOffReason.NO_TIME, Side.PILOT, at=time.at)
    assert request.state is RequestState.ASKING and asked.state is ProposalState.ASKED


def test_an_order_in_which_nobody_can_help_comes_back_as_a_task_while_the_engagement_stands(app, time, coordinator):
    first = case_in()
    request = first.help_request
    do(service.seek_more, first, Side.MEMBER, at=time.at)
    with transaction():
        asked = factories.proposal(of=request)
        proposals.approve_ladder(request, [asked], by=coordinator, at=time.at)
    with transaction():
        service.pilot_says_yes(asked, by=asked.pilot.user, at=time.at)
        proposals.refuse(asked, RefuseReason.TIMES, by=request.contact, at=time.at)
    assert request.state is RequestState.RUNNING and first.state is State.RUNNING
    assert task_kinds(app, time.at) == ["help_request.refused"]


def test_a_second_order_is_not_approved_beside_the_first(app, time, coordinator):
    first = case_in()
    do(service.seek_more, first, Side.MEMBER, at=time.at)
    with transaction():
        one, two = factories.proposal(of=first.help_request), factories.proposal(of=first.help_request)
        proposals.approve_ladder(first.help_request, [one], by=coordinator, at=time.at)
    with pytest.raises(Conflict), transaction():
        proposals.approve_ladder(first.help_request, [two], by=coordinator, at=time.at)


def test_an_engagement_goes_on_until_somebody_follows_and_then_ends_with_thanks(app, time, coordinator):
    old = case_in(goal="Neue Startseite")
    do(service.hand_over, old, Side.PILOT, by=old.pilot.user, at=time.at, text="Ich ziehe um.")
    request = old.help_request
    assert old.state is State.RUNNING and request.further is Further.SUCCESSOR
    assert mail_of("engagements.handing_over").recipient_id == request.contact_id
    assert task_kinds(app, time.at) == ["help_request.successor"]
    new = find_somebody(request, by=coordinator, at=time.at)
    assert old.state is State.BROKEN_OFF and old.break_off_reason == "handed_over" and not old.ended_early
    assert new.follows_id == old.id and new.goal == "Neue Startseite"
    assert places(old.pilot) == 0 and places(new.pilot) == 1
    assert mail_of("engagements.handed_over").recipient_id == old.pilot.user_id
    told = [who for kind, who in mails() if kind == "engagements.contact_data"]
    assert sorted(told) == sorted([new.pilot.user_id, request.contact_id])
    assert "Nora" in mail_of("engagements.contact_data").text
    assert request.state is RequestState.MATCHED and request.further is Further.NOBODY


def test_the_search_for_who_follows_stays_a_task_when_the_case_moves_on_meanwhile(app, time):
    old = case_in(State.FIRST_CONTACT)
    do(service.hand_over, old, Side.MEMBER, at=time.at)
    do(service.fits, old, Side.PILOT, at=time.at, goal="Neue Startseite")
    assert old.help_request.state is RequestState.RUNNING
    assert task_kinds(app, time.at) == ["help_request.successor"]


def test_who_hands_over_may_go_on_after_all_and_whoever_was_asked_is_thanked(app, time, coordinator, browser):
    old = case_in()
    do(service.hand_over, old, Side.PILOT, by=old.pilot.user, at=time.at)
    with transaction():
        asked = factories.proposal(of=old.help_request)
        proposals.approve_ladder(old.help_request, [asked], by=coordinator, at=time.at)
    page = browser(old.pilot.user).get("engagements.detail", engagement_id=old.id)
    page.submit("Es muss doch niemand gesucht werden")
    db.session.expire_all()
    assert old.handing_over_at is None and old.help_request.further is Further.NOBODY
    assert db.session.get_one(Proposal, asked.id).state is ProposalState.WITHDRAWN


def test_nobody_follows_an_engagement_that_was_done_meanwhile(app, time):
    old = case_in()
    do(service.hand_over, old, Side.PILOT, by=old.pilot.user, at=time.at)
    for side in Side:
        do(service.give_feedback, old, side, Outcome.SOLVED, at=time.at)
    assert old.help_request.state is RequestState.COMPLETED and old.help_request.further is Further.NOBODY


def asked_beside(case, coordinator, at):
    """Somebody is asked while the engagement stands."""
    do(service.seek_more, case, Side.MEMBER, at=at)
    with transaction():
        proposal = factories.proposal(of=case.help_request, pilot=factories.pilot(name="Nora Nachfolge"))
        proposals.approve_ladder(case.help_request, [proposal], by=coordinator, at=at)
    with transaction():
        mail_of("proposals.ask").state = MailState.SENT
    return proposal


def test_the_search_beside_an_engagement_can_be_stopped_and_stays_a_task(app, time, as_coordinator, coordinator):
    case = case_in()
    asked = asked_beside(case, coordinator, time.at)
    page = as_coordinator.get("proposals.candidates", request_id=case.help_request_id)
    page = page.submit("Suche anhalten")
    assert "Die Suche ist angehalten." in page.text and "Wen fragen wir zuerst?" in page.text
    as_coordinator.post("proposals.stop_asking", request_id=case.help_request_id)  # pressed twice
    db.session.expire_all()
    assert (asked.state, case.state) == (ProposalState.WITHDRAWN, State.RUNNING)
    assert case.help_request.state is RequestState.RUNNING and task_kinds(app, time.at) == ["help_request.more"]


def test_where_nothing_is_asked_for_beside_an_engagement_nothing_is_stopped(app, time, as_coordinator):
    case = case_in()
    do(service.seek_more, case, Side.MEMBER, at=time.at)
    page = as_coordinator.post("proposals.stop_asking", request_id=case.help_request_id, status=409)
    assert "angehalten" not in page.text


def test_who_comes_second_reads_who_stopped_the_search_beside_an_engagement(app, time, browser, coordinator):
    first, second = browser(factories.coordinator(name="Erna Erste")), browser(factories.coordinator())
    case = case_in()
    asked_beside(case, coordinator, time.at)
    first.post("proposals.stop_asking", request_id=case.help_request_id)
    page = second.post("proposals.stop_asking", request_id=case.help_request_id, status=409)
    assert "Erna Erste" in page.text and "Suche angehalten" in page.text


def test_an_order_that_ended_otherwise_was_not_stopped(app, time, as_coordinator, coordinator):
    asked = asked_beside(case_in(), coordinator, time.at)
    with transaction():
        proposals.decline(asked, DeclineReason.OTHER, by=asked.pilot.user, at=time.at)
    as_coordinator.post("proposals.stop_asking", request_id=asked.help_request_id, status=409)


def test_whoever_is_asked_beside_an_engagement_is_thanked_when_the_organisation_lets_it_rest(app, time, coordinator):
    case = case_in()
    asked = asked_beside(case, coordinator, time.at)
    until = time.at.date() + timedelta(days=20)
    do(requests_service.rest, case.help_request, until, by=case.help_request.contact, at=time.at)
    assert (asked.state, case.state) == (ProposalState.WITHDRAWN, State.PAUSED)
    assert mail_of("proposals.thanks_not_needed").recipient_id == asked.pilot.user_id
    assert case.help_request.seeks_further and task_kinds(app, time.at) == []
    time.set(at_local(until, MORNING))
    assert task_kinds(app, time.at) == ["help_request.more"]


def rested_beside(case, coordinator, time, *, days=20):
    """Somebody was asked beside the engagement when the organisation let all of it rest; the day until which."""
    asked_beside(case, coordinator, time.at)
    until = time.at.date() + timedelta(days=days)
    do(requests_service.rest, case.help_request, until, by=case.help_request.contact, at=time.at)
    return until


def test_the_search_that_rests_is_a_task_of_the_day_on_which_the_rest_ends_and_grows_old_from_then(
    app, time, coordinator
):
    case = case_in()
    until = rested_beside(case, coordinator, time)
    time.set(at_local(until, MORNING))
    with app.test_request_context():
        (task,) = requests.tasks(time.at)
    assert local_date(task.waiting_since) == until


def test_who_goes_on_earlier_than_planned_makes_the_search_a_task_at_once(app, time, coordinator):
    case = case_in()
    rested_beside(case, coordinator, time)
    time.forward(days=3)
    do(service.resume, case, Side.MEMBER, at=time.at)
    assert task_kinds(app, time.at) == ["help_request.more"] and case.help_request.waits_since == time.at


def test_a_search_that_is_still_a_task_rests_with_the_case_too(app, time):
    case = case_in()
    do(service.seek_more, case, Side.MEMBER, at=time.at)
    until = time.at.date() + timedelta(days=20)
    do(requests_service.rest, case.help_request, until, by=case.help_request.contact, at=time.at)
    assert task_kinds(app, time.at) == []
    time.set(at_local(until, MORNING))
    assert task_kinds(app, time.at) == ["help_request.more"]


def test_the_first_pause_that_the_organisation_says_on_the_case_rests_the_search_as_well(app, time, coordinator):
    case = case_in()
    asked = asked_beside(case, coordinator, time.at)
    until = time.at.date() + timedelta(days=20)
    do(service.pause, case, until, Side.MEMBER, at=time.at)
    assert asked.state is ProposalState.WITHDRAWN and task_kinds(app, time.at) == []
    time.set(at_local(until, MORNING))
    assert task_kinds(app, time.at) == ["help_request.more"]


def test_it_does_not_where_the_pilot_says_it_or_another_case_goes_on(app, time):
    case = case_in()
    do(service.seek_more, case, Side.MEMBER, at=time.at)
    until = time.at.date() + timedelta(days=20)
    do(service.pause, case, until, Side.PILOT, at=time.at)
    assert task_kinds(app, time.at) == ["help_request.more"]
    do(service.resume, case, Side.PILOT, at=time.at)
    with transaction():
        factories.engagement(State.RUNNING, of=factories.proposal("confirmed", of=case.help_request))
    do(service.pause, case, until, Side.MEMBER, at=time.at)
    assert task_kinds(app, time.at) == ["help_request.more"]


@pytest.mark.parametrize(("side", "found"), [(Side.MEMBER, []), (Side.PILOT, ["help_request.more"])])
def test_the_search_rests_longer_where_the_organisation_says_so_not_where_the_pilot_does(
    app, time, coordinator, side, found
):
    case = case_in()
    until = rested_beside(case, coordinator, time)
    do(service.pause, case, until + timedelta(days=14), side, at=time.at)
    time.set(at_local(until, MORNING))
    assert task_kinds(app, time.at) == found


def test_who_follows_is_looked_for_at_once_though_the_case_rests(app, time, coordinator):
    case = case_in()
    rested_beside(case, coordinator, time)
    do(service.hand_over, case, Side.PILOT, by=case.pilot.user, at=time.at)
    assert task_kinds(app, time.at) == ["help_request.more"]


def test_the_search_is_an_ordinary_one_at_once_when_the_case_ends_while_it_rests(app, time, coordinator):
    case = case_in()
    rested_beside(case, coordinator, time)
    do(service.break_off, case, BreakOffReason.NO_TIME, Side.PILOT, at=time.at)
    with app.test_request_context():
        (task,) = requests.tasks(time.at)
    assert case.help_request.state is RequestState.OPEN and task.waiting_since == time.at


def test_that_nobody_speaks_for_the_organisation_is_a_task_though_the_case_rests(app, time, coordinator):
    case = case_in()
    do(service.seek_more, case, Side.MEMBER, at=time.at)
    with transaction():
        case.help_request.task = "contact_gone"
    until = time.at.date() + timedelta(days=20)
    do(requests_service.rest, case.help_request, until, by=coordinator, at=time.at)
    assert task_kinds(app, time.at) == ["help_request.contact_gone"]


def test_the_organisation_hands_over_from_its_mail_link_and_the_page_says_what_happens(app, time, as_visitor):
    old = case_in()
    raw = link_of(old, Side.MEMBER, time.at)
    page = as_visitor.get("engagements.by_link", token=raw).submit("Nachfolge suchen")
    assert "Wir suchen jemanden, der die Begleitung weiterführt." in page.text


def test_the_coordinator_says_it_for_a_side_with_one_button(app, time, as_coordinator, coordinator):
    case = case_in()
    name = case.pilot.user.name
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    page.submit(f"Nachfolge suchen – sagt {name}")
    db.session.expire_all()
    assert case.handing_over_by == "pilot"
    page = as_coordinator.get("engagements.detail", engagement_id=case.id).click("Wen fragen wir?")
    assert "Wen fragen wir zuerst?" in page.text


def test_a_place_taken_back_does_not_fail_when_the_pilot_is_full(app, time):
    case = case_in(State.CLOSING, pilot=factories.pilot(capacity=1))
    other = case_in(pilot=case.pilot)
    do(service.back_to_running, case, at=time.at)
    assert case.state is State.RUNNING and other.state is State.RUNNING and places(case.pilot) == 2
    with pytest.raises(CapacityExhausted), transaction():
        pilots.reserve(case.pilot_id, at=time.at)


def test_what_was_done_is_not_taken_up_again_once_the_organisation_withdrew(app, time, as_visitor):
    case = case_in(State.CLOSING)
    raw = link_of(case, Side.MEMBER, time.at)
    assert "verlaengern" in as_visitor.get("engagements.by_link", token=raw).html
    do(requests_service.withdraw, case.help_request, by=case.help_request.contact, at=time.at)
    assert case.state is State.CLOSING
    assert "verlaengern" not in as_visitor.get("engagements.by_link", token=raw).html
    with pytest.raises(Conflict):
        do(service.extend, case, time.at.date() + timedelta(days=20), at=time.at)
    db.session.expire_all()
    assert case.state is State.CLOSING and places(case.pilot) == 0


def test_followups_of_two_engagements_are_separate(app, time, coordinator):
    first = case_in()
    do(service.seek_more, first, Side.MEMBER, at=time.at)
    second = find_somebody(first.help_request, by=coordinator, at=time.at)
    do(service.set_meeting, second, time.forward(days=2), "", at=time.at)
    assert second.due_step == "ask_how_it_was" and first.due_step == "monthly"
    assert queries.live_of_request(first.help_request_id) == [first, second]
