"""A real SMTP server that keeps what it gets and says what a test wants it to say."""

import socket
import threading
import time
from collections import Counter, deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sink:
    """Takes mails at ``url``. ``answers`` are said instead of taking; ``unknown`` addresses are refused for good."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: deque[str] = deque()
        self.unknown: set[str] = set()
        self.greetings = 0
        self.pause = 0.0
        self.port = free_port()
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """For LOTSEN_MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> "Counter[str]":
        """How often each Message-ID arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for an address, in order."""
        return [mail for mail in self.mails if address in str(mail["To"])]

    def start(self) -> "Sink":
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Be gone."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        """Count connections."""
        session.host_name = hostname
        self.greetings += 1
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Refuse the unknown."""
        if address in self.unknown:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the mail, or say what the test wants said."""
        if self.answers:
            return self.answers.popleft()
        if self.pause:
            time.sleep(self.pause)
        with self._lock:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"
