"""The tables about people themselves: account, consent, links, notes, mails, logs."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from lotsen.accounts.models import (
    Consent,
    Identity,
    KnownDevice,
    RecoveryCode,
    SecondFactor,
    User,
    UserRole,
    UserSession,
)
from lotsen.accounts.rules import ERASED_NAME
from lotsen.audit.models import AuditEvent, FileReading
from lotsen.core.models import KeptForm, Token
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import LIVE
from lotsen.notes.models import Note
from lotsen.outbox.models import OutboxMessage
from lotsen.privacy.models import BarrierReport

from .entry import Entry, Fate, Subject, Why

GOODBYE = "privacy.erased"  # the kind of the mail that says that everything is gone
CREATED, GIVEN_TO = _l("angelegt am"), _l("seit")


def own_rows(s: Subject, entity: Any, number: Any) -> ColumnElement[bool]:
    """Whether (entity, id) names the person, the own profile, or one of her requests."""
    return or_(
        and_(entity == "user", number == s.user_id),
        and_(entity == "pilot", number.in_(s.pilots())),
        and_(entity == "help_request", number.in_(s.requests())),
    )


def _notes(s: Subject) -> ColumnElement[bool]:
    return own_rows(s, Note.about_entity, Note.about_id)


def _case_notes(s: Subject) -> ColumnElement[bool]:
    mine = or_(Note.about_id.in_(s.helping()), Note.about_id.in_(s.helped()))
    return and_(Note.about_entity == "engagement", mine)


def _barriers(s: Subject) -> ColumnElement[bool]:
    address = select(User.email).where(User.id == s.user_id, User.email.is_not(None))
    return BarrierReport.contact.in_(address)


def _mails(s: Subject) -> ColumnElement[bool]:
    """To the person, to her address before she was one, and to an address she gave up; the last mail is not hers."""
    address = select(User.email).where(User.id == s.user_id, User.email.is_not(None))
    bare = and_(OutboxMessage.about_entity == "user", OutboxMessage.about_id == s.user_id)
    to_her = or_(OutboxMessage.recipient_id == s.user_id, OutboxMessage.address.in_(address))
    nobody = and_(OutboxMessage.recipient_id.is_(None), or_(bare, _about_draft(s)))
    return and_(OutboxMessage.kind != GOODBYE, or_(to_her, nobody))


def _about_draft(s: Subject) -> ColumnElement[bool]:
    return and_(OutboxMessage.about_entity == "help_request", OutboxMessage.about_id.in_(s.requests()))


def _events(s: Subject) -> ColumnElement[bool]:
    own = or_(AuditEvent.actor_id == s.user_id, AuditEvent.on_behalf_of == s.user_id)
    return or_(own, own_rows(s, AuditEvent.entity, AuditEvent.entity_id))


NOTE_SHOWN = {
    "kind": _l("Art"),
    "text": _l("Text"),
    "author_id": _l("geschrieben von"),
    "due_on": _l("Wiedervorlage am"),
    "done_at": _l("erledigt am"),
    "done_by": _l("erledigt von"),
    "created_at": _l("geschrieben am"),
}

ENTRIES = (
    Entry(
        "account",
        User,
        _l("Ihr Konto"),
        "account",
        lambda s: User.id == s.user_id,
        shown={
            "name": _l("Name"),
            "email": _l("E-Mail-Adresse"),
            "email_confirmed_at": _l("Adresse bestätigt am"),
            "new_email": _l("neue Adresse, noch nicht bestätigt"),
            "phone": _l("Telefon"),
            "locale": _l("Sprache"),
            "mail_stopped": _l("keine E-Mails mehr"),
            "bounced_at": _l("letzte E-Mail kam zurück am"),
            "active": _l("Konto eingeschaltet"),
            "created_at": CREATED,
            "erased_at": _l("gelöscht am"),
        },
        withheld={"password_hash": Why.SECRET, "is_demo": Why.PLUMBING},
        fate=Fate.EMPTIED,
        emptied={
            "name": ERASED_NAME,
            "search_name": "",
            "email": None,
            "new_email": None,
            "email_confirmed_at": None,
            "phone": "",
            "phone_digits": "",
            "password_hash": "",
            "mail_stopped": True,
            "bounced_at": None,
            "active": False,
        },
    ),
    Entry(
        "roles",
        UserRole,
        _l("Ihre Rollen"),
        "account",
        lambda s: UserRole.user_id == s.user_id,
        shown={"role": _l("Rolle"), "granted_at": GIVEN_TO},
        fate=Fate.DELETED,
    ),
    Entry(
        "sessions",
        UserSession,
        _l("Ihre Anmeldungen"),
        "account",
        lambda s: UserSession.user_id == s.user_id,
        shown={"device": _l("Gerät"), "created_at": GIVEN_TO, "last_seen_at": _l("zuletzt benutzt")},
        withheld={"digest": Why.SECRET, "strong": Why.PLUMBING},
        fate=Fate.DELETED,
    ),
    Entry(
        "second_factor",
        SecondFactor,
        _l("Ihr zweiter Schritt bei der Anmeldung"),
        "account",
        lambda s: SecondFactor.user_id == s.user_id,
        shown={"created_at": GIVEN_TO},
        withheld={"secret": Why.SECRET, "last_counter": Why.SECRET},
        fate=Fate.DELETED,
    ),
    Entry(
        "recovery_codes",
        RecoveryCode,
        _l("Ihre Ersatz-Codes"),
        "account",
        lambda s: RecoveryCode.user_id == s.user_id,
        shown={"used_at": _l("benutzt am")},
        withheld={"digest": Why.SECRET},
        fate=Fate.DELETED,
    ),
    Entry(
        "devices",
        KnownDevice,
        _l("Geräte ohne zweiten Schritt"),
        "account",
        lambda s: KnownDevice.user_id == s.user_id,
        shown={"device": _l("Gerät"), "created_at": GIVEN_TO, "last_used_at": _l("zuletzt benutzt")},
        withheld={"digest": Why.SECRET},
        fate=Fate.DELETED,
    ),
    Entry(
        "identities",
        Identity,
        _l("Anmeldung über das Konto der Kommune"),
        "account",
        lambda s: Identity.user_id == s.user_id,
        shown={"issuer": _l("Anbieter"), "subject": _l("Kennung dort"), "created_at": GIVEN_TO},
        fate=Fate.DELETED,
    ),
    Entry(
        "kept_forms",
        KeptForm,
        _l("Ein Formular, das Sie noch absenden können"),
        "account",
        lambda s: KeptForm.user_id == s.user_id,
        shown={"created_at": CREATED},
        withheld={"digest": Why.SECRET, "content": Why.SECRET},
        fate=Fate.DELETED,
    ),
    Entry(
        "links",
        Token,
        _l("Links in unseren E-Mails an Sie"),
        "account",
        lambda s: or_(Token.user_id == s.user_id, own_rows(s, Token.entity, Token.entity_id)),
        shown={
            "purpose": _l("wozu"),
            "created_at": CREATED,
            "expires_at": _l("gilt bis"),
            "used_at": _l("benutzt am"),
            "revoked_at": _l("ungültig seit"),
        },
        withheld={"digest": Why.SECRET, "entity": Why.PLUMBING, "entity_id": Why.PLUMBING},
        fate=Fate.DELETED,
    ),
    Entry(
        "consents",
        Consent,
        _l("Ihre Einwilligungen"),
        "consent",
        lambda s: Consent.user_id == s.user_id,
        shown={
            "purpose": _l("wozu"),
            "text_version": _l("Fassung des Textes"),
            "channel": _l("auf welchem Weg"),
            "recorded_by": _l("eingetragen von"),
            "given_at": _l("gegeben am"),
            "withdrawn_at": _l("zurückgenommen am"),
            "withdrawn_channel": _l("zurückgenommen auf welchem Weg"),
            "withdrawn_by": _l("Rücknahme eingetragen von"),
        },
        fate=Fate.KEPT,
    ),
    Entry(
        "notes",
        Note,
        _l("Notizen und Anrufe über Sie und Ihre Anfragen"),
        "notes",
        _notes,
        shown=NOTE_SHOWN,
        withheld={"about_entity": Why.PLUMBING, "about_id": Why.PLUMBING},
        fate=Fate.DELETED,
    ),
    Entry(
        "notes_cases",
        Note,
        _l("Notizen und Anrufe zu Ihren Begleitungen"),
        "notes",
        _case_notes,
        shown=NOTE_SHOWN,
        withheld={"about_entity": Why.PLUMBING, "about_id": Why.PLUMBING},
        fate=Fate.EMPTIED,
        emptied_over={"text": ""},
        is_over=lambda: Note.about_id.not_in(select(Engagement.id).where(Engagement.state.in_(LIVE))),
    ),
    Entry(
        "notes_written",
        Note,
        _l("Notizen, die Sie geschrieben haben"),
        "notes",
        lambda s: and_(Note.author_id == s.user_id, ~_notes(s), ~_case_notes(s)),
        shown={"kind": _l("Art"), "created_at": _l("geschrieben am")},
        withheld={
            "text": Why.OTHERS,
            "due_on": Why.OTHERS,
            "done_at": Why.OTHERS,
            "done_by": Why.OTHERS,
            "about_entity": Why.OTHERS,
            "about_id": Why.OTHERS,
        },
        fate=Fate.KEPT,
    ),
    Entry(
        "mails",
        OutboxMessage,
        _l("Unsere E-Mails und Anrufe an Sie"),
        "mail",
        _mails,
        shown={
            "subject": _l("Betreff"),
            "text": _l("Text, solange er nicht versendet ist"),
            "address": _l("an"),
            "phone": _l("Telefon"),
            "recipient_name": _l("Name"),
            "locale": _l("Sprache"),
            "state": _l("Stand"),
            "created_at": _l("geschrieben am"),
            "sent_at": _l("übergeben am"),
            "replied_at": _l("Sie haben geantwortet am"),
        },
        withheld={
            "key": Why.PLUMBING,
            "message_id": Why.PLUMBING,
            "kind": Why.PLUMBING,
            "html": Why.PLUMBING,
            "attachment": Why.PLUMBING,
            "about_entity": Why.PLUMBING,
            "about_id": Why.PLUMBING,
            "starts_clock": Why.PLUMBING,
            "lease_token": Why.PLUMBING,
            "lease_until": Why.PLUMBING,
            "tries": Why.PLUMBING,
            "error": Why.PLUMBING,
            "reply_seen_at": Why.PLUMBING,
        },
        fate=Fate.EMPTIED,
        emptied={
            "key": OutboxMessage.message_id,  # the old one may hold an address
            "recipient_name": ERASED_NAME,
            "address": "",
            "phone": "",
            "subject": "",
            "text": "",
            "html": "",
            "attachment": "",
            "error": "",
        },
    ),
    Entry(
        "log",
        AuditEvent,
        _l("Was Sie getan haben, und was an Ihren Daten getan wurde"),
        "log",
        _events,
        shown={
            "at": _l("wann"),
            "actor_id": _l("wer"),
            "on_behalf_of": _l("für wen"),
            "action": _l("was"),
            "before": _l("vorher"),
            "after": _l("nachher"),
        },
        withheld={
            "entity": Why.PLUMBING,
            "entity_id": Why.PLUMBING,
            "reason": Why.CONFIDENTIAL,
            "details": Why.PLUMBING,
        },
        fate=Fate.KEPT,
    ),
    Entry(
        "readings",
        FileReading,
        _l("Wer Ihre Akte geöffnet hat"),
        "log",
        lambda s: own_rows(s, FileReading.entity, FileReading.entity_id),
        shown={"day": _l("Tag"), "reader_id": _l("wer")},
        withheld={"first_at": Why.OTHERS, "entity": Why.PLUMBING, "entity_id": Why.PLUMBING},
        fate=Fate.KEPT,
    ),
    Entry(
        "readings_own",
        FileReading,
        _l("Akten, die Sie geöffnet haben"),
        "log",
        lambda s: FileReading.reader_id == s.user_id,
        shown={"day": _l("Tag"), "first_at": _l("zuerst um"), "entity": _l("Art"), "entity_id": _l("Nummer")},
        withheld={"reader_id": Why.PLUMBING},
        fate=Fate.KEPT,
    ),
    Entry(
        "barriers",
        BarrierReport,
        _l("Barrieren, die Sie gemeldet haben"),
        "barrier",
        _barriers,
        shown={
            "text": _l("Text"),
            "page": _l("Seite"),
            "contact": _l("Kontakt"),
            "created_at": _l("gemeldet am"),
            "done_at": _l("erledigt am"),
        },
        withheld={"done_by": Why.OTHERS},
        fate=Fate.EMPTIED,
        emptied={"contact": ""},
    ),
)
