"""The tables of the office: notes, mails, logs, barriers."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from lotsen.accounts.models import (
    User,
)
from lotsen.accounts.rules import ERASED_NAME
from lotsen.audit.models import AuditEvent, FileReading
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import LIVE
from lotsen.notes.models import Note
from lotsen.outbox.models import OutboxMessage
from lotsen.privacy.models import BarrierReport

from .common import own_rows
from .entry import Entry, Fate, Subject, Why

GOODBYE = "privacy.erased"  # the kind of the mail that says that everything is gone


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
