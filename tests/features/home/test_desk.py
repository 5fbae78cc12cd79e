"""The coordinator's desk: tasks due by office days, who is ahead, few clicks."""

from datetime import timedelta

from sqlalchemy import select

from lotsen.audit.queries import events_of
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import queries as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.proposals import jobs
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.factories.base import add, writing
from tests.page import Page


class Hand:
    """Counts what a coordinator presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, label: str) -> None:
        """Follow a link."""
        self.page, self.clicks = self.page.click(label), self.clicks + 1

    def press(self, button: str, *, ticks: dict[str, str] | None = None) -> None:
        """Press a button, after ticking boxes: each is a click."""
        ticks = ticks or {}
        self.page, self.clicks = self.page.submit(button, **ticks), self.clicks + 1 + len(ticks)


def scored(request, name="Lore Lotsin"):
    """A request with one clear suggestion."""
    reasons = {"coordinator": {"de": ["Kennt sich gut mit Websites aus."]}}
    pilot = factories.pilot(name=name, phone="05721 4712")
    proposal = factories.proposal(of=request, pilot=pilot, reasons=reasons)
    with writing():
        add(
            Matching(
                help_request_id=request.id, request_revision=1, scored_at=request.created_at, considered=1, removed={}
            )
        )
    return proposal


def test_an_open_request_shows_who_is_ahead_and_when_it_is_due(app, time, as_coordinator):
    request = factories.help_request(RequestState.SUBMITTED)
    scored(request)
    page = as_coordinator.get("home.start")
    assert "Fachlich passt Lore Lotsin am besten." in page.text and "Kennt sich gut mit Websites aus." in page.text
    assert "fällig Donnerstag, 26. November 2026" in page.text
    time.forward(days=3)
    assert "fällig seit Donnerstag, 26. November 2026" in as_coordinator.get("home.start").text


def test_among_equals_start_page_and_queue_name_whom_the_requests_page_shows_first(app, at, as_coordinator):
    request = factories.help_request(RequestState.SUBMITTED)
    lately = scored(request, name="Gerda Gestern")
    with transaction():
        db.session.get_one(Pilot, lately.pilot_id).last_asked_at = at - timedelta(days=1)
    for rank, (name, values) in enumerate(
        {"Nele Nie": {"score": 0.7001}, "Willi Weniger": {"score": 0.6}, "Moritz Möglich": {"band": "moeglich"}}.items()
    ):
        factories.proposal(of=request, pilot=factories.pilot(name=name), rank=rank + 2, **values)
    page = as_coordinator.get("proposals.candidates", request_id=request.id).text
    assert page.index("Nele Nie") < page.index("Gerda Gestern")
    for endpoint in ("home.start", "proposals.queue"):
        assert "Fachlich passt Nele Nie am besten." in as_coordinator.get(endpoint).text


def test_a_clear_case_is_approved_with_three_clicks_and_taken_back_with_one(app, time, as_coordinator):
    request = factories.help_request(RequestState.SUBMITTED)
    proposal = scored(request)
    hand = Hand(as_coordinator.get("home.start"))
    hand.click(f"Neue Anfrage {request.case_number} von {request.organisation_name}")
    hand.press("Reihenfolge freigeben", ticks={"verify": "y"})
    assert hand.clicks == 3
    assert db.session.get(Proposal, proposal.id).state is State.ASKED
    assert "Zuerst fragen wir Lore Lotsin, die E-Mail geht hinaus: Dienstag, 24. November 2026, 10:10 Uhr" in (
        hand.page.text
    )
    hand.press("Die Bitte zurückholen – Lore Lotsin")
    assert hand.clicks == 4
    assert db.session.get(Proposal, proposal.id).state is State.APPROVED


def test_after_hours_the_office_reads_when_the_mail_leaves(app, time, as_coordinator):
    time.forward(hours=11)
    request = factories.help_request()
    scored(request)
    page = as_coordinator.get("proposals.candidates", request_id=request.id).submit("Reihenfolge freigeben")
    assert "die E-Mail geht hinaus: Mittwoch, 25. November 2026, 8 Uhr" in page.text


def test_a_yes_by_telephone_takes_two_clicks(app, time, as_coordinator, coordinator):
    proposal = factories.proposal("asked", of=factories.help_request("asking"))
    name = proposal.pilot.user.name
    hand = Hand(as_coordinator.get("home.start"))
    hand.click(name)
    hand.press(f"Hat Ja gesagt – {name}")
    assert hand.clicks == 2
    assert db.session.get(Proposal, proposal.id).state is State.ACCEPTED
    event = next(e for e in events_of("proposal", proposal.id) if e.after == "accepted")
    assert (event.actor_id, event.on_behalf_of) == (coordinator.id, proposal.pilot.user_id)


def test_a_yes_is_recorded_right_on_the_start_page(app, time, as_coordinator):
    proposal = factories.proposal("accepted", of=factories.help_request("asking"))
    who = proposal.help_request.contact_name
    hand = Hand(as_coordinator.get("home.start"))
    hand.press(f"Hat Ja gesagt – {who}")
    assert hand.clicks == 1
    assert db.session.get(Proposal, proposal.id).state is State.CONFIRMED
    case = db.session.scalars(select(Engagement)).one()
    assert engagements.contact(case, Side.MEMBER).phone == case.help_request.contact_phone != ""


def call_of(proposal):
    kind = OutboxMessage.kind == "proposals.ask"
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.about_id == proposal.id, kind))


def asked_by_telephone(coordinator, at):
    """Two pilots on a ladder; the first has no mail address."""
    request = factories.help_request()
    first = factories.proposal(of=request, pilot=factories.pilot(name="Opa Ohnemail", email=None, phone="05721 99"))
    second = factories.proposal(of=request, rank=2)
    with transaction():
        proposals.approve_ladder(request, [first, second], by=coordinator, at=at)
    return first, second


def test_after_three_calls_that_reach_nobody_the_next_one_is_asked(app, time, as_coordinator, coordinator):
    first, second = asked_by_telephone(coordinator, time.at)
    time.forward(minutes=15)
    for attempt in range(3):
        assert db.session.get(Proposal, first.id).state is State.ASKED, attempt
        as_coordinator.get("outbox.message", message_id=call_of(first).id).submit("Niemand erreicht")
        if attempt == 0:
            assert db.session.get(Proposal, first.id).due_at is not None, "the clock runs from the first attempt"
        time.forward(hours=21)
    assert db.session.get(Proposal, first.id).state is State.EXPIRED
    assert db.session.get(Proposal, second.id).state is State.ASKED
    event = next(e for e in events_of("proposal", first.id) if e.after == "expired")
    assert (event.reason, event.actor_id) == ("not_reached", coordinator.id)
    attempts = [e for e in events_of("outbox_message", call_of(first).id) if e.action == "outbox.not_reached"]
    assert {e.on_behalf_of for e in attempts} == {first.pilot.user_id} and len(attempts) == 3


def test_no_second_call_is_to_be_made_while_the_first_is_still_tried(app, time, as_coordinator, coordinator):
    first, _second = asked_by_telephone(coordinator, time.at)
    as_coordinator.get("outbox.message", message_id=call_of(first).id).submit("Niemand erreicht")
    time.forward(days=7)
    assert jobs.run_due(time.at) == 1
    reminders = select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask_reminder")
    assert db.session.scalars(reminders).all() == []


def test_the_call_page_reads_the_text_and_has_the_buttons_of_the_mail(app, time, as_coordinator, coordinator):
    first, _second = asked_by_telephone(coordinator, time.at)
    page = as_coordinator.get("outbox.message", message_id=call_of(first).id)
    assert "Können Sie helfen?" in page.text and page.links("05721 99") == ["tel:0572199"]
    page.submit("Hat Ja gesagt – Opa Ohnemail")
    assert db.session.get(Proposal, first.id).state is State.ACCEPTED


def test_an_organisation_that_nobody_reaches_becomes_a_task_and_no_refusal(app, time, as_coordinator, coordinator):
    member = factories.member(person=factories.user("member", name="Vera Ohnemail", email=None, phone="05721 98"))
    request = factories.help_request("asking", by=member, contact_email="")
    proposal = factories.proposal("asked", of=request)
    with transaction():
        proposals.accept(proposal, by=coordinator, at=time.at)
    kind = OutboxMessage.kind == "proposals.pilot_says_yes"
    for _ in range(3):
        message = db.session.scalar(select(OutboxMessage).where(kind))
        as_coordinator.get("outbox.message", message_id=message.id).submit("Niemand erreicht")
        time.forward(hours=21)
    row = db.session.get(Proposal, proposal.id)
    assert (row.state, row.task) == (State.ACCEPTED, "not_confirmed")


def test_a_mail_that_came_back_is_said_on_the_case_page_and_stops_the_clock(app, time, as_coordinator, coordinator):
    request = factories.help_request()
    proposal = factories.proposal(of=request)
    with transaction():
        proposals.approve_ladder(request, [proposal], by=coordinator, at=time.at)
    assert deliver(time.forward(minutes=11)) == 1
    assert db.session.get(Proposal, proposal.id).due_at is not None
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    sent = "Dienstag, 24. November 2026, 10:11 Uhr"
    page = page.submit(f"Kam zurück – {proposal.pilot.user.name}, {sent}")
    assert "rufen Sie die Person an" in page.text
    row = db.session.get(Proposal, proposal.id)
    assert (row.due_at, row.task) == (None, "undeliverable")
    start = as_coordinator.get("home.start")
    assert f"zu Anfrage {request.case_number} anrufen" not in start.text, "one call, one task"
    link = f"Eine E-Mail an {proposal.pilot.user.name} kam nicht an"
    page = as_coordinator.get_path(start.links(link)[0])
    page.submit(f"Ich habe angerufen – {proposal.pilot.user.name}")
    assert link not in as_coordinator.get("home.start").text
    assert db.session.get(Proposal, proposal.id).due_at is not None


def test_a_mail_that_came_back_leads_to_the_answer_of_whoever_is_called(app, time, as_coordinator):
    request = factories.help_request()
    proposal = factories.proposal(of=request)
    with transaction():
        proposals.approve_ladder(request, [proposal], by=factories.coordinator(), at=time.at)
    with transaction():
        row = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask")).one()
        row.kind, row.state, row.error, message_id = "proposals.still_yes", MailState.FAILED, "bounced", row.id
    page = as_coordinator.get("outbox.message", message_id=message_id)
    page.submit(f"Hat Ja gesagt – {proposal.pilot.user.name}")
    assert db.session.get(Proposal, proposal.id).state is State.ACCEPTED
    with transaction():
        row = db.session.get_one(OutboxMessage, message_id)
        row.kind, row.state = "proposals.still_waiting", MailState.FAILED
    page = as_coordinator.get("outbox.message", message_id=message_id)
    assert page.click(f"Zum Vorgang – {proposal.pilot.user.name}").path.endswith(f"/antwort-eintragen/{proposal.id}")
