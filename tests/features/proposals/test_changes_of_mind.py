"""What follows when a pilot changes a mind while somebody is asked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Exclusion
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import jobs, queries, service
from lotsen.proposals.models import RequestBlock
from lotsen.proposals.rules import DeclineReason, RefuseReason, State
from tests import factories

from .steps import approve, by_link, hand_over, mails


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
    assert [(row.reason, row.lifted_at) for row in first.pilot.exclusions] == [("refused", None), ("conflict", at)]


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


def test_an_urgent_ask_of_somebody_without_a_number_is_a_task_all_the_same(app, coordinator, at):
    request = factories.help_request(urgency="high")
    pilot = factories.pilot(phone="", name="Lore Leise")
    with transaction():
        service.approve_ladder(request, [factories.proposal(of=request, pilot=pilot)], by=coordinator, at=at)
    with app.test_request_context():
        (task,) = queries.tasks(at)
    assert task.kind == "proposal.urgent" and task.title.startswith("Eilig, aber ohne Telefonnummer: Lore Leise")


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
    assert (mail.address, mail.state) == (first.help_request.contact.email, MailState.WAITING)
    assert (first.pilot.reserved, second.state) == (0, State.ASKED)


def gone(first, how, coordinator, at):
    if how == "declines":
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    elif how == "is silent":
        service.expire(first, by=SYSTEM, at=at)
    elif how == "is gone":
        service.pilot_gone(first, by=SYSTEM, at=at)
    elif how == "the search is stopped":
        service.stop_asking(first.help_request, by=coordinator, at=at)
    else:
        service.recall_ask(first, by=coordinator, at=at)
        first.pilot.capacity = 0
        service.ask_next(first.ladder, by=coordinator, at=at)


WAYS = ["declines", "is silent", "is gone", "the search is stopped", "the ask is taken back and she is busy now"]


@pytest.mark.parametrize("how", WAYS)
def test_the_organisation_that_has_read_of_a_yes_is_told_when_it_goes_after_a_change(coordinator, at, how):
    first, second = said_yes(coordinator, at)
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
    assert first.state is State.ASKED and not mails("proposals.yes_is_gone")
    with transaction():
        gone(first, how, coordinator, at)
    (mail,) = mails("proposals.yes_is_gone")
    assert (mail.address, mail.state) == (first.help_request.contact.email, MailState.WAITING)
    assert second.state is (State.REMOVED if how == "the search is stopped" else State.ASKED)


def test_a_yes_that_comes_back_before_anybody_read_that_it_was_gone_is_told_as_one_that_holds(coordinator, at):
    first, _second = said_yes(coordinator, at)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
        service.accept(first, by=first.pilot.user, at=at)
    (gone_mail,) = mails("proposals.yes_is_gone")
    assert (gone_mail.state, len(mails("proposals.yes_holds"))) == (MailState.RECALLED, 1)


def test_who_has_read_that_the_yes_is_gone_reads_of_a_late_one_as_news(coordinator, at):
    (first,) = approve(coordinator, at, 1)
    hand_over(first, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    hand_over(first, at)
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
        service.expire(first, by=SYSTEM, at=at)
    hand_over(first, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
        assert service.take_late_yes_now(first, by=coordinator, at=at)
    assert (len(mails("proposals.pilot_says_yes")), mails("proposals.yes_holds")) == (2, [])


def test_an_organisation_that_needs_nobody_any_more_is_not_told_that_the_search_goes_on(coordinator, at):
    first, _second = said_yes(coordinator, at)
    with transaction():
        help_requests.withdraw(first.help_request, by=first.help_request.contact, at=at)
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert not mails("proposals.yes_is_gone")


def test_a_yes_nobody_has_read_of_yet_goes_without_a_word(coordinator, at):
    first, _second = approve(coordinator, at, 2)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert not mails("proposals.yes_is_gone")


def test_a_yes_overtaken_by_another_that_the_organisation_refuses_does_not_stay_untold(coordinator, at):
    first, second = said_yes(coordinator, at)
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
        service.recall_ask(first, by=coordinator, at=at)
        service.ask_earlier(second, position=second.position, by=coordinator, at=at)
        service.ask_next(first.ladder, by=coordinator, at=at)
        service.accept(second, by=second.pilot.user, at=at)
    hand_over(second, at)
    assert not mails("proposals.yes_is_gone"), "both may still come"
    with transaction():
        service.refuse(second, RefuseReason.TIMES, by=second.help_request.contact, at=at)
    assert (first.state, second.state) == (State.REMOVED, State.REFUSED)
    (mail,) = mails("proposals.yes_is_gone")
    assert (mail.about_id, mail.state) == (first.id, MailState.WAITING)
