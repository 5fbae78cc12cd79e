"""Where a mail can stand, and when it is tried again."""

import random
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    RECALLED = "recalled"
    HELD = "held"
    CALL = "call"
    CALLED = "called"


STILL_TO_COME = (State.WAITING, State.CALL, State.HELD)
NOT_LEFT = (State.WAITING, State.HELD)
UNSAID = (*STILL_TO_COME, State.FAILED)


class Hold(StrEnum):
    """Why all sending is held."""

    BY_HAND = "by_hand"
    RESTORED = "restored"


MAX_TRIES = 12
FIRST_PAUSE = timedelta(seconds=30)
LEASE_SECONDS = 60
IN_HAND = "!"  # ends the lease's token once its holder has read the mail and hands it over
SMTP_TIMEOUT_SECONDS = 20  # for one answer of the server
SMTP_DEADLINE_SECONDS = 45  # for a whole mail, connecting included: the lease outlives it


def is_reminder(kind: str) -> bool:
    """Whether mails of this kind remind somebody of what was asked before."""
    return kind.endswith("_reminder")


def is_in_hand(lease_token: str) -> bool:
    """Whether a sender has read the mail already: what is written into its row now does not reach it any more."""
    return lease_token.endswith(IN_HAND)


def pause_before_try(tries: int, rng: random.Random | None = None) -> timedelta:
    """Pause after the nth failed try: 30 s x 2^n x (0.5 to 1.5)."""
    factor = (rng or random).uniform(0.5, 1.5)
    return FIRST_PAUSE * 2**tries * factor


def waited(due_at: datetime, tries: int, at: datetime) -> timedelta:
    """How long a mail has waited, by the pauses after its failed tries as they are meant; it never becomes less.

    >>> due = datetime(2026, 11, 24, 9, 0)
    >>> [waited(due, tries, due - FIRST_PAUSE).total_seconds() for tries in range(1, 6)]
    [0.0, 60.0, 180.0, 420.0, 900.0]
    >>> waited(due, 0, due + FIRST_PAUSE).total_seconds()
    30.0
    """
    over = due_at <= at
    pauses = FIRST_PAUSE * max(0, 2 ** (tries + over) - 2)
    return pauses + (at - due_at if over else timedelta())


def spoken(text: str) -> str:
    """What of a mail is read aloud on the telephone: everything but its links, which stay the person's own."""
    kept = [line for line in text.splitlines() if "://" not in line]
    return "\n".join(kept).partition("\n-- \n")[0].strip()
