"""A pilot brings somebody along: three fields, the organisation confirms, a coordinator approves with one tap."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State
from lotsen.help_requests import jobs as reminders
from lotsen.help_requests import queries
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Channel
from lotsen.help_requests.rules import State as RequestState
from lotsen.home import jobs
from lotsen.organisations.rules import Kind, guess_kind
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason
from lotsen.privacy.service import erasure
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories

WHAT = "Sie wollen ihre Mitgliederliste in ein Programm übernehmen."
WHO = {"contact_name": "Bodo Bäcker", "org_kind": "business", "postcode": "31655", "with_children": "nein"}


def only(model):
    db.session.rollback()
    return db.session.scalars(select(model)).one()


def tell(browser, pilot, contact):
    page = browser(pilot.user).get("help_requests.bring_along")
    return page.submit("Melden", organisation_name="Bäckerei Krume", contact=contact, what=WHAT)


def mails_about(row):
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.about_id == row.id).order_by(OutboxMessage.id)
    ).all()


def tasks(app, at):
    with app.test_request_context():
        return [(task.kind, task.title) for task in queries.tasks(at)]


def test_three_fields_one_confirmation_and_one_tap_make_an_engagement(app, browser, as_visitor, as_coordinator, at):
    pilot = factories.pilot(name="Lore Lotsin")
    for _press in range(2):
        assert "Wir haben dort nachgefragt" in tell(browser, pilot, "krume@example.org").text
    row = only(HelpRequest)
    assert (row.state, row.channel, row.brought_by_id) == (RequestState.DRAFT, Channel.BROUGHT, pilot.id)
    mail = only(OutboxMessage)
    assert (mail.kind, mail.address) == ("help_requests.brought", "krume@example.org")
    path = re.search(r"/anfragen/bestaetigen/\w+", mail.text)[0]
    page = as_visitor.get_path(path)
    assert WHAT in page.text
    page = page.submit("Ja, so ist es", status=400, **WHO)
    assert "Bitte setzen Sie den Haken" in page.text
    page.submit("Ja, so ist es", privacy="y", **WHO)
    row = only(HelpRequest)
    assert (row.state, row.task, row.contact_name) == (RequestState.SUBMITTED, "brought", "Bodo Bäcker")
    assert tasks(app, at) == [("help_request.brought", "Mitgebracht von Lore Lotsin, bitte freigeben: Bäckerei Krume")]
    factories.proposal(of=row, pilot=pilot)  # the matcher had found the same
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page.submit("Freigeben: Lore Lotsin fängt an")
    page.submit("Freigeben: Lore Lotsin fängt an")  # pressed twice
    engagement, proposal, row = only(Engagement), only(Proposal), only(HelpRequest)
    assert (engagement.state, row.state) == (State.AGREED, RequestState.MATCHED)
    assert (proposal.state, proposal.channel, proposal.pilot.reserved) == (ProposalState.CONFIRMED, "brought", 1)
    kinds = list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))
    assert kinds == ["help_requests.brought", "engagements.contact_data", "engagements.contact_data"]
    assert row.organisation.verified_at is not None


def test_with_a_number_only_it_is_a_call_at_once_with_the_same_buttons(app, browser, as_coordinator, at):
    pilot = factories.pilot(name="Lore Lotsin")
    assert "Wir rufen dort an" in tell(browser, pilot, "05721 4711").text
    row = only(HelpRequest)
    assert row.due_at is None
    assert tasks(app, at) == [
        ("help_request.unconfirmed", "Mitgebracht von Lore Lotsin, bitte anrufen: Bäckerei Krume")
    ]
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page = page.submit("Bestätigung eintragen", consent="y", **WHO)
    page.submit("Freigeben: Lore Lotsin fängt an")
    assert only(Engagement).state is State.AGREED


def test_neither_a_mail_nor_a_number_is_asked_for_again(app, browser):
    page = browser(factories.pilot().user).get("help_requests.bring_along")
    page = page.submit("Melden", status=400, organisation_name="TSV", contact="weiß nicht", what=WHAT)
    assert "Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein." in page.text


def test_nothing_begins_without_a_free_place_or_in_the_own_case(browser, as_coordinator, coordinator, at):
    busy = factories.pilot(name="Berta Beschäftigt", capacity=0)
    row = factories.help_request(RequestState.SUBMITTED, brought_by_id=busy.id)
    page = as_coordinator.get("help_requests.detail", request_id=row.id).submit("Freigeben: Berta Beschäftigt fängt an")
    assert "hat gerade genug zu tun" in page.text
    own, deputy = factories.pilot(user=coordinator), factories.coordinator(name="Dora Deputy")
    row = factories.help_request(RequestState.SUBMITTED, brought_by_id=own.id)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page = page.submit(f"Freigeben: {coordinator.name} fängt an")
    assert "Das ist Ihr eigener Fall." in page.text and "Dora Deputy" in page.text
    db.session.rollback()
    assert not db.session.scalars(select(Engagement)).all()
    with transaction():
        db.session.get_one(User, deputy.id).active = False
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page.submit(f"Freigeben: {coordinator.name} fängt an", own_case_reason="Sonst ist niemand da.")
    said = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "proposal.brought")).one()
    assert said.reason == "Sonst ist niemand da." and only(Engagement).state is State.AGREED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("TSV Krebshagen e. V.", Kind.CLUB),
        ("Bäckerei Krume GmbH", Kind.BUSINESS),
        ("Kita Sonnenschein", Kind.INSTITUTION),
        ("Die Landfrauen", Kind.CLUB),
    ],
)
def test_the_kind_is_guessed_from_the_name(name, kind):
    assert guess_kind(name) is kind


def test_it_is_approved_from_the_morning_mail(app, time, coordinator, as_visitor):
    pilot = factories.pilot(name="Lore Lotsin")
    row = factories.help_request(RequestState.SUBMITTED, brought_by_id=pilot.id, task="brought")
    jobs.morning(time.set(datetime(2026, 11, 26, 6, 30, tzinfo=UTC)))
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "home.decisions")).one()
    page = as_visitor.get_path(re.search(r"/entscheidung/\S+", mail.text)[0])
    assert "Lore Lotsin" in page.text
    page.submit("Freigeben")
    assert only(Engagement).state is State.AGREED
    assert row.state is RequestState.MATCHED


def test_whom_a_pilot_told_of_is_never_said_to_have_written(app, browser, as_visitor, time):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "krume@example.org")
    row = only(HelpRequest)
    reminders.run_due(time.set(row.due_at))
    path = re.search(r"/anfragen/bestaetigen/(\w+)", mails_about(row)[-1].text)[1]
    as_visitor.post("help_requests.new_link", token=path)
    reminder, once_more = mails_about(row)[1:]
    assert [m.kind for m in (reminder, once_more)] == ["help_requests.brought_reminder", "help_requests.brought"]
    for mail in (reminder, once_more):
        text = " ".join(mail.text.split())
        assert "Lore hat uns" in text and WHAT in text
        assert "Sie uns geschrieben" not in text and "danke für Ihre Anfrage" not in text
    deleted_on = plain_date(only(HelpRequest).due_at)
    assert f"Am {deleted_on} löschen wir die Angaben." in " ".join(reminder.text.split())


def in_vain():
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "help_requests.brought_in_vain")).all()


def test_a_pilot_is_told_once_that_the_organisation_never_confirmed(app, browser, time):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "krume@example.org")
    factories.help_request(RequestState.DRAFT)
    reminders.run_due(time.set(only_brought().due_at))
    assert in_vain() == []
    for _ in range(2):
        reminders.run_due(time.set(time.at if only_brought() is None else only_brought().due_at))
    assert only_brought() is None
    (mail,) = in_vain()
    assert mail.recipient_id == pilot.user_id and WHAT in " ".join(mail.text.split())


def test_a_pilot_is_told_too_when_the_organisation_said_on_the_telephone_that_it_wants_nothing(
    app, browser, coordinator, time
):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "05721 4711")
    row = only_brought()
    for _ in range(2):
        with transaction():
            help_requests.withdraw(row, by=coordinator, at=time.at)
    assert [mail.recipient_id for mail in in_vain()] == [pilot.user_id]


def test_who_is_no_pilot_any_more_is_told_nothing(app, browser, coordinator, time):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "05721 4711")
    with transaction():
        pilots.end(db.session.get_one(Pilot, pilot.id), EndReason.MOVED, by=coordinator, at=time.at)
        help_requests.withdraw(only_brought(), by=coordinator, at=time.at)
    assert in_vain() == []


def only_brought():
    return db.session.scalar(select(HelpRequest).where(HelpRequest.brought_by_id.is_not(None)))


def gone(pilot, how, coordinator, at):
    if how == "deceased":
        pilots.end(pilot, EndReason.DECEASED, by=coordinator, at=at)
    elif how == "suspended":
        pilots.suspend(pilot, "Beschwerde", by=coordinator, at=at)
    else:
        erasure.erase(pilot.user, channel="mail_link", by=pilot.user, at=at)


@pytest.mark.parametrize("how", ["deceased", "suspended", "erased"])
def test_nobody_is_reminded_of_the_help_of_a_pilot_who_has_gone_the_office_says_so(
    app, browser, as_coordinator, coordinator, time, how
):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "krume@example.org")
    row = only(HelpRequest)
    with transaction():
        mails_about(row)[0].state = MailState.SENT
        gone(pilot, how, coordinator, time.at)
    deleted_on = row.due_at
    reminders.run_due(time.set(row.due_at))
    db.session.rollback()
    assert [m.kind for m in mails_about(row)] == ["help_requests.brought"]
    words = "Wer Bäckerei Krume helfen wollte, ist nicht mehr dabei. Bitte Bescheid geben"
    assert tasks(app, time.at) == [("help_request.pilot_gone", words)]
    assert row.due_step == "delete" and row.due_at > deleted_on, "it is deleted when it would have been"
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    assert "krume@example.org" in page.text
    with transaction():
        help_requests.withdraw(row, by=coordinator, at=time.at)
    assert tasks(app, time.at) == []


@pytest.mark.parametrize("how", ["deceased", "suspended", "erased"])
@pytest.mark.parametrize("kind", ["help_requests.brought", "help_requests.brought_reminder"])
def test_what_waits_to_tell_of_a_pilot_is_taken_back_when_the_pilot_has_gone_and_the_office_says_so(
    app, browser, coordinator, time, how, kind
):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "krume@example.org")
    row = only(HelpRequest)
    if kind == "help_requests.brought_reminder":
        with transaction():
            mails_about(row)[0].state = MailState.SENT
        reminders.run_due(time.set(row.due_at))
        db.session.rollback()
    with transaction():
        gone(pilot, how, coordinator, time.at)
    db.session.rollback()
    assert [(m.kind, m.state) for m in mails_about(row)][-1] == (kind, MailState.RECALLED)
    told, never = "ist nicht mehr dabei. Bitte Bescheid geben", "ist nicht mehr dabei, und dort weiß noch niemand davon"
    said = told if kind == "help_requests.brought_reminder" else never
    assert [title for _task, title in tasks(app, time.at)] == [f"Wer Bäckerei Krume helfen wollte, {said}"]


def test_what_an_organisation_has_read_already_is_no_task_before_it_would_be_reminded(app, browser, coordinator, time):
    pilot = factories.pilot(name="Lore Lotsin")
    tell(browser, pilot, "krume@example.org")
    row = only(HelpRequest)
    with transaction():
        mails_about(row)[0].state = MailState.SENT
        gone(pilot, "deceased", coordinator, time.at)
    assert tasks(app, time.at) == []


def test_what_has_no_sentence_for_a_title_is_called_by_its_topic(app, browser):
    told = (
        "Also das ist so, dass die ihre Homepage seit Jahren irgendwie nebenher machen und am Ende keiner mehr weiß, "
        "wer auf der Website welche Seite zuletzt geändert hat."
    )
    page = browser(factories.pilot().user).get("help_requests.bring_along")
    page.submit("Melden", organisation_name="TSV", contact="tsv@example.org", what=told)
    assert only(HelpRequest).title == "Hilfe beim Thema: Website und Homepage"
