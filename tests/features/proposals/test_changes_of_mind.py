"""What follows when somebody changes a mind, a request or an order while a pilot is asked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, Forbidden
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.models import Member
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import jobs, queries, rules, service
from lotsen.proposals.models import Proposal, RequestBlock
from lotsen.proposals.rules import DeclineReason, State
from tests import factories

from .test_ladder import approve, hand_over, mails


def tasks_now(app, at):
    with app.test_request_context():
        return [task.kind for task in queries.tasks(at)]


@pytest.mark.parametrize("reason", [DeclineReason.NOT_MY_FIELD, DeclineReason.CONFLICT, DeclineReason.NO_TIME])
def test_a_no_that_becomes_a_yes_takes_its_block_and_its_date_with_it(app, coordinator, at, reason):
    first, second = approve(coordinator, at, 2)
    with transaction():
        service.decline(first, reason, by=first.pilot.user, at=at)
    blocks = select(RequestBlock).where(RequestBlock.lifted_at.is_(None))
    exclusions = select(Exclusion).where(Exclusion.lifted_at.is_(None))
    made = [*db.session.scalars(blocks), *db.session.scalars(exclusions), *filter(None, [first.pilot.not_before])]
    assert len(made) == 1
    with transaction():
        service.accept(first, by=first.pilot.user, at=at + timedelta(minutes=5))
    assert (first.state, second.state) == (State.ACCEPTED, State.APPROVED)
    assert not [*db.session.scalars(blocks), *db.session.scalars(exclusions)]
    assert first.pilot.not_before is None


def test_a_day_named_before_the_no_stays_when_the_no_becomes_a_yes(coordinator, at):
    first, _second = approve(coordinator, at, 2)
    with transaction():
        first.pilot.not_before = date(2026, 11, 20)
        service.decline(first, DeclineReason.LATER, until=date(2027, 2, 1), by=first.pilot.user, at=at)
        service.accept(first, by=first.pilot.user, at=at)
    assert first.pilot.not_before == date(2026, 11, 20)


def test_a_block_that_stood_before_the_no_stays(coordinator, at):
    first, _second = approve(coordinator, at, 2)
    with transaction():
        organisation = first.help_request.organisation
        first.pilot.exclusions.append(
            Exclusion(organisation_id=organisation.id, reason="refused", created_at=at - timedelta(days=3))
        )
    with transaction():
        service.decline(first, DeclineReason.CONFLICT, by=first.pilot.user, at=at)
        service.accept(first, by=first.pilot.user, at=at)
    assert [row.lifted_at for row in first.pilot.exclusions] == [None]


def test_the_last_no_on_an_order_may_become_a_yes_until_the_coordinator_goes_on(coordinator, at):
    (only,) = approve(coordinator, at, 1)
    with transaction():
        service.decline(only, DeclineReason.OTHER, by=only.pilot.user, at=at)
    assert only.help_request.state is RequestState.OPEN
    with transaction():
        service.accept(only, by=only.pilot.user, at=at)
    assert (only.state, only.help_request.state) == (State.ACCEPTED, RequestState.ASKING)
    assert (only.pilot.reserved, only.ladder.closed_at) == (1, None)
    assert len(mails("proposals.pilot_says_yes")) == 1


def late_yes(coordinator, at, **values):
    """The first was silent and says yes after the second was asked."""
    first, second = approve(coordinator, at, 2, **values)
    hand_over(first, at)
    with transaction():
        service.expire(first, by=SYSTEM, at=at)
    hand_over(second, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    assert (first.state, second.state) == (State.EXPIRED, State.ASKED)
    return first, second


def test_a_late_yes_is_first_when_the_next_one_says_no(coordinator, at):
    first, second = late_yes(coordinator, at)
    with transaction():
        service.decline(second, DeclineReason.OTHER, by=second.pilot.user, at=at)
    assert (first.state, first.help_request.state) == (State.ACCEPTED, RequestState.ASKING)
    assert (first.pilot.reserved, second.pilot.reserved) == (1, 0)
    assert len(mails("proposals.pilot_says_yes")) == 1


def test_a_late_yes_begins_at_once_when_the_organisation_takes_whomever(app, coordinator, at):
    first, second = late_yes(coordinator, at, takes_whoever=True)
    with transaction():
        service.decline(second, DeclineReason.OTHER, by=second.pilot.user, at=at)
    assert (first.state, first.help_request.state) == (State.CONFIRMED, RequestState.MATCHED)
    assert len(mails("engagements.contact_data")) == 2


def test_a_late_yes_of_somebody_who_is_gone_is_passed_over(coordinator, at):
    first, second = late_yes(coordinator, at)
    with transaction():
        first.pilot.state = PilotState.SUSPENDED
        service.decline(second, DeclineReason.OTHER, by=second.pilot.user, at=at)
    assert (first.state, first.help_request.state) == (State.EXPIRED, RequestState.OPEN)


def test_an_edit_shows_what_changed_and_only_what_matters_starts_the_clock_anew(as_visitor, coordinator, time, at):
    (first,) = approve(coordinator, at, 1)
    hand_over(first, at)
    due = first.due_at
    later = time.forward(days=1)
    with transaction():
        help_requests.edit(first.help_request, {"contact_phone": "05721 1"}, by=coordinator, at=later)
    assert (first.changed, first.due_at) == ([], due)
    with transaction():
        help_requests.edit(first.help_request, {"slots": ["tue-evening"]}, by=coordinator, at=later)
    assert first.changed == ["slots"] and first.due_at > due


def test_a_yes_is_asked_for_again_when_the_request_changed(coordinator, at):
    (first,) = approve(coordinator, at, 1)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
    assert (first.state, first.pilot.reserved, first.help_request.yes_since) == (State.ASKED, 1, None)
    (mail,) = mails("proposals.still_yes")
    assert "Das ist neu: Sprachen." in mail.text
    (yes,) = mails("proposals.pilot_says_yes")
    assert yes.state is MailState.RECALLED
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    assert (first.state, first.changed) == (State.ACCEPTED, [])
    assert len(mails("proposals.pilot_says_yes")) == 2


def test_a_hard_rule_that_fails_after_an_edit_is_a_task_and_stops_the_clock(app, coordinator, at):
    (first,) = approve(coordinator, at, 1)
    hand_over(first, at)
    assert jobs.check_rules(at) == 0
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["fa"]}, by=coordinator, at=at)
    assert jobs.check_rules(at) == 1
    assert (first.task, first.due_at) == ("hard_rule", None)
    assert tasks_now(app, at) == ["proposal.hard_rule"]
    assert jobs.check_rules(at) == 0
    with transaction():
        service.question_answered(first, by=coordinator, at=at)
    assert first.task == "" and first.due_at is not None


def test_an_urgent_ask_is_a_call_at_once_and_ends_after_two_working_days(app, coordinator, at):
    request = factories.help_request(urgency="high")
    pilot = factories.pilot(phone="05721 88")
    with transaction():
        service.approve_ladder(request, [factories.proposal(of=request, pilot=pilot)], by=coordinator, at=at)
    assert tasks_now(app, at) == ["proposal.urgent"]
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask")).one()
    assert "bis Donnerstag, 26. November 2026" in mail.text, "the mail promises what the clock keeps"
    (asked,) = db.session.scalars(select(Proposal).where(Proposal.state == State.ASKED))
    hand_over(asked, at)
    assert (asked.due_step, asked.due_at.date()) == ("expire", date(2026, 11, 26))
    with transaction():
        service.accept(asked, by=pilot.user, at=at)
    assert "proposal.urgent" not in tasks_now(app, at)


def test_an_urgent_ask_of_somebody_without_a_number_is_a_task_all_the_same(app, coordinator, at):
    request = factories.help_request(urgency="high")
    pilot = factories.pilot(phone="", name="Lore Leise")
    with transaction():
        service.approve_ladder(request, [factories.proposal(of=request, pilot=pilot)], by=coordinator, at=at)
    with app.test_request_context():
        (task,) = queries.tasks(at)
    assert task.kind == "proposal.urgent" and task.title.startswith("Eilig, aber ohne Telefonnummer: Lore Leise")


def test_the_coordinator_stops_a_search(as_coordinator, coordinator, at):
    first, second = approve(coordinator, at, 2)
    hand_over(first, at)
    page = as_coordinator.get("proposals.candidates", request_id=first.help_request_id)
    page.submit("Suche anhalten")
    db.session.rollback()
    assert (first.state, second.state) == (State.WITHDRAWN, State.REMOVED)
    assert first.help_request.state is RequestState.OPEN
    assert len(mails("proposals.thanks_not_needed")) == 1


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


def test_the_requester_is_told_kindly_that_it_is_somebody_else(coordinator, at):
    request = factories.help_request(wished_pilot="Frau Wunsch")
    with transaction():
        proposal = factories.proposal(of=request, pilot=factories.pilot(name="Lore Lotsin"))
        service.approve_ladder(request, [proposal], by=coordinator, at=at)
        service.accept(proposal, by=proposal.pilot.user, at=at)
    (mail,) = mails("proposals.pilot_says_yes")
    assert "Sie hatten sich Frau Wunsch gewünscht." in " ".join(mail.text.split())


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
    assert "Gewünscht ist Willi Wunsch" in page.text and "macht gerade Pause" in page.text
    unknown = factories.help_request(wished_pilot="Xaver Unbekannt")
    jobs.run_sweep(at)
    page = as_coordinator.get("proposals.candidates", request_id=unknown.id)
    assert "Niemand im Programm heißt so." in page.text


def test_pilots_see_open_short_texts_without_names_and_raise_a_hand(browser, at):
    pilot = factories.pilot()
    request = free_request(short_text="Ein Verein sucht Rat zu seiner Homepage.")
    as_pilot = browser(pilot.user)
    page = as_pilot.get("proposals.open_requests")
    assert request.short_text in page.text
    for secret in (request.organisation_name, request.contact_name, request.contact_phone, request.case_number):
        assert secret not in page.text
    page = page.submit("Das könnte ich", mitglied="1")
    assert "Danke" in page.text
    db.session.rollback()
    proposal = db.session.scalars(select(Proposal)).one()
    assert (proposal.pilot_id, proposal.plain_member) == (pilot.id, True)
    page.submit(f"Doch nicht – {request.short_text}")
    db.session.rollback()
    assert db.session.scalar(select(Proposal)) is None
    assert db.session.get_one(Pilot, pilot.id).reserved == 0
    assert not db.session.scalars(select(OutboxMessage)).all()


def by_link(proposal, at):
    with transaction():
        return tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=at, user_id=proposal.pilot.user_id)


def test_the_asked_pilot_reads_what_changed(as_visitor, coordinator, at):
    (first,) = approve(coordinator, at, 1)
    raw = by_link(first, at)
    assert "hat sich etwas geändert" not in as_visitor.get("engagements.answer", token=raw).text
    with transaction():
        help_requests.edit(first.help_request, {"slots": ["tue-evening"]}, by=coordinator, at=at)
    page = as_visitor.get("engagements.answer", token=raw)
    assert "Neu ist: Zeiten." in page.text and "dienstags abends" in page.text


def test_a_yes_on_a_page_opened_before_an_edit_is_no_yes_to_what_it_says_now(as_visitor, coordinator, at):
    (first,) = approve(coordinator, at, 1)
    page = as_visitor.get("engagements.answer", token=by_link(first, at))
    with transaction():
        help_requests.edit(first.help_request, {"slots": ["tue-evening"]}, by=coordinator, at=at)
    page = page.submit("Antwort senden", status=409, choice="yes", text="Ich freue mich.")
    assert "Die Anfrage wurde gerade geändert." in page.html and "Neu ist: Zeiten." in page.text
    assert "Ich freue mich." in page.html, "nothing typed is lost"
    db.session.rollback()
    assert first.state is State.ASKED
    assert page.submit("Antwort senden", choice="yes").h1 == "Danke für Ihr Ja!"


def test_after_not_now_the_page_repeats_the_day_and_a_member_says_so(as_visitor, coordinator, at):
    first, _second = approve(coordinator, at, 2)
    raw = by_link(first, at)
    page = as_visitor.get("engagements.answer", token=raw)
    day = {"until-tag": "1", "until-monat": "2", "until-jahr": "2027"}
    page = page.submit("Antwort senden", choice="later", **day)
    assert "Wir fragen Sie erst wieder ab Montag, 1. Februar 2027." in page.text
    page = page.submit("Doch Ja sagen")
    assert page.h1 == "Danke für Ihr Ja!"
    other, _next = approve(coordinator, at, 2)
    page = as_visitor.get("engagements.answer", token=by_link(other, at))
    page.submit("Antwort senden", choice="yes", member="y")
    db.session.rollback()
    assert (other.state, other.plain_member, first.plain_member) == (State.ACCEPTED, True, False)


def test_the_check_page_shows_the_organisations_other_requests(as_coordinator, at):
    request = factories.help_request()
    by = db.session.scalars(select(Member).where(Member.user_id == request.contact_id)).one()
    other = factories.help_request(RequestState.SUBMITTED, by=by, title="Noch etwas anderes")
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    assert f"{other.case_number} Noch etwas anderes" in page.text


def test_a_waiting_request_opens_when_somebody_new_fits_or_is_free_again(coordinator, at):
    request = factories.help_request()
    passed_over = factories.proposal(of=request, band="passt")
    busy = factories.proposal(of=request, band="passt", pilot=factories.pilot(capacity=0))
    with transaction():
        help_requests.wait(request, by=coordinator, at=at)
    assert passed_over.passed_over_at == at and busy.passed_over_at is None
    assert jobs.wake_waiting(at) == 0, "whom the coordinator saw and did not take opens nothing"
    with transaction():
        busy.pilot.capacity = 1
    assert jobs.wake_waiting(at) == 1
    assert (request.state, request.task) == (RequestState.OPEN, "fits")


def said_yes(coordinator, at, count=2):
    first, *others = approve(coordinator, at, count)
    hand_over(first, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    hand_over(first, at)
    return first, others[0] if others else None


def test_who_said_yes_is_thanked_in_person_when_it_is_not_needed_any_more(coordinator, at):
    first, _second = said_yes(coordinator, at)
    with transaction():
        help_requests.withdraw(first.help_request, by=first.help_request.contact, at=at)
    jobs.reconcile(at)
    assert first.state is State.WITHDRAWN
    assert len(mails("proposals.thanks_for_yes")) == 1 and not mails("proposals.thanks_not_needed")


@pytest.mark.parametrize("how", ["takes it back", "is gone"])
def test_the_organisation_is_told_when_the_yes_is_gone_and_the_next_is_asked(coordinator, at, how):
    first, second = said_yes(coordinator, at)
    with transaction():
        if how == "is gone":
            first.pilot.state = PilotState.SUSPENDED
        else:
            service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    jobs.reconcile(at)
    (mail,) = mails("proposals.yes_is_gone")
    assert mail.address == first.help_request.contact.email
    assert (first.pilot.reserved, second.state) == (0, State.ASKED)


def test_a_yes_nobody_has_read_of_yet_goes_without_a_word(coordinator, at):
    first, _second = approve(coordinator, at, 2)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert not mails("proposals.yes_is_gone")


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
