"""Every mail to pilots, read from the outbox in both languages."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pytest

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service as outbox
from lotsen.pilots import mails as pilot_mails
from lotsen.pilots.models import Pilot
from tests import factories
from tests.conftest import Time

DAY, AT = date(2026, 12, 1), datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
LINK = "http://localhost/ein-link"
DE, EN = "Dienstag, 1. Dezember 2026", "Tuesday, 1 December 2026"

CASES = [
    (pilot_mails.confirm_reminder, (LINK, DAY), (DE, LINK), (EN, LINK)),
    (pilot_mails.received, (), ("/profil",), ("/profil",)),
    (pilot_mails.still_reading, (), ("05721 782-0",), ("05721 782-0",)),
    (pilot_mails.talk_date, (AT,), (f"{DE}, 15 Uhr",), (f"{EN}, 15:00",)),
    (pilot_mails.awarded, (), ("Digitallotsin", "/profil"), ("Digitallotsin", "/profil")),
    (pilot_mails.pause_confirmed, (DAY, DAY), (DE, "/profil/pause"), (EN, "/profil/pause")),
    (pilot_mails.pause_confirmed, (DAY, None), (DE, "Am Dienstag, 26. Januar 2027 fragen"), (EN, "26 January 2027")),
    (pilot_mails.still_paused, (DAY, LINK), (DE, LINK), (EN, LINK)),
    (pilot_mails.welcome_back, (), ("/profil",), ("/profil",)),
    (pilot_mails.thanks, (), ("Stadthagen",), ("Stadthagen",)),
]


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize(("mail", "args", "german", "english"), CASES)
def test_each_mail_says_the_facts_in_the_language_of_the_person(
    app: object,
    time: Time,
    mails: Callable[..., Sequence],
    mail: Callable[..., outbox.Mail],
    args: tuple[object, ...],
    german: tuple[str, ...],
    english: tuple[str, ...],
    locale: str,
) -> None:
    person = factories.user(name="Lore Lotsin", locale=locale)
    pilot_id = factories.pilot(user=person, title_form="female").id
    with transaction():
        pilot = db.session.get_one(Pilot, pilot_id)
        outbox.enqueue(mail, pilot, *args, to=pilot.user, about=pilot, step="test", at=time.at)
    message = mails()[0]
    text = " ".join(message.text.split())
    assert message.locale == locale and message.kind == f"pilots.{mail.__name__}"
    for words in german if locale == "de" else english:
        assert words in text, text
    assert "Lore Lotsin" in text and message.subject and message.html
    assert "%(" not in text + message.subject
