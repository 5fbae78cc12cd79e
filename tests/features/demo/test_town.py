"""The demo town: loaded once for all tests of this file, everything in it true to life."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from lotsen import MENU, create_app
from lotsen.accounts.models import User
from lotsen.accounts.service.production import refusals
from lotsen.cli import main
from lotsen.cli.serving import DEMO_LOGINS, DEMO_PASSWORD
from lotsen.core import clock
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Kind
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.home import queries as home
from lotsen.municipality.queries import quiet_periods, town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import sweep
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from lotsen.scheduler import walk
from tests.conftest import TUESDAY
from tests.demo_town import folder as town_folder
from tests.demo_town import opened
from tests.page import PageClient

EMAILS = [email for email, _ in DEMO_LOGINS]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the loaded town."""
    return town_folder(tmp_path_factory)


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> Path:
    """A copy for this test."""
    shutil.copy(loaded / "demo.sqlite", tmp_path / "demo.sqlite")
    return tmp_path


@pytest.fixture
def demo_town(folder: Path) -> Iterator[Flask]:
    """The app on the loaded town; time stands at the moment of loading."""
    app = opened(folder)
    sweep.index.forget()
    with app.app_context():
        clock._frozen.set(TUESDAY)
        yield app
        clock._frozen.set(None)
        db.session.remove()
        db.engine.dispose()
    sweep.index.forget()


def log_in(app: Flask, email: str) -> PageClient:
    """Log in the way a person does."""
    client = PageClient(app.test_client())
    page = client.get_path("/anmelden").submit("Anmelden", email=email, password=DEMO_PASSWORD)
    assert page.path == "/start"
    return client


def states(model: type[Any]) -> dict[object, int]:
    return {
        state: number for state, number in db.session.execute(select(model.state, func.count()).group_by(model.state))
    }


def test_sixty_pilots_and_ninety_requests_are_there_and_some_more(demo_town: Flask) -> None:
    imported = func.count().filter(User.email.like("a-l%@import.example"))
    assert db.session.scalar(select(imported).select_from(Pilot).join(User).where(Pilot.state == "awarded")) == 60
    shipped = HelpRequest.contact_email.like("a-r%@import.example")
    assert db.session.scalar(select(func.count()).select_from(HelpRequest).where(shipped)) == 90
    assert db.session.scalar(select(func.count()).select_from(HelpRequest)) == 96


def test_applications_and_pilots_stand_in_every_state_a_page_shows(demo_town: Flask) -> None:
    wanted = set(PilotState) - {PilotState.SUSPENDED, PilotState.REJECTED}
    assert wanted <= set(states(Pilot))


def test_requests_stand_in_every_state_a_page_shows(demo_town: Flask) -> None:
    wanted = set(RequestState) - {RequestState.MERGED, RequestState.SPLIT, RequestState.PUT_ASIDE}
    assert wanted <= set(states(HelpRequest))


def test_engagements_are_agreed_met_running_closing_done_and_one_broke_off(demo_town: Flask) -> None:
    assert set(EngagementState) - {EngagementState.PAUSED} <= set(states(Engagement))


def test_pilots_said_yes_no_and_nothing(demo_town: Flask) -> None:
    wanted = {ProposalState.ASKED, ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.EXPIRED}
    assert wanted <= set(states(Proposal))


def test_some_were_asked_whether_it_lasts_and_answered(demo_town: Flask) -> None:
    rows = db.session.scalars(select(FollowUp.answer).where(FollowUp.kind == Kind.STILL_IN_USE)).all()
    assert "yes" in rows
    assert "" in rows


def test_the_office_finds_about_eleven_cases(demo_town: Flask) -> None:
    with demo_town.test_request_context():
        assert 9 <= len(home.office_tasks(TUESDAY)) <= 13


def test_every_mail_was_written_and_one_person_is_called(demo_town: Flask, loaded: Path) -> None:
    found = states(OutboxMessage)
    assert found.get(MailState.FAILED, 0) == 0
    assert found[MailState.CALL] == 1
    assert len(list((loaded / "mail").glob("*.eml"))) == found[MailState.SENT]


def test_the_settings_are_filled_in_and_three_years_have_quiet_periods(demo_town: Flask) -> None:
    assert town().impressum
    assert town().dpo_contact
    years = {period.first_day.year for period in quiet_periods()}
    assert {TUESDAY.year, TUESDAY.year + 1, TUESDAY.year + 2} <= years


@pytest.mark.parametrize("email", EMAILS)
def test_every_demo_log_in_works_and_all_pages_of_its_menu_answer(demo_town: Flask, email: str) -> None:
    browser = log_in(demo_town, email)
    person = db.session.scalars(select(User).where(User.email == email)).one()
    assert person.is_demo
    mine = [item for item in MENU if not item.roles or person.roles.intersection(item.roles)]
    assert len(mine) >= 2
    for item in mine:
        assert browser.get(item.endpoint).h1


def test_the_pilot_finds_an_ask_and_running_cases(demo_town: Flask) -> None:
    page = log_in(demo_town, "lotsin@stadthagen.example").get_path("/start")
    assert "Können Sie helfen?" in page.text
    assert "Läuft bis" in page.text


def test_the_member_finds_a_yes_that_waits_and_a_question(demo_town: Flask) -> None:
    page = log_in(demo_town, "verein@stadthagen.example").get_path("/start")
    assert "möchte Ihnen helfen" in page.text
    assert "Wir haben eine Frage an Sie" in page.text
    assert "Nutzen Sie es noch?" in page.text


def test_production_refuses_to_start_with_demo_accounts(folder: Path) -> None:
    app = create_app(
        mode="production",
        instance=str(folder),
        database_url=f"sqlite:///{folder / 'demo.sqlite'}",
        url="https://lotsen.stadthagen.example",
        mail_url="smtp://mail.stadthagen.example:25",
        secret="x" * 40,
    )
    with app.app_context():
        assert [text for text in refusals() if "4 demo accounts" in text]
        db.session.remove()
        db.engine.dispose()


def test_eight_days_pass_without_a_failure_and_leave_nothing_due(demo_town: Flask) -> None:
    clock._frozen.set(None)
    until = max(TUESDAY, clock.real_now()) + timedelta(days=8)
    done = walk(demo_town, until)
    assert done.failed == {}
    assert left_over(until) == []


def left_over(at: datetime) -> list[str]:
    """Rows whose machine's step is due and was not done."""
    waits_for_a_person = ("ask_result", "no_date", "call", "decide")
    found = []
    for model in (Pilot, HelpRequest, Proposal, Engagement):
        rows = select(model.id, model.due_step).where(model.due_at <= at)
        found += [
            f"{model.entity} {i} {step}" for i, step in db.session.execute(rows) if step not in waits_for_a_person
        ]
    waiting = select(OutboxMessage.id).where(OutboxMessage.state == MailState.WAITING, OutboxMessage.due_at <= at)
    return found + [f"mail {i}" for i in db.session.scalars(waiting)]


def test_a_town_with_people_in_it_is_not_loaded_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSEN_MODE", "demo")
    monkeypatch.setenv("LOTSEN_INSTANCE", str(folder))
    monkeypatch.setenv("LOTSEN_DATABASE_URL", f"sqlite:///{folder / 'demo.sqlite'}")
    said = CliRunner().invoke(main, ["demo"])
    assert said.exit_code == 1
    assert "The database holds people already" in said.output
