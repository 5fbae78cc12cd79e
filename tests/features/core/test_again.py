"""Doing it again when the database asks, and saying so when it stays busy. On both databases."""

import logging
import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask, session
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from lotsen.accounts.models import User
from lotsen.core import again as module
from lotsen.core import throttle
from lotsen.core.again import again, is_transient
from lotsen.core.db import is_postgresql, transaction
from lotsen.core.extensions import db
from lotsen.core.rows import rows_one_by_one
from lotsen.municipality.models import QuietPeriod
from tests import factories
from tests.page import PageClient

Refusing = Callable[[int], tuple[PageClient, list[str]]]


class Refused(Exception):
    """What psycopg raises has its SQLSTATE; for the tests that only need that one fact."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def refusal(sqlstate: str = "40001") -> OperationalError:
    return OperationalError("UPDATE", {}, Refused(sqlstate))


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03", "23505"])
def test_not_now_is_told_from_wrong(sqlstate: str) -> None:
    assert is_transient(refusal(sqlstate))
    assert not is_transient(refusal("42P01"))


def test_work_is_done_again_from_its_first_read_and_its_first_try_leaves_nothing(app: Flask, time: object) -> None:
    person = factories.user(name="Anna Alt")
    seen: list[str] = []

    def work() -> str:
        with transaction():
            row = db.session.get_one(User, person.id)
            seen.append(row.name)
            row.name = "Anna Neu"
            db.session.flush()
            if len(seen) < 3:
                raise refusal()
        return row.name

    assert again(work) == "Anna Neu"
    assert seen == ["Anna Alt"] * 3


def test_who_looked_first_and_met_another_in_the_index_looks_again(app: Flask) -> None:
    day, seen = date(2027, 3, 1), []

    def add(name: str) -> None:
        with app.app_context(), transaction():
            db.session.add(QuietPeriod(name=name, first_day=day, last_day=day))

    def work() -> None:
        seen.append(db.session.scalar(select(QuietPeriod.name).where(QuietPeriod.first_day == day)))
        if seen == [None]:
            other = threading.Thread(target=add, args=("Umzug",))
            other.start()
            other.join(60)
        if seen[-1] is None:
            with transaction():
                db.session.add(QuietPeriod(name="Inventur", first_day=day, last_day=day))

    again(work)
    assert seen == [None, "Umzug"]


def test_it_ends_after_some_tries_with_the_words_of_the_database(app: Flask) -> None:
    tries = []

    def work() -> None:
        tries.append(1)
        raise refusal("40P01")

    with pytest.raises(OperationalError):
        again(work)
    assert len(tries) == module.TRIES


def test_what_is_wrong_is_not_tried_again(app: Flask) -> None:
    tries = []

    def work() -> None:
        tries.append(1)
        db.session.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(Exception, match="no_such_table"):
        again(work)
    assert tries == [1]


def test_a_row_of_a_job_is_done_again(app: Flask) -> None:
    tries = []

    def step(row_id: int) -> None:
        tries.append(row_id)
        if len(tries) == 1:
            raise refusal()

    assert rows_one_by_one([7], step, log=logging.getLogger()) == 1
    assert tries == [7, 7]


@pytest.fixture
def saving(as_coordinator: PageClient, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    """A page whose saving is refused a number of times."""

    def refuse(times: int) -> tuple[PageClient, list[str]]:
        from lotsen.accounts.views import own

        tried: list[str] = []
        real = own.service.change

        def change(*args: object, **values: object) -> object:
            result = real(*args, **values)  # type: ignore[arg-type]
            tried.append(str(session.get("_flashes")))
            if len(tried) <= times:
                raise refusal()
            return result

        monkeypatch.setattr(own.service, "change", change)
        return as_coordinator, tried

    return refuse


def test_a_page_is_saved_although_the_database_refused_twice(
    saving: Refusing,
) -> None:
    browser, tried = saving(2)
    page = browser.get("accounts.own").submit("Speichern", name="Karin Neu")
    assert page.text.count("Gespeichert.") == 1
    assert len(tried) == 3


def test_when_it_stays_busy_a_page_says_what_to_do_and_nothing_is_kept(saving: Refusing, coordinator: User) -> None:
    browser, tried = saving(99)
    page = browser.get("accounts.own").submit("Speichern", name="Karin Neu", status=503)
    assert "Es wurde nichts gespeichert" in page.text and "noch einmal" in page.text
    assert len(tried) == module.TRIES
    db.session.rollback()
    assert db.session.get_one(User, coordinator.id).name == "Karin Koordination"


def test_a_view_that_has_kept_something_is_not_repeated_and_a_try_counts_once(app: Flask) -> None:
    counted = []

    def view() -> None:
        with transaction(guarded=True):
            counted.append(throttle.allowed("again", limit=1, window=timedelta(hours=1)))
        if len(counted) == 1:
            raise refusal()
        with transaction():
            db.session.execute(text("SELECT 1"))
        raise refusal()

    with app.test_request_context(method="POST"), pytest.raises(module.Busy):
        module._repeated(view)()
    assert counted == [0, 0], "counted once, repeated once, and not again after something was kept"


def test_what_was_read_inside_a_transaction_still_holds_when_it_is_kept(app: Flask, time: object) -> None:
    """Two people read the same and write different rows. SQLite makes the second wait at its BEGIN, so there is nothing
    to race; PostgreSQL lets both go on and refuses one at the end, which is then repeated."""
    first, second = factories.user(name="Anna"), factories.user(name="Anna")
    ids = (first.id, second.id)
    if not is_postgresql():
        return
    db.session.remove()
    other = db.engine.connect().execution_options(isolation_level="SERIALIZABLE")
    tries = []

    def somebody_else() -> None:
        rows = other.execute(db.select(User.name).where(User.id.in_(ids))).scalars().all()
        other.execute(update(User).where(User.id == ids[1]).values(name="+".join(rows)))

    def work() -> None:
        with transaction():
            names = db.session.scalars(db.select(User.name).where(User.id.in_(ids)).order_by(User.id)).all()
            tries.append(names)
            if len(tries) == 1:
                somebody_else()
                other.commit()
            db.session.execute(update(User).where(User.id == ids[0]).values(name="+".join(names)))

    again(work)
    other.close()
    assert tries == [["Anna", "Anna"], ["Anna", "Anna+Anna"]]
