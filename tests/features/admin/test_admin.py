"""The admin area: settings, deadlines, quiet periods, people, log, health."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lotsen.accounts.models import User, UserSession
from lotsen.admin.queries.deadlines import LIFECYCLES, STEPS, all_deadlines
from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM, Role
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Lease
from lotsen.municipality import service as municipality
from lotsen.municipality.models import QuietPeriod
from lotsen.municipality.queries import deadline, quiet_periods, town
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import service as pilots
from tests import factories

PATHS = [
    "",
    "/kommune",
    "/ablauf",
    "/texte",
    "/fristen",
    "/ruhezeiten",
    "/personen",
    "/personen/neu",
    "/protokoll",
    "/zustand",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_administrator_sees_every_page(as_administrator, path):
    as_administrator.get_path(f"/verwaltung{path}")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_does(as_coordinator, as_visitor, path):
    as_coordinator.get_path(f"/verwaltung{path}", status=403)


def test_a_setting_is_kept_and_logged(as_administrator):
    page = as_administrator.get_path("/verwaltung/kommune").submit("Speichern", name="Rinteln", land="HB")
    assert "Gespeichert." in page.html
    assert (town().name, town().land) == ("Rinteln", "HB")
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "setting.changed")).all()) == 2


def test_two_administrators_at_once_get_told(as_administrator, at):
    page = as_administrator.get_path("/verwaltung/kommune")
    with transaction():
        municipality.change("phone", "05721 1", by=factories_actor(), at=at)
    told = page.submit("Speichern", name="Rinteln", status=409)
    assert "Einstellung geändert" in told.text
    assert town().name == "Stadthagen"


def factories_actor():
    from lotsen.core.access import SYSTEM

    return SYSTEM


def test_a_wrong_colour_says_what_to_do_and_keeps_what_was_typed(as_administrator):
    page = as_administrator.get_path("/verwaltung/kommune").submit("Speichern", colour="blau", name="Rinteln")
    assert page.errors == ["Geben Sie die Farbe so ein: #1a5fb4."]
    assert page.soup.find(id="name")["value"] == "Rinteln"
    assert town().name == "Stadthagen"


def test_every_step_has_words():
    nameless = set()
    for rules in LIFECYCLES.values():
        for steps in rules.TIMEOUTS.values():
            for step in steps:
                if step.after and step.name not in STEPS:
                    nameless.add(step.name)
    assert not nameless


def test_a_deadline_is_changed_and_counts(as_administrator):
    page = as_administrator.get_path("/verwaltung/fristen")
    page.submit("Speichern", **{"proposal.asked.remind": "4"})
    assert deadline("proposal.asked.remind", 3) == 4
    assert town().deadlines == {"proposal.asked.remind": 4}


@pytest.mark.parametrize("typed", ["", "null", "0", "-3", "9999", "3,5", "²"])
def test_a_deadline_that_is_no_number_changes_nothing(as_administrator, typed):
    page = as_administrator.get_path("/verwaltung/fristen")
    told = page.submit("Speichern", status=400, **{"proposal.asked.remind": typed, "proposal.asked.expire": "7"})
    assert "Geben Sie eine Zahl von 1 bis 730 ein." in told.text
    assert told.soup.find(id="proposal.asked.expire")["value"] == "7"
    assert town().deadlines == {}


def test_deadlines_are_unique_and_worded(app):
    with app.test_request_context():
        rows = all_deadlines()
        assert len({row.key for row in rows}) == len(rows) > 20
        assert all(row.label and row.default > 0 for row in rows)


def test_missing_quiet_periods_are_told_and_entered_with_one_button(as_administrator):
    page = as_administrator.get_path("/verwaltung/ruhezeiten")
    assert "2026, 2027" in page.text
    assert "Ruhezeiten Es fehlt: 2026, 2027" in as_administrator.get("admin.health_page").text
    page = page.submit("Übliche Ruhezeiten eintragen")
    assert "Ruhezeiten eingetragen" in as_administrator.get("admin.health_page").text
    assert "Es fehlen Ruhezeiten" not in page.text
    page.submit("Entfernen – Jahreswechsel")
    assert len(db.session.scalars(select(QuietPeriod)).all()) == 3


def test_a_summer_whose_holidays_nobody_knows_yet_is_missing_until_it_is_entered(as_administrator, coordinator, time):
    time.set(datetime(2034, 2, 1, 9, 0, tzinfo=UTC))
    page = as_administrator.get_path("/verwaltung/ruhezeiten").submit("Übliche Ruhezeiten eintragen")
    assert "Für 2034, 2035 fehlen sie, ganz oder im Sommer." in page.text
    with transaction():
        for year in (2034, 2035):
            municipality.add_quiet_period("Ferien", date(year, 7, 1), date(year, 7, 21), by=coordinator, at=time.at)
    assert "Es fehlen Ruhezeiten" not in as_administrator.get_path("/verwaltung/ruhezeiten").text


def test_the_usual_quiet_periods_follow_the_land_and_the_towns_own_stay(app, coordinator, time):
    with transaction():
        municipality.ensure_quiet_periods("NI", range(2026, 2028), by=coordinator, at=time.at)
        municipality.add_quiet_period("Umzug", date(2027, 3, 1), date(2027, 3, 5), by=coordinator, at=time.at)
        municipality.change("land", "BY", by=coordinator, at=time.at)
    found = [(row.name, row.first_day, row.last_day) for row in quiet_periods()]
    assert found == [
        ("Sommerferien", date(2026, 7, 2), date(2026, 7, 22)),  # Lower Saxony's, and past
        ("Jahreswechsel", date(2026, 12, 23), date(2027, 1, 6)),
        ("Umzug", date(2027, 3, 1), date(2027, 3, 5)),
        ("Sommerferien", date(2027, 8, 2), date(2027, 8, 22)),  # Bavaria's
        ("Jahreswechsel", date(2027, 12, 23), date(2028, 1, 6)),
    ]


def test_a_usual_quiet_period_that_the_town_removed_stays_away_when_the_land_changes(app, coordinator, time):
    with transaction():
        municipality.ensure_quiet_periods("NI", range(2026, 2029), by=coordinator, at=time.at)
    with transaction():
        for row in [row for row in quiet_periods() if row.name == "Sommerferien" and row.first_day.year != 2028]:
            municipality.remove_quiet_period(row, by=coordinator, at=time.at)
    with transaction():
        municipality.change("land", "BY", by=coordinator, at=time.at)
    summers = [(row.first_day.year, row.first_day) for row in quiet_periods() if row.name == "Sommerferien"]
    assert [year for year, _ in summers] == [2028]


def test_a_quiet_period_ends_after_it_begins(as_administrator):
    day = {"first_day-tag": "5", "first_day-monat": "3", "first_day-jahr": "2027"}
    last = {"last_day-tag": "1", "last_day-monat": "3", "last_day-jahr": "2027"}
    page = as_administrator.get_path("/verwaltung/ruhezeiten").submit("Eintragen", name="Umzug", **day, **last)
    assert page.errors == ["Der letzte Tag liegt vor dem ersten. Tauschen Sie die beiden."]


def test_a_quiet_period_entered_twice_reads_that_it_is_there_and_another_one_of_the_day_does_not(as_administrator):
    day = {"first_day-tag": "5", "first_day-monat": "3", "first_day-jahr": "2027"}
    last = {"last_day-tag": "9", "last_day-monat": "3", "last_day-jahr": "2027"}
    page = as_administrator.get_path("/verwaltung/ruhezeiten")
    for _press in range(2):
        assert "Die Ruhezeit ist eingetragen." in page.submit("Eintragen", name="Umzug", **day, **last).text
    assert len(db.session.scalars(select(QuietPeriod)).all()) == 1
    page = page.submit("Eintragen", name="Fest", **day, **last)
    assert page.errors == ["An diesem Tag beginnt schon eine Ruhezeit. Entfernen Sie sie zuerst."]


def test_a_role_is_given_logged_and_told(as_administrator):
    person = factories.user(name="Neu Kollegin", email="neu@example.org")
    page = as_administrator.get("admin.person", user_id=person.id)
    page.submit("Speichern", staff_roles=["coordinator"])
    assert db.session.get_one(User, person.id).roles == {Role.COORDINATOR}
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.role_changed"))
    assert "Koordination" in mail.text
    page.submit("Speichern", staff_roles=[], status=409)


def test_the_last_administrator_stays(browser):
    one = factories.administrator()
    client = browser(one)
    page = client.get("admin.person", user_id=one.id).submit("Speichern", staff_roles=None)
    assert page.errors == ["Die eigene Rolle „Verwaltung“ kann Ihnen nur jemand anderes nehmen."]
    page = client.get("admin.person", user_id=one.id).submit("Konto ausschalten")
    assert "Am eigenen Konto kann das nur jemand anderes tun." in page.html


def test_a_switched_off_account_is_logged_out_at_once(as_administrator, browser):
    person = factories.user()
    theirs = browser(person)
    as_administrator.get("admin.person", user_id=person.id).submit("Konto ausschalten")
    assert not db.session.scalars(select(UserSession).where(UserSession.user_id == person.id)).all()
    assert theirs.get("accounts.own").h1 == "Anmelden"


def test_a_colleague_is_invited_by_mail(as_administrator):
    page = as_administrator.get("admin.invite")
    for _ in range(2):  # pressed twice: one account, one mail
        sent = page.submit("Konto anlegen", name="Nora Neu", email="nora@example.org", staff_role="coordinator")
        assert "Der Link für das Passwort ist unterwegs" in sent.text
    assert len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "accounts.invited")).all()) == 1
    assert db.session.scalar(select(User).where(User.email == "nora@example.org")).roles == {Role.COORDINATOR}
    again = as_administrator.get("admin.invite").submit(
        "Konto anlegen", name="Nora Anders", email="nora@example.org", staff_role="coordinator"
    )
    assert again.errors == ["Zu dieser Adresse gibt es schon eine Person. Geben Sie ihr dort die Rolle."]


def test_people_and_log_are_found(as_administrator, statements):
    for n in range(25):
        factories.user(name=f"Toni Beispiel {n}", email=f"toni{n}@example.org")
    statements.clear()
    page = as_administrator.get("admin.people", suche="toni beispiel")
    assert len(page.soup.select("tbody tr")) == 20
    assert len(statements) <= 8
    assert "Niemand gefunden" in as_administrator.get("admin.people", suche="100%").text
    as_administrator.get_path("/verwaltung/kommune").submit("Speichern", name="Rinteln")
    log = as_administrator.get("admin.log", person="Adam", art="setting", von="2026-11-24", bis="2026-11-24")
    assert "Einstellung geändert" in log.text
    assert "Kein Eintrag gefunden" in as_administrator.get("admin.log", bis="2026-11-23").text
    assert "nicht lesbar" in as_administrator.get("admin.log", von="gestern").text


@pytest.mark.parametrize(("language", "nameless"), [("de", "(Eintrag)"), ("en", "(entry)")])
def test_every_action_in_the_filter_of_the_log_says_what_it_is_about(as_administrator, language, nameless):
    as_administrator.client.set_cookie("lotsen_language", language)
    names = [option.text for option in as_administrator.get("admin.log").soup.find(id="was").find_all("option")]
    assert len(names) > 100 and not [name for name in names if nameless in name.lower() or nameless in name]


def test_nobody_is_offered_as_her_own_deputy(as_administrator, coordinator):
    page = as_administrator.get("admin.settings", group="ablauf")
    assert [option.text for option in page.soup.find(id="deputy").find_all("option")] == ["niemand"]
    assert "Dafür braucht es eine zweite Person in der Koordination." in page.text
    factories.coordinator(name="Vera Vertretung")
    page = as_administrator.get("admin.settings", group="ablauf")
    assert coordinator.name in page.soup.find(id="deputy").text and "Vera Vertretung" in page.text


def test_a_deadline_says_where_it_stands_what_happens_and_from_when_it_counts(as_administrator):
    page = as_administrator.get_path("/verwaltung/fristen")
    for name, stage, step, unit in (
        ("proposal.asked.remind", "wird gefragt", "die gefragte Person erinnern", "Arbeitstage vom Beginn an"),
        ("proposal.asked.expire", "wird gefragt", "die nächste Person fragen", "Arbeitstage nach dem Schritt davor"),
        ("pilot.draft.remind", "Bewerbung angefangen, E-Mail bestätigt", "erinnern", "Tage vom Beginn an"),
    ):
        field = page.soup.find(id=name).find_parent("fieldset")
        assert field.find("legend").text.strip() == stage
        assert page.soup.find("label", attrs={"for": name}).text == step
        assert page.soup.find(id=f"{name}-hint").text.startswith(unit)


def test_all_deadlines_lie_open(as_administrator):
    page = as_administrator.get_path("/verwaltung/fristen")
    assert not page.soup.find("main").find("details")
    assert [head.text for head in page.soup.find("main").find_all("h2")] == [
        "Anfrage",
        "Begleitung",
        "Lotsin oder Lotse",
        "Vorschlag",
    ]


def test_without_a_backup_nothing_is_called_in_order(as_administrator, at):
    with transaction():
        db.session.add(Lease(name="scheduler", holder="test", until=real_now() + timedelta(minutes=5)))
    page = as_administrator.get("admin.health_page")
    assert "Es fehlt eine neue Sicherung" in page.text and "noch keine" in page.text
    with transaction():
        db.session.add(JobRun(name="backup", started_at=real_now(), finished_at=real_now(), runs=1))
    assert "Es fehlt eine neue Sicherung" not in as_administrator.get("admin.health_page").text


def test_english_pages_name_the_office_hours_in_english_or_not_at_all(as_visitor, at):
    as_visitor.client.set_cookie("lotsen_language", "en")
    for path in ("/", "/impressum"):
        page = as_visitor.get_path(path)
        assert "9 bis 12 Uhr" not in page.text and "Office hours" not in page.text
    with transaction():
        municipality.change("office_hours_en", "Tuesday, 9 am to 12 noon", by=SYSTEM, at=at)
    for path in ("/", "/impressum"):
        assert "Tuesday, 9 am to 12 noon" in as_visitor.get_path(path).text
    as_visitor.client.set_cookie("lotsen_language", "de")
    assert "Dienstag und Donnerstag, 9 bis 12 Uhr" in as_visitor.get_path("/").text


def test_the_town_says_how_often_a_new_applicant_may_be_asked(as_administrator, time):
    as_administrator.get("admin.settings", group="ablauf").submit("Speichern", asks_a_month="2")
    with transaction():
        person = factories.user(name="Ida Neu")
        pilot = pilots.apply(person, "Ich kann Tabellen.", by=person, at=time.at)
    assert pilot.asks_per_month == 2
