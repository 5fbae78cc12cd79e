"""The ways out: an SMTP server, or files."""

import os
import smtplib
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from lotsen.core.config import Settings
from lotsen.outbox.rules import SMTP_DEADLINE_SECONDS

from .connecting import DeadlineSMTP, DeadlineSMTPSSL, connect
from .refusals import RefusedForGood, ServerUnreachable, TryLater
from .writing import to_server


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
