"""What one side writes the other: kept with the engagement, and passed on by mail or telephone."""

from datetime import datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import PRESSED_TWICE
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.outbox import service as outbox

from .. import mails, queries, rules
from ..models import Engagement, Message
from ..rules import Side
from .post import case_link, tell

PAUSE = timedelta(minutes=rules.MESSAGE_MAILS_MINUTES)


def write_message(
    engagement: Engagement, side: Side, text: str, *, by: Actor, at: datetime, on_behalf_of: int | None = None
) -> Message:
    """One side writes the other. Sent twice it is kept once.

    The mail leaves at once; what follows within the hour is gathered in one further mail at its end.

    Raises
    ------
    InvalidInput
        Nothing was written (``empty``), or more than `rules.MAX_MESSAGE` characters (``long``).
    Conflict
        It is over, or one of the two cannot be reached any more.
    """
    words = text.strip()
    if not 0 < len(words) <= rules.MAX_MESSAGE:
        raise InvalidInput("", field="text", code="long" if words else "empty")
    if not queries.may_write(engagement):
        raise Conflict(entity=engagement.entity, entity_id=engagement.id)
    twin = queries.same_message(engagement.id, side, words, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    writer = queries.person(engagement, side)
    row = Message(
        engagement_id=engagement.id,
        side=side,
        writer_id=writer.id if writer is not None else None,
        by_office=on_behalf_of is not None,
        text=words,
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("engagement.message", engagement, by=by, at=at, on_behalf_of=on_behalf_of, message=row.id)
    _pass_on(row, at=at)
    return row


def _pass_on(message: Message, *, at: datetime) -> None:
    """Put it into the mail that still waits for the other side; else into a new one."""
    engagement, side = message.engagement, queries.other_side(message.side)
    reader = queries.reader(engagement, side)
    last = queries.last_mail(engagement, reader.id) if reader is not None else None
    if reader is not None and last is not None:
        url = case_link(engagement, side, at=at)
        texts = [*queries.texts_in(last), message.text]
        if outbox.rewrite(last, mails.message, engagement, side, texts, url, to=reader):
            message.mail_id = last.id
            return
    sent = tell(
        engagement,
        mails.message,
        side,
        [message.text],
        step="message",
        at=at,
        at_once=True,
        not_before=(last.sent_at or last.due_at) + PAUSE if last is not None else None,
        nonce=str(message.id),
    )
    message.mail_id = sent.id if sent is not None else None
