"""The tables about engagements: dates, hours, words at the end, questions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_

from lotsen.engagements.models import Appointment, Concern, Engagement, Feedback, HoursEntry, Message
from lotsen.engagements.rules import LIVE, Side
from lotsen.followups.models import FollowUp

from .common import CREATED, STATE
from .entry import Entry, Fate, Subject, Why


def _side(s: Subject, model: Any) -> ColumnElement[bool]:
    """Rows of her own side of a case."""
    return or_(
        and_(model.side == Side.PILOT, model.engagement_id.in_(s.helping())),
        and_(model.side == Side.MEMBER, model.engagement_id.in_(s.helped())),
    )


def _other_side(s: Subject, model: Any) -> ColumnElement[bool]:
    return or_(
        and_(model.side == Side.MEMBER, model.engagement_id.in_(s.helping())),
        and_(model.side == Side.PILOT, model.engagement_id.in_(s.helped())),
    )


def _case(s: Subject, model: Any) -> ColumnElement[bool]:
    return or_(model.engagement_id.in_(s.helping()), model.engagement_id.in_(s.helped()))


CASE_SHOWN = {
    "state": STATE,
    "meeting_at": _l("Treffen am"),
    "meeting_place": _l("Ort"),
    "goal": _l("Ziel"),
    "ends_on": _l("bis"),
    "paused_until": _l("Pause bis"),
    "handing_over_at": _l("Übergabe seit"),
    "break_off_reason": _l("Grund des Endes"),
    "broken_off_by": _l("beendet von"),
    "created_at": _l("begonnen am"),
}
CASE_PLUMBING = {
    "paused_from": Why.PLUMBING,
    "paused_by": Why.PLUMBING,
    "holds_place": Why.PLUMBING,
    "handing_over_by": Why.PLUMBING,
    "handing_over_text": Why.CONFIDENTIAL,
    "break_off_text": Why.CONFIDENTIAL,
    "task": Why.PLUMBING,
    "task_since": Why.PLUMBING,
}

MESSAGE_PLUMBING = {"side": Why.PLUMBING, "writer_id": Why.PLUMBING, "mail_id": Why.PLUMBING}

ENTRIES = (
    Entry(
        "helping",
        Engagement,
        _l("Begleitungen, in denen Sie helfen"),
        "engagement",
        lambda s: Engagement.id.in_(s.helping()),
        shown={
            **CASE_SHOWN,
            "pilot_says": _l("Ihr Wort dazu"),
            "pilot_phone": _l("Telefon weitergeben"),
            "pilot_email": _l("E-Mail weitergeben"),
        },
        withheld={
            **CASE_PLUMBING,
            "member_says": Why.OTHERS,
            "member_phone": Why.OTHERS,
            "member_email": Why.OTHERS,
        },
        fate=Fate.EMPTIED,
        emptied={"meeting_place": "", "break_off_text": "", "handing_over_text": ""},
    ),
    Entry(
        "helped",
        Engagement,
        _l("Begleitungen Ihrer Anfragen"),
        "engagement",
        lambda s: Engagement.id.in_(s.helped()),
        shown={
            **CASE_SHOWN,
            "member_says": _l("Ihr Wort dazu"),
            "member_phone": _l("Telefon weitergeben"),
            "member_email": _l("E-Mail weitergeben"),
        },
        withheld={**CASE_PLUMBING, "pilot_says": Why.OTHERS, "pilot_phone": Why.OTHERS, "pilot_email": Why.OTHERS},
        fate=Fate.EMPTIED,
        emptied={"meeting_place": "", "break_off_text": "", "handing_over_text": ""},
        emptied_over={"goal": ""},
        is_over=lambda: Engagement.state.not_in(LIVE),
    ),
    Entry(
        "messages",
        Message,
        _l("Ihre Nachrichten"),
        "engagement",
        lambda s: Message.writer_id == s.user_id,
        shown={"text": _l("Text"), "created_at": _l("geschrieben am"), "by_office": _l("am Telefon gesagt")},
        withheld=MESSAGE_PLUMBING,
        fate=Fate.EMPTIED,
        emptied={"text": "", "writer_id": None},
    ),
    Entry(
        "messages_about",
        Message,
        _l("Nachrichten der anderen Seite"),
        "engagement",
        lambda s: and_(_case(s, Message), or_(Message.writer_id.is_(None), Message.writer_id != s.user_id)),
        shown={"text": _l("Text"), "created_at": _l("geschrieben am"), "by_office": _l("am Telefon gesagt")},
        withheld=MESSAGE_PLUMBING,
        fate=Fate.KEPT,
    ),
    Entry(
        "appointments",
        Appointment,
        _l("Termine"),
        "engagement",
        lambda s: _case(s, Appointment),
        shown={
            "starts_at": _l("wann"),
            "minutes": _l("Minuten"),
            "place": _l("Ort"),
            "called_off_at": _l("abgesagt am"),
            "created_at": CREATED,
        },
        withheld={"sequence": Why.PLUMBING, "invited": Why.PLUMBING},
        fate=Fate.EMPTIED,
        emptied={"place": ""},
    ),
    Entry(
        "hours",
        HoursEntry,
        _l("Stunden"),
        "engagement",
        lambda s: HoursEntry.engagement_id.in_(s.helping()),
        shown={
            "on": _l("Tag"),
            "minutes": _l("Minuten"),
            "note": _l("Notiz"),
            "entered_by": _l("eingetragen von"),
            "created_at": _l("eingetragen am"),
        },
        fate=Fate.EMPTIED,
        emptied={"note": ""},
    ),
    Entry(
        "feedback",
        Feedback,
        _l("Ihre Rückmeldungen"),
        "engagement",
        lambda s: _side(s, Feedback),
        shown={
            "outcome": _l("Ergebnis"),
            "praise": _l("Lob"),
            "criticism": _l("Kritik"),
            "created_at": _l("gegeben am"),
        },
        withheld={"side": Why.PLUMBING},
        fate=Fate.EMPTIED,
        emptied={"praise": "", "criticism": ""},
    ),
    Entry(
        "feedback_about",
        Feedback,
        _l("Rückmeldungen der anderen Seite"),
        "engagement",
        lambda s: _other_side(s, Feedback),
        shown={"outcome": _l("Ergebnis"), "praise": _l("Lob"), "created_at": _l("gegeben am")},
        withheld={"side": Why.PLUMBING, "criticism": Why.CONFIDENTIAL},
        fate=Fate.KEPT,
    ),
    Entry(
        "concerns",
        Concern,
        _l("Probleme, die Sie gemeldet haben"),
        "engagement",
        lambda s: or_(Concern.reporter_id == s.user_id, _side(s, Concern)),
        shown={
            "kind": _l("Art"),
            "text": _l("Text"),
            "phone": _l("Telefon"),
            "created_at": _l("gemeldet am"),
            "settled_at": _l("erledigt am"),
        },
        withheld={"side": Why.PLUMBING, "reporter_id": Why.PLUMBING, "settled_text": Why.CONFIDENTIAL},
        fate=Fate.EMPTIED,
        emptied={"text": "", "phone": "", "reporter_id": None},
    ),
    Entry(
        "questions",
        FollowUp,
        _l("Unsere Nachfragen und Ihre Antworten"),
        "engagement",
        lambda s: _side(s, FollowUp),
        shown={
            "kind": _l("Frage"),
            "asked_at": _l("gefragt am"),
            "answered_at": _l("geantwortet am"),
            "answer": _l("Antwort"),
            "text": _l("Ihre Worte"),
        },
        withheld={"side": Why.PLUMBING},
        fate=Fate.EMPTIED,
        emptied={"text": ""},
    ),
)
