"""The profile: in sections, by the pilot or on behalf, two people at once."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.skills.models import Area, Topic
from tests import factories
from tests.conftest import Time
from tests.features.pilots.conftest import again
from tests.page import PageClient


@pytest.fixture
def pilot(app: object, time: Time) -> Pilot:
    """An awarded pilot."""
    return factories.pilot(name="Lore Lotsin", own_words="Ich pflege Homepages mit WordPress.")


@pytest.fixture
def own(browser: Callable[..., PageClient], pilot: Pilot) -> PageClient:
    """The pilot's browser."""
    return browser(pilot.user)


def test_every_section_opens_and_saves_as_it_stands(own: PageClient, pilot: Pilot) -> None:
    before = again(pilot).version
    for section in ("ueber-mich", "einsatz", "zeiten", "kontakt"):
        page = own.get("pilots.own_section", section=section).submit("Speichern")
        assert page.h1 == "Mein Profil", section
    assert again(pilot).version == before


def test_a_number_that_was_never_given_is_not_offered_to_others(own: PageClient, pilot: Pilot) -> None:
    with transaction():
        db.session.get_one(Pilot, pilot.id).user.phone = ""
    assert "nicht angegeben" in own.get("pilots.profile").text
    page = own.get("pilots.own_section", section="kontakt")
    assert "Meine Telefonnummer weitergeben" not in page.text and "Meine E-Mail-Adresse weitergeben" in page.text
    assert page.submit("Speichern").h1 == "Mein Profil"


def test_what_the_matcher_sees_raises_the_revision(own: PageClient, pilot: Pilot) -> None:
    revision = again(pilot).revision
    own.get("pilots.own_section", section="ueber-mich").submit("Speichern", headline="Kassen für kleine Läden")
    assert again(pilot).revision == revision + 1
    own.get("pilots.own_section", section="kontakt").submit("Speichern", show_full_name="y")
    after = again(pilot)
    assert after.revision == revision + 1 and after.show_full_name and after.headline == "Kassen für kleine Läden"


def test_the_log_names_the_changed_fields_but_not_their_texts(own: PageClient, pilot: Pilot) -> None:
    own.get("pilots.own_section", section="ueber-mich").submit("Speichern", about="Ein ganz neuer Text über mich.")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "pilot.profile_changed")).one()
    assert event.details == {"fields": ["about"]} and event.on_behalf_of is None


def test_an_unknown_postcode_is_refused_and_the_typed_one_stays(own: PageClient, pilot: Pilot) -> None:
    page = own.get("pilots.own_section", section="einsatz").submit("Speichern", postcode="00000")
    assert page.errors == ["Die Postleitzahl 00000 kennen wir nicht. Bitte prüfen Sie sie."]
    assert page.soup.find("input", attrs={"name": "postcode"})["value"] == "00000"
    assert again(pilot).postcode == "31655"


def test_a_huge_text_names_its_length_and_the_limit(own: PageClient, pilot: Pilot) -> None:
    page = own.get("pilots.own_section", section="ueber-mich").submit("Speichern", about="viel " * 1000)
    assert page.errors == ["Ihr Text hat 4.999 Zeichen. Kürzen Sie ihn auf höchstens 2.000."]
    assert "viel viel" in page.soup.find("textarea").get_text()


def test_so_many_at_once_may_be_lowered_below_what_runs(own: PageClient, pilot: Pilot) -> None:
    factories.proposal(state=factories.requests.proposal_rules.State.ASKED, pilot=again(pilot))
    own.get("pilots.own_section", section="zeiten").submit("Speichern", capacity="0")
    after = again(pilot)
    assert (after.capacity, after.reserved, after.free_places) == (0, 1, 0)


def test_times_are_ticked_by_weekday_and_part_of_day(own: PageClient, pilot: Pilot) -> None:
    page = own.get("pilots.own_section", section="zeiten").submit("Speichern", slots=["tue-evening", "sat-morning"])
    assert again(pilot).slots == ["tue-evening", "sat-morning"]
    assert "Dienstag abends; Samstag vormittags" in page.text


def test_two_people_edit_at_once_the_second_keeps_the_typed_text_and_decides(
    own: PageClient, as_coordinator: PageClient, pilot: Pilot
) -> None:
    mine = own.get("pilots.own_section", section="ueber-mich")
    as_coordinator.get("pilots.section", pilot_id=pilot.id, section="ueber-mich").submit("Speichern", headline="Anders")
    late = mine.submit("Speichern", headline="Mein Kurztitel", status=409)
    assert "Inzwischen hat jemand anderes" in late.text
    assert late.soup.find("input", attrs={"name": "headline"})["value"] == "Mein Kurztitel"
    assert again(pilot).headline == "Anders"
    late.submit("Speichern")
    assert again(pilot).headline == "Mein Kurztitel"


def test_a_pilot_who_presses_twice_reads_that_it_is_saved(own: PageClient, pilot: Pilot) -> None:
    page = own.get("pilots.own_section", section="zeiten")
    for _ in range(2):
        assert page.submit("Speichern", capacity="1").h1 == "Mein Profil"
    topics = own.get("pilots.own_topics")
    for _ in range(2):
        assert topics.submit("Speichern").h1 == "Mein Profil"


def test_a_coordinator_edits_on_behalf_and_the_log_says_so(as_coordinator: PageClient, pilot: Pilot) -> None:
    as_coordinator.get("pilots.section", pilot_id=pilot.id, section="zeiten").submit("Speichern", asks_per_month="1")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "pilot.profile_changed")).one()
    assert event.on_behalf_of == again(pilot).user_id


def test_topics_from_the_own_words_come_first_with_the_reason(own: PageClient, pilot: Pilot) -> None:
    page = own.get("pilots.own_topics")
    shown = page.soup.select("main form fieldset.field-group legend")
    website = db.session.scalars(select(Topic.label_de).where(Topic.slug == "website")).one()
    assert shown[0].get_text().strip() == website
    assert "Weil Sie schreiben:" in page.text and "wordpress" in page.text.casefold()
    assert len(page.soup.select("main form select")) == len(db.session.scalars(select(Topic.id)).all())


def test_suggested_topics_are_not_ticked_by_the_machine(
    browser: Callable[..., PageClient], app: object, time: Time
) -> None:
    new = factories.pilot(State.INTERVIEW, topics={}, own_words="Ich pflege Homepages mit WordPress.")
    page = browser(new.user).get("pilots.own_topics")
    assert not page.soup.select("main option[selected]:not([value=''])")
    page.submit("Speichern")
    assert again(new).topics == []


def test_levels_and_sub_areas_are_kept_and_can_be_taken_back(own: PageClient, pilot: Pilot) -> None:
    topic = db.session.scalars(select(Topic).where(Topic.slug == "it-security")).one()
    level, areas, area = f"level_{topic.id}", f"areas_{topic.id}", topic.areas[0].id
    own.get("pilots.own_topics").submit("Speichern", **{level: "3", areas: [str(area)]})
    kept = again(pilot)
    assert {row.topic.slug: row.level for row in kept.topics} == {"website": 3, "it-security": 3}
    assert [row.area_id for row in kept.areas] == [area]
    own.get("pilots.own_topics").submit("Speichern", **{level: "", areas: None})
    assert {row.topic.slug for row in again(pilot).topics} == {"website"} and again(pilot).areas == []


def test_a_sub_area_without_level_counts_as_done_oneself(own: PageClient, pilot: Pilot) -> None:
    area = db.session.scalars(select(Area).join(Topic).where(Topic.slug == "it-security")).first()
    assert area is not None
    own.get("pilots.own_topics").submit("Speichern", **{f"areas_{area.topic_id}": [str(area.id)]})
    assert {row.topic.slug: row.level for row in again(pilot).topics} == {"website": 3, "it-security": 2}


def test_the_preview_shows_the_first_name_and_no_contact(own: PageClient, pilot: Pilot) -> None:
    page = own.get("pilots.preview")
    assert "Lore" in page.text and "Lore Lotsin" not in page.text
    assert str(again(pilot).user.email) not in page.text
    assert again(pilot).headline in page.text and again(pilot).about not in page.text, "what the confirming page shows"
    own.get("pilots.own_section", section="kontakt").submit("Speichern", show_full_name="y")
    assert "Lore Lotsin" in own.get("pilots.preview").text


def test_an_organisation_is_excluded_by_name_and_the_page_does_not_say_whether_it_asked(
    own: PageClient, pilot: Pilot
) -> None:
    factories.organisation(name="TSV Musterdorf e. V.")
    known = own.get("pilots.own_exclusions").submit("Eintragen", name="TSV Musterdorf")
    other = own.get("pilots.own_exclusions").submit("Eintragen", name="Gibt es nicht")
    assert "Notiert. Dort schlagen wir Sie nicht vor." in known.text
    assert "Notiert. Dort schlagen wir Sie nicht vor." in other.text
    assert [row.organisation.name for row in again(pilot).exclusions] == ["TSV Musterdorf e. V."]


def test_a_named_organisation_that_comes_later_is_blocked_when_it_comes(
    own: PageClient, pilot: Pilot, days_pass: Callable[[float], object]
) -> None:
    own.get("pilots.own_exclusions").submit("Eintragen", name="Bäckerei Korn")
    factories.organisation(name="Bäckerei Korn")
    days_pass(1)
    assert [row.organisation.name for row in again(pilot).exclusions] == ["Bäckerei Korn"]
    own.get("pilots.own_exclusions").submit("Aufheben – Bäckerei Korn")
    days_pass(1)
    assert [row.lifted_at is None for row in again(pilot).exclusions] == [False]


@pytest.mark.parametrize("path", ["/lotsen", "/lotsen/1", "/lotsen/neu", "/lotsen/1/titel", "/lotsen/1/profil/themen"])
def test_a_pilot_may_not_open_the_coordinators_pages(own: PageClient, path: str) -> None:
    own.get_path(path, status=403)


@pytest.mark.parametrize("path", ["/profil", "/profil/themen", "/profil/pause", "/profil/vorschau"])
def test_a_coordinator_without_profile_has_no_profile_page(as_coordinator: PageClient, path: str) -> None:
    as_coordinator.get_path(path, status=403)


@pytest.mark.parametrize(
    "path", ["/lotsen/999", "/lotsen/999/titel", "/lotsen/999/profil/zeiten", "/lotsen/1/erfunden"]
)
def test_a_pilot_that_does_not_exist_is_not_found(as_coordinator: PageClient, path: str) -> None:
    as_coordinator.get_path(path, status=404)


def test_another_pilots_exclusion_is_not_found(as_coordinator: PageClient, own: PageClient, pilot: Pilot) -> None:
    factories.organisation(name="TSV Musterdorf")
    own.get("pilots.own_exclusions").submit("Eintragen", name="TSV Musterdorf")
    exclusion = again(pilot).exclusions[0].id
    other = factories.pilot().id
    as_coordinator.post("pilots.lift_exclusion", pilot_id=other, exclusion_id=exclusion, status=404)
    assert again(pilot).exclusions[0].lifted_at is None
