"""How a message leaves the house: through SMTP, or as an .eml file while no mail server is configured."""

import os
import re
import smtplib
import ssl
import time
from email import policy
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import idna
from sqlalchemy import Row

from lotsen.core.config import Settings

from .models import OutboxMessage
from .rules import SMTP_DEADLINE_SECONDS, SMTP_TIMEOUT_SECONDS

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


class TryLater(Exception):
    """The server said 4xx, or there was none: the same message may go through another time."""


class ServerUnreachable(TryLater):
    """Nobody answered, or the log-in failed: this is about the server, not about one message."""


class RefusedForGood(Exception):
    """The server said 5xx to this message, or the message cannot be written down as a mail."""


class Transport(Protocol):
    """Something that takes mails."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand over one mail; returns only when it was taken.

        Raises
        ------
        TryLater
            Not now.
        RefusedForGood
            Never.
        """
        ...

    def close(self) -> None:
        """Hang up."""
        ...


def for_settings(settings: Settings) -> Transport:
    """The transport that the deployment's settings name."""
    if settings.mail_url:
        return SmtpTransport(settings.mail_url, sender=settings.mail_from)
    return FileTransport(settings.mail_dir)


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


class FileTransport:
    """Writes each mail as a file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Keep the mail as ``<Message-ID>.eml``; sent twice, it is one file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        target = self.folder / f"{name}.eml"
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(bytes(message))
        draft.replace(target)

    def close(self) -> None:
        """Nothing to hang up."""


class SmtpTransport:
    """One connection, reused until an error; every mail has a deadline shorter than the lease on its row."""

    def __init__(self, url: str, *, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender
        self.connection: DeadlineSMTP | DeadlineSMTPSSL | None = None

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand one mail to the server; a new connection after any error."""
        deadline = time.monotonic() + SMTP_DEADLINE_SECONDS
        try:
            connection = self._connected(deadline)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerUnreachable(_told(error)) from error
        try:
            connection.send_message(message, self.sender, [to_server(recipient)])
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code, said = next(iter(error.recipients.values()))
            raise _refusal(code, said) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            self.close()
            raise RefusedForGood(_told(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TryLater(_told(error)) from error

    def close(self) -> None:
        """Hang up; a server that is gone already is no error."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        connection.deadline = time.monotonic() + 2
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()

    def _connected(self, deadline: float) -> "DeadlineSMTP | DeadlineSMTPSSL":
        if self.connection is None:
            self.connection = connect(self.parts, deadline)
        self.connection.deadline = deadline
        return self.connection


def _refusal(code: int, said: Any) -> Exception:
    text = f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return RefusedForGood(text) if 500 <= code < 600 else TryLater(text)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class _Deadline:
    """Lets every answer of the server wait only as long as the whole mail still may."""

    deadline: float = 0.0
    sock: Any

    def getreply(self) -> tuple[int, bytes]:
        """Wait for the answer, until the deadline at most."""
        if self.sock is not None and self.deadline:
            self.sock.settimeout(max(0.1, min(SMTP_TIMEOUT_SECONDS, self.deadline - time.monotonic())))
        return super().getreply()  # type: ignore[misc, no-any-return]


class DeadlineSMTP(_Deadline, smtplib.SMTP):
    """SMTP in the clear or with STARTTLS."""


class DeadlineSMTPSSL(_Deadline, smtplib.SMTP_SSL):
    """SMTP over TLS from the first byte."""


def connect(parts: SplitResult, deadline: float) -> DeadlineSMTP | DeadlineSMTPSSL:
    """Open a connection as ``smtp://``, ``smtp+starttls://`` or ``smtps://[user:password@]host[:port]`` says."""
    host = parts.hostname or "localhost"
    timeout = max(0.1, min(SMTP_TIMEOUT_SECONDS, deadline - time.monotonic()))
    connection: DeadlineSMTP | DeadlineSMTPSSL
    if parts.scheme == "smtps":
        connection = DeadlineSMTPSSL(host, parts.port or 465, timeout=timeout, context=ssl.create_default_context())
    else:
        connection = DeadlineSMTP(host, parts.port or (587 if parts.scheme == "smtp+starttls" else 25), timeout=timeout)
    connection.deadline = deadline
    try:
        if parts.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        connection.close()
        raise
    return connection
