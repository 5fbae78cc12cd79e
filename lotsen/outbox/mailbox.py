"""The programme's mailbox, read by IMAP: which mails came back, and which are answers of people.

Only headers and delivery reports are looked at. What people write is for people: it is neither kept nor understood.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from lotsen.core.clock import real_now

TIMEOUT_SECONDS = 20
MOST_BYTES = 300_000  # the report and the headers of the returned mail stand at its beginning
MOST_MAILS = 100
LOOK_BACK = timedelta(days=14)
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxUnreachable(Exception):
    """Nobody answered, or the log-in or the folder was refused."""


class Kind(Enum):
    """What a mail is to us."""

    BOUNCE = "a mail of ours came back for good"
    REPLY = "a person answered a mail of ours"
    OTHER = "anything else"


@dataclass(frozen=True)
class Arrived:
    """One mail in the mailbox; ``about`` are the Message-IDs it speaks of."""

    uid: int
    at: datetime
    kind: Kind
    about: tuple[str, ...]
    sender: str


class Mailbox:
    """A connection to ``imaps://user:password@host[:port][/FOLDER]`` (or ``imap+starttls://``)."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.imap: Any = None
        self.folder = unquote(self.parts.path.strip("/")) or "INBOX"

    def __enter__(self) -> "Mailbox":
        """Connect, log in, open the folder."""
        try:
            self._connect()
            self.imap.login(unquote(self.parts.username or ""), unquote(self.parts.password or ""))
            self._asked("select", f'"{self.folder}"')
            self.validity = int((self.imap.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        except (imaplib.IMAP4.error, OSError) as error:
            self._hang_up()
            raise MailboxUnreachable(f"{type(error).__name__}: {error}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Hang up; what goes wrong while talking is the mailbox's fault."""
        self._hang_up()
        if isinstance(error, imaplib.IMAP4.error | OSError):
            raise MailboxUnreachable(f"{type(error).__name__}: {error}") from error

    def _hang_up(self) -> None:
        if self.imap is not None:
            try:
                self.imap.logout()
            except (imaplib.IMAP4.error, OSError):
                with suppress(OSError):  # the connection is gone: there is nothing left to close
                    self.imap.shutdown()

    def new(self, after: int) -> Iterator[Arrived]:
        """The mails of the last two weeks that came after this UID, read by somebody or not, the oldest first."""
        since = real_now() - LOOK_BACK
        day = f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"
        (found,) = self._asked("uid", "SEARCH", "UID", f"{after + 1}:*", "SINCE", day)
        uids = sorted(int(uid) for uid in (found or b"").split())
        for uid in [uid for uid in uids if uid > after][:MOST_MAILS]:  # "n:*" names the last one, too
            answer = self._asked("uid", "FETCH", str(uid), f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)")
            pairs = [part for part in answer if isinstance(part, tuple)]
            if pairs:
                mail = message_from_bytes(pairs[0][1])
                kind, about = recognise(mail)
                sender = parseaddr(str(mail.get("From", "")))[1].lower()
                yield Arrived(uid, _arrival(pairs[0][0]), kind, about, sender)

    def mark_read(self, arrived: Arrived) -> None:
        """Nobody else needs to look at this mail."""
        self._asked("uid", "STORE", str(arrived.uid), "+FLAGS.SILENT", r"(\Seen)")

    def _connect(self) -> None:
        host = self.parts.hostname or "localhost"
        if self.parts.scheme == "imaps":
            context = ssl.create_default_context()
            self.imap = imaplib.IMAP4_SSL(host, self.parts.port or 993, ssl_context=context, timeout=TIMEOUT_SECONDS)
            return
        self.imap = imaplib.IMAP4(host, self.parts.port or 143, timeout=TIMEOUT_SECONDS)
        if self.parts.scheme == "imap+starttls":
            self.imap.starttls(ssl.create_default_context())

    def _asked(self, command: str, *arguments: str) -> Any:
        status, answer = getattr(self.imap, command)(*arguments)
        if status != "OK":
            raise imaplib.IMAP4.error(f"{command} {' '.join(arguments)}: {answer!r}")
        return answer


def recognise(mail: Message) -> tuple[Kind, tuple[str, ...]]:
    """What a mail is, and which Message-IDs it speaks of."""
    if mail.get_content_type() == "multipart/report":
        return (Kind.BOUNCE, _returned(mail)) if _failed_for_good(mail) else (Kind.OTHER, ())
    written_by_machine = str(mail.get("Auto-Submitted", "no")).strip().lower() != "no"
    bulk = str(mail.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
    if written_by_machine or bulk or "X-Autoreply" in mail or str(mail.get("Return-Path", "")).strip() == "<>":
        return Kind.OTHER, ()
    about = _ids(mail.get("In-Reply-To")) or _ids(mail.get("References"))[-1:]
    return (Kind.REPLY, about) if about else (Kind.OTHER, ())


def _failed_for_good(report: Message) -> bool:
    """Whether the delivery report says so; "delayed" and "delivered" are none of our business."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                    return True
    return False


def _returned(report: Message) -> tuple[str, ...]:
    """Message-IDs of the mail that came back: from its headers, which the report carries; else of the thread."""
    found: list[str] = []
    for part in report.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and isinstance(payload[0], Message):
            found += _ids(payload[0].get("Message-ID"))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            raw = part.get_payload(decode=True)
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(payload)
            found += _ids(message_from_string(text).get("Message-ID"))
    return tuple(found) or _ids(report.get("In-Reply-To")) or _ids(report.get("References"))


def _ids(header: Any) -> tuple[str, ...]:
    return tuple(MESSAGE_ID.findall(str(header or "")))


def _arrival(answer: bytes) -> datetime:
    found = re.search(rb'INTERNALDATE " ?(\d+)-(\w{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})"', answer)
    if found is None:
        return real_now()
    day, month, year, rest = (part.decode("ascii") for part in found.groups())
    text = f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d} {rest}"
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
