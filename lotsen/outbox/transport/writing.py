"""A row written down as a mail."""

import re
from email import policy
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Any

import idna
from sqlalchemy import Row

from lotsen.outbox.models import OutboxMessage

from .refusals import RefusedForGood

_METHOD = re.compile(r"^METHOD:([A-Z]+)", re.MULTILINE)  # calendars read it from the content type


class _Headers(HeaderRegistry):
    """Makes headers as the standard library does, but no new class for each, and what all mails share only once.

    A header is a text that never changes. Made anew, they were half of the work on a mail.
    """

    kept = frozenset({"from", "reply-to", "auto-submitted", "content-language", "mime-version", "content-type"})

    def __init__(self) -> None:
        super().__init__()
        self._class = cache(super().__getitem__)
        self._same = lru_cache(maxsize=64)(self._made)

    def __getitem__(self, name: str) -> Any:
        return self._class(name.lower())

    def __call__(self, name: str, value: Any) -> Any:
        """A header of that name."""
        return (self._same if isinstance(value, str) and name.lower() in self.kept else self._made)(name, value)

    def _made(self, name: str, value: Any) -> Any:
        return self[name](name, value)


_POLICY = policy.SMTP.clone(header_factory=_Headers())


def build(row: OutboxMessage | Row[Any], *, sender: str, sender_name: str, reply_to: str) -> EmailMessage:
    """Write a row down as a mail: text and HTML, the fixed Message-ID, the date at which it was due.

    Raises
    ------
    RefusedForGood
        An address or a header that cannot stand in a mail (line breaks, for instance).
    """
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = str(Address(_one_line(sender_name), addr_spec=sender))
        message["To"] = Address(_one_line(row.recipient_name), addr_spec=to_server(row.address))
        message["Reply-To"] = reply_to or sender
        message["Subject"] = _one_line(row.subject)
        message["Date"] = format_datetime(row.due_at)
        message["Message-ID"] = row.message_id
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = row.locale
        message.set_content(row.text, cte="quoted-printable")
        if row.html:
            message.add_alternative(row.html, subtype="html", cte="quoted-printable")
        if row.attachment:
            method = _METHOD.search(row.attachment)
            message.add_attachment(
                row.attachment.encode(),
                maintype="text",
                subtype="calendar",
                filename="termin.ics",
                cte="base64",
                params={"charset": "utf-8", "method": method[1] if method else "PUBLISH"},
            )
    except (ValueError, IndexError, LookupError) as error:  # what email.message raises for a header it cannot hold
        raise RefusedForGood(f"cannot be written as a mail: {error}") from error
    return message


def to_server(address: str) -> str:
    """An address as every server takes it: umlauts of the domain in their ASCII form; before the @ they stay."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise RefusedForGood(f"cannot be written as a mail: {error}") from error


def _one_line(text: str) -> str:
    """Text for a header: no line breaks nor other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
