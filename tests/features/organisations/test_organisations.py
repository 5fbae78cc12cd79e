"""Joining, verifying once, leaving, and the coordinator's pages."""

from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.organisations import service
from lotsen.organisations.models import Member, Organisation
from lotsen.organisations.rules import Kind
from tests import factories


def test_the_same_name_at_the_same_place_is_the_same_organisation(app, at):
    people = [factories.user() for _number in range(3)]
    with transaction():
        for person, name, postcode in zip(
            people,
            ("TSV Grün-Weiß e. V.", "tsv grün-weiß", "TSV Grün-Weiß e.V."),
            ("31655", "31655", "31675"),
            strict=True,
        ):
            service.join(name, Kind.CLUB, postcode, person=person, by=SYSTEM, at=at)
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 2
    assert db.session.scalar(select(func.count()).select_from(Member)) == 3


def test_joining_twice_is_one_membership(app, at):
    person = factories.user()
    with transaction():
        first = service.join("Bäckerei Ü", Kind.BUSINESS, "31655", person=person, by=SYSTEM, at=at)
        assert service.join("BÄCKEREI Ü", Kind.BUSINESS, "31655", person=person, by=SYSTEM, at=at) is first
    assert Role.MEMBER in person.roles


def test_a_further_contact_person_of_a_verified_organisation_is_unverified(app, at, coordinator):
    member = factories.member()
    with transaction():
        organisation = db.session.get_one(Organisation, member.organisation_id)
        second = service.join(
            organisation.name, organisation.kind, organisation.postcode, person=factories.user(), by=SYSTEM, at=at
        )
    assert service.contact_verified(member.organisation_id, member.user_id)
    assert not service.contact_verified(second.organisation_id, second.user_id)


def test_verifying_twice_is_recorded_once(as_coordinator):
    member = factories.member(verified=False)
    page = as_coordinator.get("organisations.detail", organisation_id=member.organisation_id)
    page.submit("Ist geprüft – Vera Verein")
    page.submit("Ist geprüft – Vera Verein")
    events = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.contains("verified"))).all()
    assert sorted(events) == ["member.verified", "organisation.verified"]


def test_who_leaves_loses_the_role_with_the_last_organisation(as_coordinator):
    member = factories.member()
    page = as_coordinator.get("organisations.detail", organisation_id=member.organisation_id)
    page = page.submit("Ist ausgeschieden – Vera Verein")
    assert "ausgeschieden am Dienstag, 24. November 2026" in page.text
    db.session.rollback()
    assert not db.session.get_one(Member, member.id).user.roles


def test_the_list_searches_and_stays_small(as_coordinator, statements):
    for number in range(25):
        factories.organisation(name=f"Verein {number:02d}")
    factories.member(factories.organisation(name="Bäckerei Ölmühle", verified=False), verified=False)
    statements.clear()
    page = as_coordinator.get("organisations.overview")
    assert len(statements) <= 7, statements
    assert len(page.soup.select("tbody tr")) == 20
    assert len(as_coordinator.get("organisations.overview", suche="ÖLMÜHLE").soup.select("tbody tr")) == 1
    assert len(as_coordinator.get("organisations.overview", suche="Vera").soup.select("tbody tr")) == 1
    for anything in ("%", "V_ra", "V%a"):
        assert not as_coordinator.get("organisations.overview", suche=anything).soup.select("tbody tr")
    assert len(as_coordinator.get("organisations.overview", ungeprueft=1).soup.select("tbody tr")) == 1


def test_a_correction_of_an_old_page_conflicts(as_coordinator):
    row = factories.organisation()
    page = as_coordinator.get("organisations.detail", organisation_id=row.id)
    page.submit("Änderung speichern", name="Neuer Name")
    page.submit("Änderung speichern", name="Noch einer", status=409)
    bad = page.submit("Änderung speichern", status=400, postcode="00000", name="")
    assert len(bad.errors) == 2


def test_members_of_another_organisation_are_not_found(as_coordinator):
    member, other = factories.member(), factories.organisation()
    as_coordinator.post("organisations.leave", organisation_id=other.id, member_id=member.id, status=404)


def test_only_coordinators_see_organisations(as_member, as_pilot):
    for client in (as_member, as_pilot):
        client.get("organisations.overview", status=403)
        client.get("organisations.detail", organisation_id=1, status=403)
