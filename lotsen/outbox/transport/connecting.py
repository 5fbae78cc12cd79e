"""A connection to a mail server that takes no longer than a mail may, however slowly the server answers."""

import io
import smtplib
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, unquote

from lotsen.outbox.rules import SMTP_TIMEOUT_SECONDS


class _Deadline:
    """Lets the server take only as long as the whole mail still may: for each step, however slowly it drips."""

    sock: Any
    file: Any

    def __init__(self, *args: Any, deadline: float, **kwargs: Any) -> None:
        self.deadline = deadline
        super().__init__(*args, **kwargs)

    def send(self, words: Any) -> None:
        """Say something, until the deadline at most."""
        self._hurry()
        super().send(words)  # type: ignore[misc]

    def getreply(self) -> tuple[int, bytes]:
        """Wait for the answer, until the deadline at most."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Dripping(self.sock, self._hurry))
        return super().getreply()  # type: ignore[misc, no-any-return]

    def _hurry(self) -> None:
        """Give the next step what is left.

        Raises
        ------
        TimeoutError
            Nothing is left.
        """
        if self.sock is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the mail took too long")
            self.sock.settimeout(min(SMTP_TIMEOUT_SECONDS, left))


class _Dripping(io.RawIOBase):
    """What the server says: before each piece, somebody looks at the time."""

    def __init__(self, sock: Any, look: Callable[[], None]) -> None:
        super().__init__()
        self.sock, self.look = sock, look

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next piece."""
        self.look()
        return int(self.sock.recv_into(buffer))


class DeadlineSMTP(_Deadline, smtplib.SMTP):
    """SMTP in the clear or with STARTTLS."""


class DeadlineSMTPSSL(_Deadline, smtplib.SMTP_SSL):
    """SMTP over TLS from the first byte."""


def connect(parts: SplitResult, deadline: float) -> DeadlineSMTP | DeadlineSMTPSSL:
    """Open a connection as ``smtp://``, ``smtp+starttls://`` or ``smtps://[user:password@]host[:port]`` says."""
    host, starttls = parts.hostname or "localhost", parts.scheme == "smtp+starttls"
    left = max(0.1, min(SMTP_TIMEOUT_SECONDS, deadline - time.monotonic()))
    connection: DeadlineSMTP | DeadlineSMTPSSL
    if parts.scheme == "smtps":
        trust = ssl.create_default_context()
        connection = DeadlineSMTPSSL(host, parts.port or 465, timeout=left, context=trust, deadline=deadline)
    else:
        connection = DeadlineSMTP(host, parts.port or (587 if starttls else 25), timeout=left, deadline=deadline)
    try:
        if starttls:
            connection.starttls(context=ssl.create_default_context())
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        connection.close()
        raise
    return connection
