"""What is read aloud on the telephone: the words of a message, with the days as they count from this call."""

from datetime import datetime

from flask import current_app, render_template

from lotsen.core.i18n import speaking
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import spoken

from .writing import Address


def read_aloud(message: OutboxMessage, *, at: datetime) -> str:
    """The words to say when the call is made at ``at``; empty once the text is erased.

    A message that names a day until which to answer was written with another one: it is said anew.
    """
    if not message.text:
        return ""
    with speaking(message.locale or "de"):
        content = current_app.extensions["lotsen.said_now"](message, at)
        if content is None:
            return spoken(message.text)
        listener = Address(name=message.recipient_name, email=None)
        words = render_template("mail/spoken.txt", mail=content, recipient=listener, municipality=town())
    return words.strip()
