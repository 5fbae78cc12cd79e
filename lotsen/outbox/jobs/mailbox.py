"""Looking through the programme's mailbox: mails that came back stop the clock, replies become tasks."""

import logging
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.municipality.queries import town
from lotsen.outbox.mailbox import Arrived, Kind, Mailbox, MailboxUnreachable
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.outbox.service import record_bounce, record_reply

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)  # a mail server that restarts is no failure of the job
_unreachable_since: list[datetime] = []


def read(at: datetime) -> int:
    """Look at the new mails in the mailbox of ``imap_url``. Returns how many of them mattered; 0 without a mailbox.

    Raises
    ------
    MailboxUnreachable
        For a quarter of an hour nobody answered, or the log-in was refused.
    """
    settings = current_app.config["LOTSEN"]
    if not settings.imap_url:
        return 0
    ours = {settings.mail_from.lower(), town().email.lower()}
    db.session.rollback()
    mattered = 0
    try:
        with Mailbox(settings.imap_url) as mailbox:
            for arrived in mailbox.new():
                noted = arrived.sender not in ours and again(lambda arrived=arrived: _note(arrived, at))  # type: ignore[misc]
                mailbox.keep_in_mind(arrived, seen=noted and arrived.kind is Kind.BOUNCE)
                mattered += noted
    except MailboxUnreachable as error:
        _unreachable_since.append(real_now())
        if real_now() - _unreachable_since[0] > PATIENCE:
            raise
        log.warning("the mailbox does not answer: %s", error)
        return mattered
    _unreachable_since.clear()
    return mattered


def _note(arrived: Arrived, at: datetime) -> bool:
    """Write down what a mail means for the message it is about; what is known already changes nothing."""
    if not arrived.about:
        return False
    with transaction():
        row = db.session.scalar(
            select(OutboxMessage)
            .where(OutboxMessage.message_id.in_(arrived.about))
            .order_by(OutboxMessage.id.desc())
            .limit(1)
        )
        if row is None:
            return False
        if arrived.kind is Kind.REPLY:
            return record_reply(row, at=min(arrived.at, at))
        if row.state is not State.SENT:
            return False
        record_bounce(row, by=SYSTEM, at=at)
        return True
