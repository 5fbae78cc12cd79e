"""Messages between the two sides: who writes, who reads, what leaves when, by mail or telephone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements import queries, service
from lotsen.engagements.models import Message
from lotsen.engagements.rules import LIVE, MAX_MESSAGE, may_write
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason
from tests import factories

from .scene import Side, State, case_in, do, link_of, mail_of, mails

KIND = "engagements.message"
BUTTON = "Nachricht senden"
TEXT = "Ich komme am Dienstag um 18 Uhr 🙂"


def write(case, side, text=TEXT, *, at, **values):
    return do(service.write_message, case, side, text, by=queries.person(case, side), at=at, **values)


def letters():
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == KIND).order_by(OutboxMessage.id)).all()
    for row in rows:
        db.session.refresh(row)
    return list(rows)


def texts():
    return list(db.session.scalars(select(Message.text).order_by(Message.id)))


@pytest.mark.parametrize("side", Side)
def test_each_side_writes_from_its_link_and_the_other_reads_it_by_mail_and_answers(app, time, as_visitor, side):
    case = case_in(State.AGREED)
    other = queries.other_side(side)
    page = as_visitor.get("engagements.by_link", token=link_of(case, side, time.at))
    page = page.submit(BUTTON, **{"nachricht-text": f"{TEXT}\nBis dann!"})
    assert "Danke, die Nachricht ist da" in page.text and "Bis dann!" in page.text
    mail = mail_of(KIND)
    assert mail.recipient_id == queries.person(case, other).id and mail.due_at == time.at
    assert mail.subject.startswith(f"[{case.help_request.case_number}] Nachricht von ")
    assert f"{TEXT}\nBis dann!" in mail.text and queries.known_as(case, side) in mail.text
    link = next(word for word in mail.text.split() if "/begleitung/" in word).partition("localhost")[2]
    theirs = as_visitor.get_path(link)
    assert TEXT in theirs.text
    theirs.submit(BUTTON, **{"nachricht-text": "Gern, danke!"})
    assert mail_of(KIND).recipient_id == queries.person(case, side).id and "Gern, danke!" in mail_of(KIND).text


@pytest.mark.parametrize("side", Side)
def test_logged_in_too_and_box_and_list_say_who_can_read_it(app, time, browser, side):
    case = case_in()
    page = browser(queries.person(case, side)).get("engagements.detail", engagement_id=case.id)
    who = queries.known_as(case, queries.other_side(side))
    readers = f"Das können lesen: Sie, {who}, Koordination und Verwaltung."
    assert page.text.count(readers) == 1, "above the box"
    page = page.submit(BUTTON, **{"nachricht-text": TEXT})
    assert page.text.count(readers) == 2, "above the list, too"
    assert page.text.count(TEXT) == 1


def test_the_coordinator_reads_it_and_people_of_other_cases_find_nothing(app, time, as_coordinator, browser):
    case, foreign = case_in(), case_in()
    write(case, Side.PILOT, at=time.at)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    assert TEXT in page.text and "Das können lesen: " in page.text and "Nachricht an die andere Seite" in page.text
    for person in (foreign.pilot.user, foreign.help_request.contact):
        stranger = browser(person)
        stranger.get("engagements.detail", engagement_id=case.id, status=404)
        values = {"engagement_id": case.id, "verb": "nachricht"}
        stranger.post("engagements.act", {"nachricht-text": "Hallo"}, status=404, **values)
    assert texts() == [TEXT]


def test_the_administrator_does_not_read_it_on_the_page_of_the_case(app, time, browser):
    case = case_in()
    write(case, Side.PILOT, at=time.at)
    page = browser(factories.administrator()).get("engagements.detail", engagement_id=case.id)
    assert TEXT not in page.text


def test_without_the_secret_of_the_form_nothing_is_written(app, time, as_visitor):
    case = case_in()
    path = f"/begleitung/{link_of(case, Side.PILOT, time.at)}/nachricht"
    answer = as_visitor.client.post(path, data={"nachricht-text": TEXT})
    assert answer.status_code == 400 and texts() == []


def test_pressed_twice_it_is_written_once_and_mailed_once(app, time, browser):
    case = case_in()
    page = browser(case.pilot.user).get("engagements.detail", engagement_id=case.id)
    for _twice in range(2):
        page.submit(BUTTON, **{"nachricht-text": TEXT})
    assert texts() == [TEXT] and len(letters()) == 1
    time.forward(minutes=10)
    page.submit(BUTTON, **{"nachricht-text": TEXT})
    assert texts() == [TEXT, TEXT], "the same words later are meant"


def test_an_empty_one_and_one_that_is_too_long_say_what_to_do_and_nothing_typed_is_lost(app, time, browser):
    case = case_in()
    page = browser(case.pilot.user).get("engagements.detail", engagement_id=case.id)
    assert "Schreiben Sie zuerst Ihre Nachricht" in page.submit(BUTTON, status=400).text
    long = "a" * (MAX_MESSAGE + 1)
    page = page.submit(BUTTON, status=400, **{"nachricht-text": long})
    assert "Kürzen Sie ihn auf höchstens 2.000" in page.text and long in page.text
    page.submit(BUTTON, **{"nachricht-text": long[:-1]})
    assert texts() == [long[:-1]]
    for wrong in ("  ", long):
        with pytest.raises(InvalidInput):
            write(case, Side.PILOT, wrong, at=time.at)


@pytest.mark.parametrize("state", State)
def test_they_write_from_the_yes_to_the_end_and_not_after_it(app, time, browser, state):
    assert may_write(state, both_there=True) is (state in LIVE)
    assert not may_write(state, both_there=False)
    case = case_in(state)
    page = browser(case.pilot.user).get("engagements.detail", engagement_id=case.id)
    assert (BUTTON in page.text) is (state in LIVE)
    if state in LIVE:
        write(case, Side.PILOT, at=time.at)
    else:
        with pytest.raises(Conflict):
            write(case, Side.PILOT, at=time.at)
    assert texts() == [TEXT] * (state in LIVE)


def test_what_was_typed_when_it_had_just_ended_stands_there_still(app, time, browser):
    case = case_in()
    page = browser(case.pilot.user).get("engagements.detail", engagement_id=case.id)
    with transaction():
        db.session.merge(case).state = State.COMPLETED
    page = page.submit(BUTTON, status=409, **{"nachricht-text": TEXT})
    assert TEXT in page.html and "geht nicht mehr hinaus" in page.text
    assert texts() == [] and letters() == []


def test_what_follows_within_the_hour_is_gathered_in_one_further_mail(app, time):
    case = case_in()
    start = time.at
    write(case, Side.PILOT, "Eins", at=start)
    assert deliver(time.forward(minutes=1)) == 1
    for minute, text in ((10, "Zwei"), (20, "Drei")):
        write(case, Side.PILOT, text, at=time.set(start + timedelta(minutes=minute)))
    first, second = letters()
    assert first.state is MailState.SENT
    assert second.due_at == first.sent_at + timedelta(hours=1)
    assert second.text.index("Zwei") < second.text.index("Drei") and "Eins" not in second.text
    assert deliver(time.set(second.due_at - timedelta(minutes=1))) == 0
    assert deliver(time.set(second.due_at)) == 1
    write(case, Side.PILOT, "Vier", at=time.forward(minutes=61))
    third = letters()[2]
    assert third.due_at == time.at and "Drei" not in third.text


def test_the_hour_of_one_side_is_not_that_of_the_other(app, time):
    case = case_in()
    for side in Side:
        write(case, side, at=time.at)
    assert [row.due_at for row in letters()] == [time.at, time.at]
    assert len({row.recipient_id for row in letters()}) == 2


def test_a_mail_that_a_sender_has_in_hand_is_not_written_anew(app, time):
    case = case_in()
    write(case, Side.PILOT, "Eins", at=time.at)
    with transaction():
        db.session.get(OutboxMessage, letters()[0].id).lease_token = "in hand"
    write(case, Side.PILOT, "Zwei", at=time.at)
    first, second = letters()
    assert "Zwei" not in first.text and "Eins" not in second.text
    assert second.due_at == first.due_at + timedelta(hours=1)


def test_whoever_has_no_mail_address_is_called_and_nothing_is_lost_in_reading_aloud(app, time, as_coordinator):
    person = factories.user(Role.PILOT, name="Theo Telefon", email=None, phone="05721 1234")
    case = case_in(pilot=factories.pilot(user=person))
    for text in ("Siehe https://verein.example/plan", "Kommen Sie am Montag?"):
        write(case, Side.MEMBER, text, at=time.at)
    (call,) = letters()
    assert call.state is MailState.CALL
    page = as_coordinator.get("outbox.message", message_id=call.id)
    for words in ("verein.example/plan", "Kommen Sie am Montag?", "Sagen Sie es uns einfach"):
        assert words in page.text
    assert "Link" not in call.text


def test_what_is_said_on_the_telephone_is_written_down_and_says_so(app, time, as_coordinator, as_visitor):
    case = case_in()
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    side = {"nachricht-side": Side.MEMBER.value, "nachricht-text": TEXT}
    button = f"Nachricht weitergeben – sagt {queries.name_of(case, Side.MEMBER)}"
    page = page.submit(button, **side)
    assert "am Telefon gesagt" in page.text
    assert mail_of(KIND).recipient_id == case.pilot.user_id
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "engagement.message"))
    assert event.on_behalf_of == case.help_request.contact_id and "Dienstag" not in str(event.details)
    theirs = as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at))
    assert "am Telefon gesagt" in theirs.text


def test_who_spoke_for_the_organisation_before_writes_no_more_and_who_follows_reads_on(
    app, time, coordinator, as_visitor
):
    case = case_in()
    write(case, Side.MEMBER, "Von der Ersten", at=time.at)
    raw = link_of(case, Side.MEMBER, time.at)
    new = factories.member(case.help_request.organisation, person=factories.user(Role.MEMBER, name="Nina Neu"))
    do(service.contact_follows, case, new.user, by=coordinator, at=time.at)
    as_visitor.post("engagements.act_by_link", {"nachricht-text": "Noch ich"}, token=raw, verb="nachricht")
    assert texts() == ["Von der Ersten"]
    page = as_visitor.get("engagements.by_link", token=link_of(case, Side.MEMBER, time.at))
    assert "Von der Ersten" in page.text
    (row,) = queries.messages_of(case.id)
    assert queries.writer_of(row) == case.help_request.organisation_name, "not the new person's words"


@pytest.mark.parametrize("state", [State.RUNNING, State.CLOSING])
@pytest.mark.parametrize("end", ["suspended", "deceased", "contact gone"])
def test_to_somebody_who_is_not_there_nobody_writes_and_what_waits_does_not_leave(
    app, time, coordinator, browser, end, state
):
    case = case_in(state)
    write(case, Side.MEMBER, "Eins", at=time.at)
    deliver(time.at)
    write(case, Side.MEMBER, "Zwei", at=time.at)
    with transaction():
        pilot = db.session.merge(case.pilot)
        if end == "suspended":
            pilots.suspend(pilot, "Beschwerde", by=coordinator, at=time.at)
        elif end == "deceased":
            pilots.end(pilot, EndReason.DECEASED, by=coordinator, at=time.at)
        else:
            db.session.merge(case.help_request).contact_id = None
    db.session.expire_all()
    if end != "contact gone":
        assert letters()[1].state is MailState.RECALLED
        page = browser(case.help_request.contact).get("engagements.detail", engagement_id=case.id)
        assert BUTTON not in page.text and "Nachrichten gehen hier gerade nicht" in page.text
    with pytest.raises(Conflict):
        do(service.write_message, case, Side.MEMBER, "Drei", by=coordinator, at=time.at)


def test_what_waits_for_a_contact_person_who_has_gone_does_not_leave_and_what_waits_for_the_pilot_does(
    app, time, coordinator
):
    case = case_in()
    for text in ("Eins", "Zwei"):
        for side in Side:
            write(case, side, text, at=time.at)
        deliver(time.at)
    person = case.help_request.contact_id
    with transaction():
        member = db.session.scalars(select(Member).where(Member.user_id == person)).one()
        organisations.leave(member, by=coordinator, at=time.at)
    found = {(row.recipient_id == case.pilot.user_id, row.state) for row in letters()[2:]}
    assert found == {(True, MailState.WAITING), (False, MailState.RECALLED)}
    with pytest.raises(Conflict):
        write(case, Side.PILOT, at=time.at)


def test_a_message_changes_neither_state_nor_what_is_due(app, time):
    case = case_in()
    before = (case.state, case.due_at, case.due_step, case.visit)
    write(case, Side.PILOT, at=time.at)
    db.session.refresh(case)
    assert (case.state, case.due_at, case.due_step, case.visit) == before
    assert [kind for kind, _to in mails()] == [KIND]


def test_of_many_the_newest_five_lie_open(app, time, browser):
    case = case_in()
    for number in range(7):
        write(case, Side.PILOT, f"Nachricht Nummer {number}", at=time.forward(minutes=61))
    page = browser(case.pilot.user).get("engagements.detail", engagement_id=case.id)
    older = page.html.index("Ältere Nachrichten")
    numbers = [page.html.index(f"Nachricht Nummer {number}") for number in range(7)]
    assert numbers == sorted(numbers, reverse=True)
    assert [place > older for place in numbers] == [True] * 2 + [False] * 5
