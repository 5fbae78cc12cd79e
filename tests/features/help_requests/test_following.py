"""Following one's request: the sentence, changing, withdrawing, answering; what happens when nobody acts."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date, speaking
from lotsen.core.tokens import Purpose
from lotsen.help_requests import jobs, queries, service
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import Answers, State
from lotsen.municipality import service as municipality
from lotsen.organisations.rules import Kind
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from tests import factories

SENTENCES = {
    State.DRAFT: "Sie ist noch nicht abgesendet: Öffnen Sie bitte den Link in unserer E-Mail an Sie.",
    State.SUBMITTED: "Ihre Anfrage ist da, und wir sehen sie uns bis Donnerstag, 26. November 2026 an.",
    State.QUERY: "Wir haben eine Frage an Sie und machen weiter, sobald Sie geantwortet haben.",
    State.ON_HOLD: "Ihre Anfrage ruht bis Freitag, 4. Dezember 2026, dann fragen wir bei Ihnen nach.",
    State.OPEN: "Wir suchen gerade jemanden, der gut zu Ihrem Anliegen passt.",
    State.WAITING: "Im Moment ist niemand frei, der zu Ihrem Anliegen passt; wir suchen weiter für Sie.",
    State.ASKING: "Wir fragen jemanden für Sie; spätestens am Freitag, 4. Dezember 2026 wissen Sie mehr.",
    State.MATCHED: "Wir haben jemanden für Sie gefunden; die Kontaktdaten haben wir Ihnen geschickt.",
    State.RUNNING: "Ihre Begleitung läuft; wenn etwas hakt, melden Sie sich gern bei uns.",
    State.COMPLETED: "Ihre Begleitung ist abgeschlossen; wir hoffen, sie hat Ihnen geholfen.",
    State.ANSWERED: "Wir haben Ihnen geantwortet; unsere Antwort steht auf dieser Seite.",
    State.REFERRED: "Bei Ihrem Anliegen hilft Ihnen diese Stelle weiter: Verbraucherzentrale.",
    State.REJECTED: "Hier können wir leider nicht helfen: Wir haben Sie mehrmals nicht erreicht.",
    State.SPLIT: "Ihre Anfrage enthält mehrere Anliegen; wir suchen für jedes jemanden.",
    State.MERGED: "Ihre Anfrage läuft zusammen mit einer zweiten zum selben Anliegen weiter.",
    State.WITHDRAWN: "Sie haben Ihre Anfrage zurückgezogen. Sie können sie wieder öffnen.",
    State.PUT_ASIDE: "Ihre Anfrage liegt zur Seite. Sie können sie wieder öffnen.",
}
KNOWN = {
    "hold_until": date(2026, 12, 4),
    "answer_expected_on": date(2026, 12, 4),
    "referred_to": "Verbraucherzentrale",
    "reject_reason": "not_reached",
}


def again(row: HelpRequest) -> HelpRequest:
    db.session.rollback()
    return db.session.get_one(HelpRequest, row.id)


def kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def link_to(row: HelpRequest, at) -> str:
    with transaction():
        return tokens.issue(Purpose.REQUEST_STATUS, "help_request", row.id, at=at)


def deliver_all(at) -> None:
    with transaction():
        for message in db.session.scalars(select(OutboxMessage)):
            outbox.delivered.send(message, at=at)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_one_plain_sentence(app, at, state):
    row = factories.help_request(state, **KNOWN)
    sentence = queries.status_sentence(row, at)
    assert sentence == SENTENCES[state]
    assert len(sentence.split()) <= 20
    assert not {"abgelehnt", "abgelaufen", "kapazität"} & set(sentence.casefold().split())


@pytest.mark.parametrize("state", list(State))
def test_every_sentence_can_be_said_in_english(app, at, state):
    row = factories.help_request(state, **KNOWN)
    with speaking("en"):
        sentence = queries.status_sentence(row, at)
    assert sentence and sentence != SENTENCES[state]


def test_a_date_that_has_passed_is_not_promised_again(app, at):
    row = factories.help_request(State.ASKING, answer_expected_on=local_date(at) - timedelta(days=1))
    assert queries.status_sentence(row, at).endswith("melden uns, sobald die Antwort da ist.")


@pytest.mark.parametrize("state", [s for s in State if s is not State.DRAFT])
def test_the_status_page_shows_the_sentence_by_link_and_logged_in(browser, at, state):
    member = factories.member()
    row = factories.help_request(state, by=member, **KNOWN)
    raw = link_to(row, at)
    assert SENTENCES[state] in browser(None).get("help_requests.status", token=raw).text
    page = browser(member.user).get("help_requests.detail", request_id=row.id)
    assert SENTENCES[state] in page.text
    assert SENTENCES[state] in browser(member.user).get("help_requests.overview").text


def test_withdrawing_twice_thanks_once_and_opens_again(as_visitor, at):
    row = factories.help_request(State.ASKING)
    page = as_visitor.get("help_requests.status", token=link_to(row, at))
    page.submit("Anfrage zurückziehen")
    done = page.submit("Anfrage zurückziehen")
    assert "Danke, dass Sie Bescheid gesagt haben." in done.text
    assert again(row).state is State.WITHDRAWN and kinds() == ["help_requests.withdrawn"]
    done.submit("Anfrage wieder öffnen")
    assert again(row).state is State.SUBMITTED


def test_a_completed_engagement_is_not_withdrawn_by_the_link(as_visitor, at):
    row = factories.help_request(State.COMPLETED)
    raw = link_to(row, at)
    page = as_visitor.post("help_requests.status_act", token=raw, verb="zurueckziehen", status=409)
    assert "Das geht hier nicht mehr. Bitte rufen Sie uns an." in page.text


def test_editing_raises_revision_and_says_what_changed(as_visitor, at):
    heard = []
    row = factories.help_request(State.ASKING)

    def listen(_row, **told):  # type: ignore[no-untyped-def]
        heard.append(told["fields"])

    with service.edited.connected_to(listen):
        page = as_visitor.get("help_requests.status", token=link_to(row, at)).click("Angaben ändern")
        page = page.submit("Änderung speichern", description="Es geht doch um die Kasse im Laden.", ticks=["weekend"])
    assert "Zuletzt geändert: Beschreibung, Zeiten" in page.text
    row = again(row)
    assert (row.revision, row.version, row.task) == (2, 2, "edited")
    assert heard == [["description", "slots"]]


def test_an_edit_of_an_old_page_conflicts_but_the_same_twice_does_not(as_visitor, at):
    row = factories.help_request(State.OPEN)
    raw = link_to(row, at)
    page = as_visitor.get("help_requests.status_edit", token=raw)
    page.submit("Änderung speichern", title="Erste")
    page.submit("Änderung speichern", title="Erste")
    page.submit("Änderung speichern", title="Zweite", status=409)
    assert again(row).title == "Erste"


def test_huge_text_is_refused_and_kept_when_editing(as_visitor, at):
    row = factories.help_request(State.OPEN)
    page = as_visitor.get("help_requests.status_edit", token=link_to(row, at))
    page = page.submit("Änderung speichern", status=400, description="ä" * 20_000)
    assert "20.000 Zeichen" in page.errors[0] and "ä" * 20_000 in page.html


def test_an_answer_moves_on_and_a_second_one_says_so(as_visitor, at):
    row = factories.help_request(State.QUERY, query_text="Welches System?")
    page = as_visitor.get("help_requests.status", token=link_to(row, at))
    assert "Welches System?" in page.text
    bad = page.submit("Antwort senden", status=400, query_answer="")
    assert bad.errors == ["Schreiben Sie Ihre Antwort."]
    done = page.submit("Antwort senden", query_answer="WordPress")
    assert "Jetzt geht es weiter." in done.text
    assert "Jetzt geht es weiter." in page.submit("Antwort senden", query_answer="WordPress").text
    row = again(row)
    assert (row.state, row.query_answer, row.revision) == (State.SUBMITTED, "WordPress", 2)


def test_a_late_status_link_says_what_stands_and_sends_a_new_one(as_visitor, time):
    row = factories.help_request(State.OPEN)
    raw = link_to(row, time.at)
    time.forward(days=181)
    page = as_visitor.get("help_requests.status", token=raw)
    assert SENTENCES[State.OPEN] in page.text and row.description not in page.text
    answer = as_visitor.post("help_requests.status_act", token=raw, verb="zurueckziehen")
    assert SENTENCES[State.OPEN] in answer.text
    db.session.refresh(row)
    assert row.state is State.OPEN
    page.submit("Neuen Link schicken").submit("Neuen Link schicken")
    assert kinds() == ["help_requests.new_link"]


def draft(at, **values) -> HelpRequest:
    typed = {
        "description": "Unsere Homepage ist uralt und niemand kann sie ändern.",
        "organisation_name": "TSV Beispiel",
        "org_kind": Kind.CLUB,
        "postcode": "31655",
        "contact_name": "Vera Verein",
        "contact_email": "vera@example.org",
    }
    with transaction():
        return service.draft(Answers(**{**typed, **values}), by=SYSTEM, at=at)


def test_an_unconfirmed_draft_is_reminded_on_day_7_and_deleted_on_day_30(app, time):
    row = draft(time.at)
    assert jobs.run_due(time.forward(days=6)) == 0
    assert jobs.run_due(time.forward(days=1, hours=1)) == 1
    assert kinds()[-1] == "help_requests.confirm_reminder"
    text = db.session.scalars(select(OutboxMessage.text).order_by(OutboxMessage.id.desc())).first() or ""
    assert "am Dienstag, 24. November 2026 haben Sie uns geschrieben" in " ".join(text.split())
    assert f"Am {plain_date(again(row).due_at)} löschen wir Ihre Angaben." in " ".join(text.split())
    assert jobs.run_due(time.forward(days=22)) == 0
    time.forward(days=3)
    assert jobs.run_due(time.at) == 1
    db.session.rollback()
    assert db.session.get(HelpRequest, row.id) is None
    assert jobs.next_due() is None


def test_where_drafts_stay_longer_their_links_act_longer(app, time, as_visitor):
    with transaction():
        own = {"help_request.draft.remind": 40, "help_request.draft.delete": 60}
        municipality.change("deadlines", own, by=SYSTEM, at=time.at)
    row = draft(time.at)
    time.forward(days=39)
    assert as_visitor.get_path(newest_link()).form_with("Anfrage jetzt absenden")
    assert jobs.run_due(time.set(again(row).due_at)) == 1
    time.forward(days=59)
    as_visitor.get_path(newest_link()).submit("Anfrage jetzt absenden")
    assert again(row).state is State.SUBMITTED


def newest_link() -> str:
    text = db.session.scalars(select(OutboxMessage.text).order_by(OutboxMessage.id.desc()).limit(1)).one()
    return re.search(r"/anfragen/bestaetigen/\w+", text)[0]


def test_nobody_is_reminded_of_a_request_that_was_just_sent(app, time):
    row = draft(time.at)
    jobs.run_due(time.set(row.due_at))
    with transaction():
        service.submit(db.session.get_one(HelpRequest, row.id), by=SYSTEM, at=time.forward(minutes=2))
    states = dict(db.session.execute(select(OutboxMessage.kind, OutboxMessage.state)).all())
    assert states["help_requests.confirm_reminder"].value == "recalled"
    assert states["help_requests.confirm"].value == "waiting", "its link shows the status"


def test_a_telephone_draft_is_never_deleted(app, time):
    row = draft(time.at, contact_email="", contact_phone="05721 1")
    assert jobs.run_due(time.forward(days=400)) == 0
    assert again(row).state is State.DRAFT


def test_who_waits_for_the_check_is_told_once(app, time):
    row = factories.help_request(State.SUBMITTED)
    assert jobs.run_due(time.forward(days=7, hours=1)) == 1
    assert kinds() == ["help_requests.still_checking"]
    assert jobs.run_due(time.forward(days=7)) == 1
    assert kinds() == ["help_requests.still_checking"] and again(row).task == "overdue"
    assert jobs.run_due(time.forward(days=60)) == 0


def test_an_open_request_is_told_again_and_again(app, time):
    factories.help_request(State.OPEN)
    for _number in range(3):
        due = jobs.next_due()
        assert due is not None
        assert jobs.run_due(time.set(due)) == 1
    assert kinds() == ["help_requests.still_searching"] * 3


def test_a_question_runs_out_only_after_it_was_handed_over(app, time, coordinator):
    row = factories.help_request(State.SUBMITTED)
    with transaction():
        service.ask_back(db.session.get_one(HelpRequest, row.id), "Welches System?", by=coordinator, at=time.at)
    assert again(row).due_at is None and jobs.run_due(time.at + timedelta(days=99)) == 0
    deliver_all(time.at)
    for expected in ("query_reminder", "query_reminder", "put_aside"):
        assert jobs.run_due(time.set(again(row).due_at)) == 1
        assert kinds()[-1] == f"help_requests.{expected}"
    assert again(row).state is State.PUT_ASIDE


def test_a_mail_that_comes_back_is_a_call_and_never_silence(app, time, coordinator):
    row = factories.help_request(State.SUBMITTED)
    with transaction():
        service.ask_back(db.session.get_one(HelpRequest, row.id), "Welches System?", by=coordinator, at=time.at)
        outbox.undeliverable.send(db.session.scalars(select(OutboxMessage)).one(), at=time.at)
    assert jobs.run_due(time.forward(days=99)) == 0
    with app.test_request_context():
        (task,) = queries.tasks(time.at)
    assert task.title.startswith("E-Mail kam nicht an: Vera Verein") and task.urgent


def test_a_waiting_request_is_asked_on_day_30_and_60_and_decided_on_day_90(app, time):
    row = factories.help_request(State.WAITING)
    for _number in range(3):
        assert jobs.run_due(time.set(again(row).due_at)) == 1
    assert kinds() == ["help_requests.still_wanted"] * 2
    assert again(row).task == "waiting" and again(row).state is State.WAITING


def test_a_resting_request_is_asked_on_its_date_and_then_a_task(app, time, coordinator):
    row = factories.help_request(State.OPEN)
    with transaction():
        service.hold(db.session.get_one(HelpRequest, row.id), date(2026, 12, 4), by=coordinator, at=time.at)
    assert jobs.run_due(time.forward(days=9)) == 0
    assert jobs.run_due(time.forward(days=1)) == 1
    assert kinds() == ["help_requests.hold_over"]
    assert jobs.run_due(time.set(again(row).due_at)) == 1
    assert again(row).task == "on_hold"


def test_half_filled_forms_go_after_two_days(app, time):
    with transaction():
        service.keep_intake("k" * 32, "b" * 32, "worum", {"description": "x"}, at=time.at)
    assert jobs.purge_intakes(time.forward(days=1)) == 0
    assert jobs.purge_intakes(time.forward(days=2)) == 1
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 0
