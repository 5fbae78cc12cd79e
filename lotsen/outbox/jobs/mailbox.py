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
from lotsen.outbox.models import MailboxPosition, OutboxMessage
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
            for arrived in mailbox.new(_looked_through(mailbox)):
                noted = again(lambda arrived=arrived: _note(mailbox, arrived, ours, at))  # type: ignore[misc]
                if noted and arrived.kind is Kind.BOUNCE:
                    mailbox.mark_read(arrived)
                mattered += noted
    except MailboxUnreachable as error:
        _unreachable_since.append(real_now())
        if real_now() - _unreachable_since[0] > PATIENCE:
            raise
        log.warning("the mailbox does not answer: %s", error)
        return mattered
    _unreachable_since.clear()
    return mattered


def _looked_through(mailbox: Mailbox) -> int:
    """The last mail that was looked at; 0 in a mailbox that is new to us."""
    position = db.session.get(MailboxPosition, 1)
    last = position.last_uid if position is not None and position.validity == mailbox.validity else 0
    db.session.rollback()
    return last


def _note(mailbox: Mailbox, arrived: Arrived, ours: set[str], at: datetime) -> bool:
    """Write down what a mail means for the message it is about, and that it was looked at."""
    with transaction():
        position = db.session.get(MailboxPosition, 1)
        if position is None:
            position = MailboxPosition(id=1, validity=mailbox.validity, last_uid=0)
            db.session.add(position)
        position.validity, position.last_uid = mailbox.validity, arrived.uid
        about = select(OutboxMessage).where(OutboxMessage.message_id.in_(arrived.about))
        row = db.session.scalar(about.order_by(OutboxMessage.id.desc()).limit(1))
        if row is None or arrived.sender in ours:
            return False
        if arrived.kind is Kind.REPLY:
            return record_reply(row, at=min(arrived.at, at))
        if row.state is not State.SENT:  # somebody pressed "Kam zurück" already
            return False
        record_bounce(row, by=SYSTEM, at=at)
        return True
