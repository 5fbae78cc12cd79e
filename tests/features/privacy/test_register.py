"""One register: every table and every column is in it, and each line can be exported and erased."""

from sqlalchemy import Table

from lotsen.core.db import transaction
from lotsen.core.extensions import Base, db
from lotsen.privacy.queries.own import counts, sections
from lotsen.privacy.register import ACTIVITIES, ALL_OTHER, BY_KEY, ENTRIES, NOT_ABOUT_PEOPLE, PLUMBING, Fate, Subject
from lotsen.privacy.rules import BY_NAME
from lotsen.privacy.service.erasure import empty, erase

from . import scene


def tables_about_people() -> set[str]:
    """Every table from which foreign keys, or numbers of people without a key, lead to a person."""
    tables = Base.metadata.tables
    numbers = {"user_id", "actor_id", "reader_id", "recipient_id", "author_id", "contact_id"}
    found = {"users"} | {name for name, table in tables.items() if numbers & set(table.columns.keys())}
    typed = {"email", "contact_email", "phone", "contact", "address"}
    found |= {name for name, table in tables.items() if typed & set(table.columns.keys())}
    while True:
        more = {name for name, table in tables.items() if _targets(table) & found} - found
        if not more:
            return found
        found |= more


def _targets(table: Table) -> set[str]:
    return {key.column.table.name for key in table.foreign_keys}


def test_every_table_with_a_path_to_a_person_is_in_the_register(site):
    assert tables_about_people() - {entry.table for entry in ENTRIES} == set()


def test_every_table_is_in_the_register_or_said_to_be_about_nobody(site):
    known = {entry.table for entry in ENTRIES} | {row.table for row in NOT_ABOUT_PEOPLE}
    assert set(Base.metadata.tables) == known


def test_every_column_is_given_to_the_person_or_withheld_for_a_reason(site):
    forgotten = {}
    for entry in ENTRIES:
        table = entry.model.__table__
        columns = set(table.columns.keys())
        keys = {column.name for column in table.columns if column.foreign_keys}
        said = set(entry.shown) | set(entry.withheld) - {ALL_OTHER}
        assert (said | set(entry.emptied) | set(entry.emptied_over)) <= columns, entry.name
        assert not set(entry.shown) & set(entry.withheld), entry.name
        if ALL_OTHER not in entry.withheld and (missing := columns - said - keys - PLUMBING):
            forgotten[entry.name] = missing
    assert forgotten == {}, "give each a label in the register, or say why it is withheld"


def test_every_line_belongs_to_an_activity_and_every_activity_says_how_long(site):
    assert {entry.activity for entry in ENTRIES} == set(BY_KEY)
    for activity in ACTIVITIES:
        assert activity.kept or activity.also_kept
        assert set(activity.kept) <= set(BY_NAME)
    assert {name for activity in ACTIVITIES for name in activity.kept} == set(BY_NAME)


def test_each_line_finds_its_rows_exports_them_and_erases_them(app, time):
    built = scene.build()
    subject = Subject(built.person.id)
    assert {entry.name for entry, _number in counts(subject)} == {entry.name for entry in ENTRIES}
    shown = {section.name: section for section in sections(subject)}
    assert set(shown) == {entry.name for entry in ENTRIES}
    for entry in ENTRIES:
        assert all({line.column for line in row} == set(entry.shown) for row in shown[entry.name].rows)

    with transaction():
        erase(db.session.merge(built.person), channel="login", by=built.person, at=time.at)
    left = {entry.name for entry, _number in counts(subject)}
    assert not left & {entry.name for entry in ENTRIES if entry.fate is Fate.DELETED}
    for entry in ENTRIES:
        for row in db.session.scalars(entry.statement(subject)):
            for column, value in entry.emptied.items():
                if column == "key":
                    value = row.message_id
                assert getattr(row, column) == value, (entry.name, column)


def test_the_rows_of_nobody_are_nobodys(app, time):
    """A person without a number must not find all rows without a person."""
    built = scene.build()
    built.request.contact_id = None
    db.session.rollback()
    assert counts(Subject(0)) == []
    with transaction():
        empty(Subject(0))
    assert db.session.get_one(type(built.person), built.person.id).name == scene.NAME
