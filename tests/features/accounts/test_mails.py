"""Every mail about an account, read in both languages."""

import pytest

from lotsen.accounts import mails
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import enqueue
from tests import factories

TOKEN = "0123456789abcdef0123456789abcdef"
MAILS = [
    (mails.confirm_address, (TOKEN,), "Bitte bestätigen Sie Ihre E-Mail-Adresse", "/bestaetigen/"),
    (mails.confirm_known, (TOKEN,), "Sie haben schon ein Konto", "/bestaetigen/"),
    (mails.already_known, (), "Sie haben schon ein Konto", "/anmelden"),
    (mails.choose_password, (TOKEN,), "Wählen Sie ein Passwort für Ihr Konto", "/passwort/"),
    (mails.reset_password, (TOKEN,), "Neues Passwort wählen", "/passwort/"),
    (mails.password_changed, (), "Ihr Passwort wurde geändert", "/passwort-vergessen"),
    (mails.confirm_new_address, (TOKEN,), "Bitte bestätigen Sie Ihre neue E-Mail-Adresse", "/adresse/"),
    (mails.address_change_asked, ("neu@example.org",), "Ihre E-Mail-Adresse soll geändert werden", "neu@example.org"),
    (mails.address_changed, ("neu@example.org",), "Ihre E-Mail-Adresse wurde geändert", "neu@example.org"),
    (mails.two_steps_on, (), "Ihre Anmeldung hat jetzt zwei Schritte", "/konto/zwei-schritte"),
    (mails.two_steps_removed, (False,), "Ihre Anmeldung hat nur noch einen Schritt", "/konto/zwei-schritte"),
    (mails.recovery_code_used, (9,), "Ein Notfall-Code wurde benutzt", "/konto/zwei-schritte"),
    (mails.role_changed, (True, Role.COORDINATOR), "Ihre Rolle hat sich geändert", "/anmelden"),
    (mails.invited, (TOKEN, Role.COORDINATOR), "Ihr Zugang zu den Digitallotsen", "/passwort/"),
]


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize(("mail", "args", "subject", "part"), MAILS)
def test_the_mail_says_what_happened_and_what_to_do(app, at, locale, mail, args, subject, part):
    person = factories.user(locale=locale)
    with transaction():
        sent = enqueue(mail, *args, to=person, about=person, step="x", at=at, at_once=True)
        sent_id = sent.id
    kept = db.session.get_one(OutboxMessage, sent_id)
    assert part in kept.text
    assert part in kept.html
    assert kept.due_at == at
    if locale == "de":
        assert kept.subject == subject


def test_every_mail_function_is_read_here():
    functions = {value for value in vars(mails).values() if getattr(value, "__module__", "") == mails.__name__}
    assert functions == {mail for mail, *_ in MAILS}
