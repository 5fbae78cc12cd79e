"""After somebody went nobody finds her: no column of the database holds her name, address or number any more."""

from datetime import datetime

import pytest
from sqlalchemy import inspect, text

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.folding import fold_for_search
from lotsen.help_requests.rules import State as RequestState
from lotsen.home.queries import search
from lotsen.notes.models import Note
from lotsen.notes.rules import Kind as NoteKind
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.privacy import jobs
from lotsen.privacy.service.erasure import erase
from tests import factories
from tests.conftest import Time
from tests.factories.base import add
from tests.features.outbox.conftest import sink
from tests.page import PageClient
from tests.smtp_sink import Sink

__all__ = ["sink"]
NAME, EMAIL, PHONE, DIGITS = "Jörg Groß-Zitzewitz", "joerg@zitzewitz.example", "05721 / 77 88-99", "05721778899"
TRACES = ("zitzewitz", PHONE, DIGITS, fold_for_search(NAME))


def traces() -> set[str]:
    """Table and column of every text in the database itself, mapped or not, in which something of the person stands."""
    found = set()
    for table in inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
            for column, value in row.items():
                words = str(value).casefold()
                if any(trace in words or trace in fold_for_search(words) for trace in TRACES):
                    found.add(f"{table}.{column}")
    return found


@pytest.fixture
def person(app: object, time: Time) -> User:
    """A contact person of old, with a finished request, notes, mails and words in the log."""
    at = time.at
    made = factories.user(Role.MEMBER, name=NAME, email=EMAIL, phone=PHONE, phone_digits=DIGITS)
    member = factories.member(person=made)
    factories.help_request(RequestState.COMPLETED, by=member, description=f"Fragen Sie {NAME}", contact_phone=PHONE)
    mail = {"recipient_name": NAME, "address": EMAIL, "phone": PHONE, "created_at": at, "due_at": at, "subject": "x"}
    with transaction():
        note = {"kind": NoteKind.NOTE, "text": f"{NAME} rief an: {PHONE}", "created_at": at}
        add(Note(about_entity="user", about_id=made.id, **note))
        add(OutboxMessage(key="old", message_id="<old>", kind="x", state="sent", recipient_id=made.id, text="", **mail))
        audit.record("user.changed", made, by=SYSTEM, at=at, reason=f"{NAME} zog um")
    return made


def finds_nobody(office: PageClient) -> bool:
    """Whether the field above every page finds her by any of her words."""
    words = (NAME, "groß zitzewitz", "Zitzewitz", EMAIL, PHONE, DIGITS)
    page = office.get("home.search", suche="Zitzewitz")
    return all(search.find(word).nothing for word in words) and "Groß-Zitzewitz" not in page.text


def after_the_last_mail(time: Time) -> None:
    """It is handed over; the next night takes its address too."""
    deliver(time.at)
    jobs.retain(time.forward(days=1))
    db.session.expire_all()


def test_an_erased_person_is_found_nowhere(
    person: User, as_coordinator: PageClient, sink: Sink, time: Time, at: datetime
) -> None:
    assert not finds_nobody(as_coordinator) and len(traces()) > 8
    with transaction():
        erase(db.session.get_one(User, person.id), channel="login", by=SYSTEM, at=at)
    assert finds_nobody(as_coordinator), "at once, not only in the night"
    after_the_last_mail(time)
    assert [str(mail["To"]) for mail in sink.mails], "the last mail told her"
    assert traces() == set()


def test_whom_the_night_let_go_is_found_nowhere(
    person: User, as_coordinator: PageClient, sink: Sink, time: Time
) -> None:
    jobs.retain(time.forward(days=740))
    db.session.expire_all()
    assert db.session.get_one(User, person.id).erased_at is not None
    assert finds_nobody(as_coordinator)
    after_the_last_mail(time)
    assert traces() == set()
