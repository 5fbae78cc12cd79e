"""Several needs in one request, one need in two requests, an old request used again."""

import pytest
from sqlalchemy import select

from lotsen.audit.queries import events_of
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput, TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.help_requests import jobs, queries, service
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import State
from lotsen.outbox.models import OutboxMessage
from tests import factories

PARTS = [
    service.Part("Homepage", "Ein Verein braucht Hilfe mit seiner Homepage.", ("website",)),
    service.Part("", "Der Kassenwart möchte die Beiträge nicht mehr von Hand abtippen. Gesucht ist Rat.", ()),
]


def mails(kind):
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def split(row, coordinator, at):
    with transaction():
        made = service.split(db.session.get_one(HelpRequest, row.id), PARTS, by=coordinator, at=at)
        return [part.id for part in made]


def link(row, at):
    with transaction():
        return tokens.issue(Purpose.REQUEST_STATUS, "help_request", row.id, at=at, user_id=row.contact_id)


def test_a_split_request_becomes_linked_requests_with_texts_of_their_own_and_one_mail(coordinator, at):
    row = factories.help_request(State.OPEN)
    first, second = (db.session.get_one(HelpRequest, key) for key in split(row, coordinator, at))
    assert row.state is State.SPLIT
    assert [part.state for part in (first, second)] == [State.OPEN, State.OPEN]
    assert [part.parent_id for part in (first, second)] == [row.id, row.id]
    assert second.title.startswith("Der Kassenwart möchte die Beiträge")
    assert first.short_text == PARTS[0].text and first.short_text_cleared_at == at
    assert [topic.topic.slug for topic in first.topics] == ["website"]
    assert (first.contact_id, first.organisation_id) == (row.contact_id, row.organisation_id)
    assert [event.action for event in events_of("help_request", first.id)] == ["help_request.part"]
    (mail,) = mails("help_requests.split")
    assert "Homepage" in mail.text and "Kassenwart" in mail.text


def test_the_organisation_sees_all_parts_on_one_page_and_acts_on_each(as_visitor, coordinator, at):
    row = factories.help_request(State.OPEN)
    raw = link(row, at)
    first, second = split(row, coordinator, at)
    page = as_visitor.get("help_requests.status", token=raw)
    assert page.text.count("Wir suchen gerade jemanden, der gut zu Ihrem Anliegen passt.") == 2
    part = page.click("Homepage")
    part.submit("Anfrage zurückziehen")
    db.session.rollback()
    assert db.session.get_one(HelpRequest, first).state is State.WITHDRAWN
    assert db.session.get_one(HelpRequest, second).state is State.OPEN
    stranger = factories.help_request(State.OPEN)
    as_visitor.get_path(f"/anfragen/stand/{raw}?teil={stranger.id}", status=404)


def test_parts_that_take_long_are_told_of_in_one_mail(coordinator, time, at):
    row = factories.help_request(State.OPEN)
    split(row, coordinator, at)
    later = time.forward(days=8)
    assert jobs.run_due(later) == 2
    (mail,) = mails("help_requests.parts_told")
    assert " ".join(mail.text.split()).count("Wir suchen gerade jemanden") == 2
    assert not mails("help_requests.still_searching")


def test_waiting_parts_are_asked_about_in_one_mail_not_each_by_itself(coordinator, time):
    row = factories.help_request(State.OPEN)
    parts = [db.session.get_one(HelpRequest, key) for key in split(row, coordinator, time.at)]
    with transaction():
        service.wait(parts[0], by=coordinator, at=time.at)
    with transaction():
        service.wait(parts[1], by=coordinator, at=time.forward(days=6))
    jobs.run_due(time.set(parts[0].due_at))
    db.session.expire_all()
    (mail,) = mails("help_requests.parts_told")
    assert all(part.title in mail.text for part in parts) and "Hat sich etwas erledigt?" in mail.text
    assert [part.due_step for part in parts] == ["ask_again", "ask_again"]
    jobs.run_due(time.forward(days=7))
    assert len(mails("help_requests.parts_told")) == 1 and not mails("help_requests.still_wanted")


def test_the_coordinator_splits_on_one_page(as_coordinator):
    row = factories.help_request(State.SUBMITTED)
    page = as_coordinator.get("help_requests.split", request_id=row.id)
    page = page.submit("Aufteilen", status=400, text_1="Ein Verein braucht Hilfe mit seiner Homepage.")
    assert "Schreiben Sie in zwei, drei Sätzen, worum es geht." in page.text
    told = "Die Mitgliederliste soll in ein Programm, das auch Vera Verein versteht."
    page = page.submit("Aufteilen", status=400, text_2=told)
    assert "Nehmen Sie Namen" in page.text
    page = page.submit("Aufteilen", text_2="Die Mitgliederliste soll in ein Programm, das alle verstehen.")
    assert "Aus einer Anfrage sind 2 geworden." in page.text
    assert [part.state for part in queries.parts_of(db.session.get_one(HelpRequest, row.id))] == [State.SUBMITTED] * 2


def test_a_split_request_is_opened_again_only_when_no_part_goes_on(coordinator, at):
    row = factories.help_request(State.OPEN)
    made = split(row, coordinator, at)
    with pytest.raises(Conflict), transaction():
        service.reopen(db.session.get_one(HelpRequest, row.id), by=coordinator, at=at)
    with transaction():
        for key in made:
            service.withdraw(db.session.get_one(HelpRequest, key), by=coordinator, at=at)
        service.reopen(db.session.get_one(HelpRequest, row.id), by=coordinator, at=at)
    assert db.session.get_one(HelpRequest, row.id).state is State.SUBMITTED


def test_nothing_is_split_while_somebody_is_asked(coordinator, at):
    row = factories.help_request(State.ASKING)
    with pytest.raises(TransitionForbidden):
        split(row, coordinator, at)
    with pytest.raises(InvalidInput), transaction():
        service.split(factories.help_request(), PARTS[:1], by=coordinator, at=at)


def board(at):
    """Two board members of one club who asked for the same."""
    one = factories.member()
    other = factories.member(one.organisation, person=factories.user(name="Bodo Vorstand", email="bodo@example.org"))
    return factories.help_request(State.OPEN, by=one, title="Homepage"), factories.help_request(
        State.SUBMITTED, by=other, title="Internetseite", description="Unsere Internetseite ist ganz veraltet."
    )


def test_two_board_members_become_one_case_and_both_are_told_and_see_it(as_coordinator, as_visitor, coordinator, at):
    kept, second = board(at)
    raw = link(second, at)
    page = as_coordinator.get("help_requests.detail", request_id=second.id)
    page.submit("Zusammenlegen", into=str(kept.id))
    db.session.rollback()
    second = db.session.get_one(HelpRequest, second.id)
    assert (second.state, second.merged_into_id) == (State.MERGED, kept.id)
    (told,) = mails("help_requests.merged")
    assert (told.address, "Homepage" in told.text) == ("bodo@example.org", True)
    (other,) = mails("help_requests.took_over")
    assert other.address == kept.contact.email and "Bodo Vorstand" in other.text
    seen = as_visitor.get("help_requests.status", token=raw)
    assert "Wir suchen gerade jemanden, der gut zu Ihrem Anliegen passt." in seen.text
    assert "keiner weiß mehr" in seen.text, "the words of the other request"
    seen.submit("Anfrage wieder öffnen")
    db.session.rollback()
    assert (second.state, second.merged_into_id) == (State.SUBMITTED, None)


def test_the_page_of_the_request_that_goes_on_shows_the_other_words(as_coordinator, coordinator, at):
    kept, second = board(at)
    with transaction():
        service.merge(second, kept, by=coordinator, at=at)
    page = as_coordinator.get("help_requests.detail", request_id=kept.id)
    assert "Unsere Internetseite ist ganz veraltet." in page.text
    with transaction():
        service.withdraw(kept, by=kept.contact, at=at)
    assert "zurückgezogen" in queries.status_sentence(second, at), "what ended is said of both"


def test_only_verified_people_of_one_organisation_are_joined(coordinator, at):
    kept, second = board(at)
    stranger = factories.help_request(State.SUBMITTED)
    for row, into in ((stranger, kept), (second, second)):
        with pytest.raises(InvalidInput, match="other"), transaction():
            service.merge(row, into, by=coordinator, at=at)
    new = factories.member(kept.organisation, person=factories.user(), verified=False)
    unknown = factories.help_request(State.SUBMITTED, by=new)
    with pytest.raises(InvalidInput, match="not_verified"), transaction():
        service.merge(unknown, kept, by=coordinator, at=at)


def test_the_requests_of_an_organisation_lie_side_by_side(as_coordinator, at):
    kept, second = board(at)
    page = as_coordinator.get("organisations.detail", organisation_id=kept.organisation_id)
    page = page.click("Anfragen dieser Organisation")
    assert kept.case_number in page.text and second.case_number in page.text


def test_an_ended_request_is_the_template_of_a_new_one(as_visitor, as_coordinator, at):
    row = factories.help_request(State.WITHDRAWN)
    page = as_visitor.get("help_requests.status", token=link(row, at))
    page = page.submit("Als Vorlage für eine neue Anfrage nehmen")
    assert page.h1 == "Wie und wann passt es Ihnen?" and not page.soup.select("[name=with_children][checked]")
    assert page.submit("Weiter", status=400).h1 == "Wie und wann passt es Ihnen?", "whether children are there is said"
    page = page.submit("Weiter", with_children="ja", carrier="yes")
    assert page.h1 == "Wie erreichen wir Sie?" and not page.soup.select("[name=privacy][checked]")
    page = page.submit("Weiter", privacy="y")
    assert page.h1 == "Stimmt alles so?"
    assert row.description in page.text
    page.submit("Stimmt so, weiter")
    db.session.rollback()
    made = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
    assert (made.state, made.description, made.contact_email) == (State.DRAFT, row.description, row.contact_email)
    assert made.with_children
    assert db.session.scalars(select(Intake)).one().help_request_id == made.id
    page = as_coordinator.get("help_requests.record", vorlage=row.id)
    assert row.description in page.html and not page.soup.select("[name=with_children][checked]")


def test_a_long_short_text_is_shown_whole_where_it_is_split(as_coordinator):
    row = factories.help_request(State.SUBMITTED, short_text="Ein Verein führt seine Listen von Hand. " * 14)
    page = as_coordinator.get("help_requests.split", request_id=row.id)
    rows = [int(page.soup.find(id=f"text_{n}")["rows"]) for n in (1, 2)]
    assert rows[0] * 45 > len(row.short_text) and rows[1] == 6
