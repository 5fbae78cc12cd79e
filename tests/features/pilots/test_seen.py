"""What others see of a pilot, and what a pilot sees about herself: blocks, numbers, the public page."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.pilots import queries, service
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State
from lotsen.proposals import queries as proposals
from lotsen.proposals import service as asking
from lotsen.proposals.models import Proposal, RequestBlock
from lotsen.proposals.rules import DeclineReason, RefuseReason
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import Time
from tests.page import PageClient

TODAY = date(2026, 11, 24)
Browser = Callable[..., PageClient]


def declined(reason: DeclineReason, time: Time) -> Proposal:
    proposal = factories.proposal(ProposalState.ASKED, pilot=factories.pilot(name="Lore Lotsin"))
    with transaction():
        asking.decline(proposal, reason, by=proposal.pilot.user, at=time.at)
    with factories.base.writing():  # the next round of the same request
        request = db.session.merge(proposal.help_request)
        request.state = "open"
    return proposal


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (DeclineReason.CONFLICT, "es gibt einen Interessenkonflikt, bis jemand es aufhebt"),
        (DeclineReason.NOT_THIS_ORGANISATION, "nicht mit dieser Organisation, bis jemand es aufhebt"),
        (DeclineReason.NOT_MY_FIELD, "nicht das eigene Gebiet, nur diese Anfrage"),
    ],
)
def test_a_block_stands_on_both_pages_with_its_reason_and_is_lifted_with_one_button(
    as_coordinator: PageClient, time: Time, reason: DeclineReason, words: str
) -> None:
    proposal = declined(reason, time)
    request_id, pilot_id = proposal.help_request_id, proposal.pilot_id
    assert proposals.blocked_pilots(proposal.help_request) == ({pilot_id} if "Gebiet" in words else set())
    detail = as_coordinator.get("pilots.detail", pilot_id=pilot_id)
    assert words.split(",")[0] in detail.text
    from lotsen.proposals import sweep

    sweep.run(at=time.at)
    page = as_coordinator.get("proposals.candidates", request_id=request_id)
    assert f"Lore Lotsin {words}" in page.text
    after = page.submit("Aufheben – Lore Lotsin")
    assert "Hier zurzeit nicht dabei" not in after.text
    db.session.expire_all()
    rows = [*db.session.scalars(select(RequestBlock)), *db.session.scalars(select(Exclusion))]
    assert [row.lifted_at for row in rows] == [time.at]
    assert any("lifted" in action for action in db.session.scalars(select(AuditEvent.action)))


def test_a_refusal_blocks_for_twelve_months_and_lifting_it_brings_the_pilot_back(
    as_coordinator: PageClient, time: Time
) -> None:
    proposal = factories.proposal(ProposalState.ACCEPTED)
    with transaction():
        asking.refuse(proposal, RefuseReason.EXPECTED_OTHER, by=proposal.help_request.contact, at=time.at)
    request, pilot = proposal.help_request, proposal.pilot
    (row,) = pilot.exclusions
    assert row.until == TODAY + timedelta(days=365)
    from lotsen.proposals import sweep

    def suggested() -> bool:
        sweep.index.forget()
        sweep.run(at=time.at)
        db.session.rollback()
        found = select(Proposal).where(Proposal.state == ProposalState.SUGGESTED, Proposal.pilot_id == pilot.id)
        return db.session.scalar(found) is not None

    assert not suggested()
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert "die Organisation wollte jemand anderen, bis Mittwoch, 24. November 2027" in page.text
    page.submit(f"Aufheben – {request.organisation.name}")
    assert suggested()


def test_a_block_of_another_request_is_not_found(as_coordinator: PageClient, time: Time) -> None:
    proposal = declined(DeclineReason.NOT_MY_FIELD, time)
    block = db.session.scalars(select(RequestBlock)).one()
    other = factories.help_request()
    path = f"/vorschlaege/{other.id}/sperre/{block.id}/aufheben"
    page = as_coordinator.get("pilots.detail", pilot_id=proposal.pilot_id)
    token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
    as_coordinator.post_path(path, {"csrf_token": token}, status=404)


@pytest.mark.parametrize("who", ["own", "office"])
def test_the_day_before_which_nobody_asks_is_shown_and_can_be_changed(
    browser: Browser, coordinator: User, time: Time, who: str
) -> None:
    pilot = factories.pilot(not_before=TODAY + timedelta(days=28))
    page = (
        browser(pilot.user).get("pilots.profile")
        if who == "own"
        else browser(coordinator).get("pilots.detail", pilot_id=pilot.id)
    )
    assert "Dienstag, 22. Dezember 2026" in page.text
    form = page.click("Erst später wieder fragen")
    form.submit("Eintragen", **{"day-tag": "", "day-monat": "", "day-jahr": ""})
    db.session.expire_all()
    assert db.session.get_one(Pilot, pilot.id).not_before is None
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "pilot.not_before_changed")).one()
    assert event.on_behalf_of == (None if who == "own" else pilot.user_id)


def test_whoever_was_not_asked_for_60_days_stands_on_the_start_page_and_in_the_list(
    browser: Browser, coordinator: User, time: Time
) -> None:
    factories.pilot(name="Anna Lang", awarded_on=TODAY - timedelta(days=61))
    factories.pilot(name="Berta Neu", awarded_on=TODAY - timedelta(days=59))
    page = browser(coordinator).get("home.start")
    listed = page.click("Eine Person wurde seit 60 Tagen nicht gefragt")
    assert "Anna Lang" in listed.text and "Berta Neu" not in listed.text


def test_a_pilot_sees_what_counts_about_her(browser: Browser, time: Time) -> None:
    pilot = factories.pilot(last_asked_at=time.at, capacity=3, asks_per_month=4)
    case = factories.engagement(of=factories.proposal(ProposalState.CONFIRMED, pilot=pilot))
    from lotsen.engagements.models import HoursEntry

    with factories.base.writing():
        factories.base.add(HoursEntry(engagement_id=case.id, on=TODAY, minutes=90, created_at=time.at))
    text = browser(pilot.user).get("pilots.profile").text
    for words in ("0 von höchstens 4", "24. November 2026", "1, höchstens 3", "1,5"):
        assert words in text
    assert "Das sehen nur Sie und die Koordination." in text


def test_a_profile_is_public_only_with_consent_and_only_as_long_as_it_lasts(
    browser: Browser, as_visitor: PageClient, time: Time
) -> None:
    pilot = factories.pilot(name="Lore Lotsin", phone="05721 999", email="lore@example.org")
    factories.pilot(name="Heimlich Still")
    assert "Hier zeigt sich gerade niemand." in as_visitor.get("pilots.public_list").text
    as_visitor.get("pilots.public_profile", pilot_id=pilot.id, status=404)
    own = browser(pilot.user).get("pilots.own_public")
    given = own.submit("Einverstanden, öffentlich zeigen")
    listed = as_visitor.get("pilots.public_list")
    assert "Lore" in listed.text and "Lotsin 0" not in listed.text and "Heimlich" not in listed.text
    shown = as_visitor.get("pilots.public_profile", pilot_id=pilot.id)
    assert shown.h1 == "Lore"
    assert not {"05721 999", "lore@example.org", "31655"} & set(shown.html.split('"'))
    assert "05721 999" not in shown.html and "lore@example.org" not in shown.html
    given.submit("Nicht mehr zeigen")
    as_visitor.get("pilots.public_profile", pilot_id=pilot.id, status=404)


@pytest.mark.parametrize("state", [State.PAUSED, State.SUSPENDED, State.ENDED])
def test_who_rests_or_is_gone_is_not_shown_in_public(
    browser: Browser, as_visitor: PageClient, time: Time, state: State
) -> None:
    pilot = factories.pilot()
    browser(pilot.user).get("pilots.own_public").submit("Einverstanden, öffentlich zeigen")
    with factories.base.writing():
        db.session.get_one(Pilot, pilot.id).state = state
    as_visitor.get("pilots.public_profile", pilot_id=pilot.id, status=404)
    assert queries.find_in_public(pilot.id) is None


def test_vendor_ties_stand_where_the_coordinator_chooses(as_coordinator: PageClient, time: Time) -> None:
    request = factories.help_request()
    factories.pilot(vendor_ties="Ich verkaufe Kassen von Muster.")
    from lotsen.proposals import sweep

    sweep.index.forget()
    sweep.run(at=time.at)
    assert "Ich verkaufe Kassen von Muster." in as_coordinator.get("proposals.candidates", request_id=request.id).text


def test_orders_in_the_own_case_are_counted_for_the_administrator(
    app: Flask, browser: Callable[..., PageClient], time: Time
) -> None:
    boss = factories.user(Role.COORDINATOR, Role.PILOT)
    request = factories.help_request()
    own = factories.proposal(of=request, pilot=factories.pilot(user=boss))
    with transaction():
        asking.approve_ladder(request, [own], by=boss, at=time.at, own_case_reason="Niemand sonst ist da.")
    text = browser(factories.administrator()).get("admin.health_page").text
    assert "Eigene Fälle selbst entschieden, in zwölf Monaten 1" in text


def test_a_contact_person_is_never_suggested_to_the_own_organisation(app: Flask, time: Time) -> None:
    from lotsen.proposals import sweep

    person = factories.user(Role.PILOT, Role.MEMBER)
    pilot = factories.pilot(user=person)
    request = factories.help_request(by=factories.member(person=person))
    sweep.index.forget()
    sweep.run(at=time.at)
    assert db.session.scalars(select(Proposal).where(Proposal.help_request_id == request.id)).all() == []
    with transaction():
        service.change(db.session.get_one(Pilot, pilot.id), {"headline": "Anders"}, version=1, by=person, at=time.at)
    sweep.run(at=time.at)
    assert db.session.scalars(select(Proposal).where(Proposal.help_request_id == request.id)).all() == []
