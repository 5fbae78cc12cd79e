"""What the page showed and what stands are two things: somebody else, or the same finger, may have been faster."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements import service
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as CaseState
from lotsen.engagements.views import case as view
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.proposals.rules import DeclineReason, State
from tests import factories
from tests.conftest import Time
from tests.page import PageClient

from .scene import case_in, link_of

DAY = {"until-tag": "1", "until-monat": "2", "until-jahr": "2027"}
NOTHING_DONE = "Das steht schon da, oder es geht nicht mehr. Bitte lesen Sie, was jetzt gilt."


def asked(time: Time) -> tuple[Any, str]:
    """A pilot who is asked, and the link of the mail."""
    proposal = factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))
    with transaction():
        raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=time.at, user_id=proposal.pilot.user_id)
    return proposal, raw


def test_not_now_from_a_page_opened_before_the_yes_takes_the_yes_back(
    app: Flask, time: Time, as_visitor: PageClient
) -> None:
    proposal, raw = asked(time)
    before = as_visitor.get("engagements.answer", token=raw)
    assert before.submit("Antwort senden", choice="yes").h1 == "Danke für Ihr Ja!"
    page = before.submit("Antwort senden", choice="later", **DAY)
    assert "Wir fragen Sie erst wieder ab Montag, 1. Februar 2027." in page.text
    db.session.rollback()
    assert (proposal.state, proposal.answer_reason) == (State.DECLINED, DeclineReason.LATER.value)


@pytest.mark.parametrize("typed", [{"choice": "later"}, {"choice": "no"}, {"choice": "question", "text": "x" * 9999}])
def test_an_answer_that_lacks_something_after_the_yes_leaves_the_yes(
    app: Flask, time: Time, as_visitor: PageClient, typed: dict[str, str]
) -> None:
    proposal, raw = asked(time)
    before = as_visitor.get("engagements.answer", token=raw)
    before.submit("Antwort senden", choice="yes")
    page = before.submit("Antwort senden", **typed)
    assert page.h1 == "Danke für Ihr Ja!" and NOTHING_DONE in page.text
    db.session.rollback()
    assert proposal.state is State.ACCEPTED


@pytest.fixture
def faster(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Something is done elsewhere, once, between the look at the case and the press."""

    def arrange(press: Callable[[], Any]) -> None:
        real = view.forms_for

        def elsewhere() -> None:
            with app.app_context():
                with transaction():
                    press()
                db.session.remove()

        def look_and_press(*arguments: Any) -> Any:
            monkeypatch.setattr(view, "forms_for", real)
            found = real(*arguments)
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join(60)
            return found

        monkeypatch.setattr(view, "forms_for", look_and_press)

    return arrange


def test_it_hangs_said_twice_at_once_is_noted_once(
    app: Flask, time: Time, as_visitor: PageClient, faster: Callable[..., None]
) -> None:
    case = case_in()
    page, case_id, at = (
        as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at)),
        case.id,
        time.at,
    )

    def press() -> None:
        row = db.session.get_one(Engagement, case_id)
        service.needs_office(row, Side.PILOT, "stuck", by=SYSTEM, at=at)

    faster(press)
    for _ in range(2):  # faster than the press, then long before it
        assert NOTHING_DONE in page.submit("Es hakt, bitte helfen Sie uns").text
    noted = select(func.count()).where(AuditEvent.action == "engagement.stuck")
    assert db.session.scalar(noted) == 1


def test_a_second_click_on_the_pilots_yes_is_not_the_yes_of_the_organisation(
    app: Flask, time: Time, as_coordinator: PageClient
) -> None:
    proposal, _raw = asked(time)
    lists = as_coordinator.get("proposals.candidates", request_id=proposal.help_request_id)
    page = as_coordinator.get("engagements.record_answer", proposal_id=proposal.id)
    for _ in range(2):
        page.submit("Antwort eintragen", choice="yes")
        lists.submit(f"Hat Ja gesagt – {proposal.pilot.user.name}")
        db.session.rollback()
        assert proposal.state is State.ACCEPTED
    assert not db.session.scalar(select(func.count()).select_from(Engagement))
    lists = as_coordinator.get("proposals.candidates", request_id=proposal.help_request_id)
    lists.submit(f"Die Organisation hat Ja gesagt – {proposal.help_request.contact_name}")
    assert db.session.scalar(select(func.count()).select_from(Engagement)) == 1


def test_the_yes_of_the_organisation_is_not_a_yes_of_the_pilot_who_took_theirs_back(
    app: Flask, time: Time, as_coordinator: PageClient, as_visitor: PageClient
) -> None:
    proposal, raw = asked(time)
    as_visitor.get("engagements.answer", token=raw).submit("Antwort senden", choice="yes")
    page = as_coordinator.get("engagements.record_answer", proposal_id=proposal.id)
    as_visitor.get("engagements.answer", token=raw).submit("Ja zurücknehmen", reason=DeclineReason.NO_TIME.value)
    assert "Hier ist keine Antwort mehr einzutragen" in page.submit("Antwort eintragen", choice="yes").text
    db.session.rollback()
    assert proposal.state is State.DECLINED


def test_the_same_end_twice_is_written_down_once(app: Flask, time: Time) -> None:
    case, end = factories.engagement(CaseState.RUNNING), time.at.date() + timedelta(days=40)
    for day, rows in ((end, 1), (end, 1), (end + timedelta(days=1), 2)):
        with transaction():
            service.extend(db.session.get_one(Engagement, case.id), day, by=SYSTEM, at=time.at)
        told = select(func.count()).where(AuditEvent.action == "engagement.extended")
        assert db.session.scalar(told) == rows


def test_the_same_rest_twice_is_written_down_once(app: Flask, time: Time) -> None:
    row, day = factories.help_request(), time.at.date() + timedelta(days=40)
    for until, rows in ((day, 0), (day, 0), (day + timedelta(days=7), 1)):
        with transaction():
            help_requests.hold(db.session.get_one(HelpRequest, row.id), until, by=SYSTEM, at=time.at)
        told = select(func.count()).where(AuditEvent.action == "help_request.held_again")
        assert db.session.scalar(told) == rows
