"""The ceremony: a day beside the award, entered, changed and taken out; nothing waits for it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.clock import local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.pilots import service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.pilots.service import timeouts
from tests import factories
from tests.conftest import Time
from tests.features.pilots.test_award import CONDITIONS, again, award_page
from tests.page import PageClient

DAY = {"ceremony_on-tag": "15", "ceremony_on-monat": "1", "ceremony_on-jahr": "2027"}


def test_it_is_entered_with_the_award_and_work_begins_before_it(
    as_coordinator: PageClient, browser: Callable[..., PageClient], mails: Callable[..., list], time: Time
) -> None:
    pilot = factories.pilot(State.INTERVIEW)
    award_page(as_coordinator, pilot.id).submit("Titel verleihen", **CONDITIONS, **DAY)
    pilot = again(pilot)
    assert (pilot.ceremony_on, pilot.awarded_on) == (date(2027, 1, 15), local_date(time.at))
    assert pilot.state is State.AWARDED
    assert "Tag der Feier Freitag, 15. Januar 2027" in as_coordinator.get("pilots.detail", pilot_id=pilot.id).text
    assert "Titel am Freitag, 15. Januar 2027" in browser(pilot.user).get("pilots.profile").text
    assert "Titel am Freitag, 15. Januar 2027" in " ".join(mails("pilots.awarded")[0].text.split())


def test_it_is_kept_with_the_conditions_before_the_award(as_coordinator: PageClient, time: Time) -> None:
    pilot = factories.pilot(State.INTERVIEW)
    award_page(as_coordinator, pilot.id).submit("Nur speichern", **DAY)
    assert (again(pilot).ceremony_on, again(pilot).state) == (date(2027, 1, 15), State.INTERVIEW)


def test_it_is_changed_and_taken_out_later_and_the_log_says_so(as_coordinator: PageClient, time: Time) -> None:
    pilot = factories.pilot()
    page = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="feier")
    wrong = page.submit("Eintragen", **{**DAY, "ceremony_on-jahr": "2072"})
    assert wrong.errors == ["Dieser Tag liegt Jahre entfernt. Bitte prüfen Sie das Jahr."]
    for year in ("2027", "2027", "2026"):  # the same day twice is one change
        page.submit("Eintragen", **{**DAY, "ceremony_on-jahr": year})
    assert again(pilot).ceremony_on == date(2026, 1, 15)
    page = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="feier")
    after = page.submit("Eintragen", **dict.fromkeys(DAY, ""))
    assert again(pilot).ceremony_on is None and "Tag der Feier eingetragen" in after.text
    entered = select(func.count()).where(AuditEvent.action == "pilot.ceremony", AuditEvent.entity_id == pilot.id)
    assert db.session.scalar(entered) == 3


def test_a_day_that_is_over_stands_in_no_mail(
    coordinator: User, run: Callable[..., object], mails: Callable[..., list], time: Time
) -> None:
    pilot, today = factories.pilot(State.INTERVIEW), local_date(time.at)
    values = {"talk_held_on": today, "duties_signed_on": today, "cover_explained": True}
    run(service.record_conditions, pilot, **values, by=coordinator, at=time.at)
    run(service.set_ceremony, pilot, today - timedelta(days=3), by=coordinator, at=time.at)
    run(service.award, pilot, by=coordinator, at=time.at)
    assert "Feierlich" not in mails("pilots.awarded")[0].text
    with pytest.raises(InvalidInput):
        run(service.set_ceremony, pilot, date(2072, 1, 1), by=coordinator, at=time.at)


def test_the_list_of_ceremonies_has_who_waits_for_one_the_nearest_first(as_coordinator: PageClient, time: Time) -> None:
    today = local_date(time.at)
    factories.pilot(name="Ohne Tag", awarded_on=today - timedelta(days=365))
    factories.pilot(name="Vor Jahren", awarded_on=today - timedelta(days=366))
    factories.pilot(name="Bald Dran", ceremony_on=today)
    factories.pilot(State.PAUSED, name="Ganz Spaet", ceremony_on=today + timedelta(days=90))
    factories.pilot(name="Schon Gefeiert", ceremony_on=today - timedelta(days=1))
    factories.pilot(State.INTERVIEW, name="Noch Nicht")
    assert as_coordinator.get("pilots.overview").links("Feier steht noch aus")
    page = as_coordinator.get("pilots.overview", feier=1)
    names = [row.get_text() for row in page.soup.select("th[scope=row]")]
    assert names == ["Bald Dran", "Ganz Spaet", "Ohne Tag"]
    assert "noch keiner" in page.text


def test_it_goes_with_what_speaks_of_the_person_and_does_not_count_for_a_new_talk(
    coordinator: User, run: Callable[..., object], time: Time
) -> None:
    gone, back = (factories.pilot(State.ENDED, ceremony_on=date(2027, 1, 15)) for _ in range(2))
    run(timeouts.anonymise, gone, by=coordinator, at=time.at)
    run(service.arrange_talk, back, None, by=coordinator, at=time.at)
    assert again(gone).ceremony_on is None and again(back).ceremony_on is None
    assert db.session.scalar(select(func.count()).select_from(Pilot)) == 2
