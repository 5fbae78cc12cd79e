"""Messages between the two sides: what was written, who can read it, whether they can write now."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lotsen.core.extensions import db
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.rules import GONE

from .. import rules
from ..models import Engagement, Message
from ..rules import Side
from .cases import contact, other_side, person, reader

MESSAGE_MAIL = "engagements.message"


def messages_of(engagement_id: int) -> Sequence[Message]:
    """What the two sides wrote, newest first; what was deleted after its time is left out."""
    return db.session.scalars(
        select(Message).where(Message.engagement_id == engagement_id, Message.text != "").order_by(Message.id.desc())
    ).all()


def same_message(engagement_id: int, side: Side, text: str, *, since: datetime) -> Message | None:
    """One that says the same, written since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(Message)
        .where(
            Message.engagement_id == engagement_id,
            Message.side == side,
            Message.text == text,
            Message.created_at >= since,
        )
        .limit(1)
    )


def last_mail(engagement: Engagement, reader_id: int) -> OutboxMessage | None:
    """The newest mail with messages to this person."""
    return db.session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.about_entity == engagement.entity,
            OutboxMessage.about_id == engagement.id,
            OutboxMessage.kind == MESSAGE_MAIL,
            OutboxMessage.recipient_id == reader_id,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def texts_in(mail: OutboxMessage) -> list[str]:
    """What a mail passes on, oldest first."""
    return list(db.session.scalars(select(Message.text).where(Message.mail_id == mail.id).order_by(Message.id)))


def may_write(engagement: Engagement) -> bool:
    """Whether the two can write each other now; never to or for a pilot who is suspended or has gone."""
    readers = [reader(engagement, side) for side in Side]
    both_there = engagement.pilot.state not in GONE and all(one and not one.mail_stopped for one in readers)
    return rules.may_write(engagement.state, both_there=both_there)


def why_not_write(engagement: Engagement) -> str:
    """What to do while it goes on and nobody can write; empty when they can, or when it is over."""
    if engagement.state not in rules.LIVE or may_write(engagement):
        return ""
    return _("Nachrichten gehen hier gerade nicht. Rufen Sie uns bitte an: %(phone)s", phone=town().phone)


def known_as(engagement: Engagement, of: Side) -> str:
    """One side as the other knows it: ``Vera Brandt für TSV Krebshagen``."""
    known = contact(engagement, of)
    if not known.organisation:
        return known.name
    return _("%(name)s für %(organisation)s", name=known.name, organisation=known.organisation)


def readers(engagement: Engagement, side: Side | None) -> str:
    """Who can read the messages, as one side (or the office) is told."""
    if side is not None:
        other = known_as(engagement, other_side(side))
        return _("Das können lesen: Sie, %(other)s, Koordination und Verwaltung.", other=other)
    both = ", ".join(known_as(engagement, of) for of in Side)
    return _("Das können lesen: %(both)s, Koordination und Verwaltung.", both=both)


def writer_of(message: Message) -> str:
    """Who wrote it, as the other side knows this person; a contact person before this one is the organisation."""
    now = person(message.engagement, message.side)
    if message.side is Side.MEMBER and (now is None or now.id != message.writer_id):
        return message.engagement.help_request.organisation_name
    return known_as(message.engagement, message.side)
