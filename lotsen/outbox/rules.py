"""Where a mail can stand, and when it is tried again."""

import random
from datetime import timedelta
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


class Hold(StrEnum):
    """Why all sending is held."""

    BY_HAND = "by_hand"
    RESTORED = "restored"


MAX_TRIES = 12
LEASE_SECONDS = 60
SMTP_TIMEOUT_SECONDS = 20  # for one answer of the server
SMTP_DEADLINE_SECONDS = 45  # for a whole mail, connecting included: the lease outlives it
CALL_ATTEMPTS = 3


def pause_before_try(tries: int, rng: random.Random | None = None) -> timedelta:
    """Pause after the nth failed try: 30 s x 2^n x (0.5 to 1.5)."""
    factor = (rng or random).uniform(0.5, 1.5)
    return timedelta(seconds=30 * 2**tries * factor)


def spoken(text: str) -> str:
    """What of a mail is read aloud on the telephone: everything but its links, which stay the person's own."""
    kept = [line for line in text.splitlines() if "://" not in line]
    return "\n".join(kept).partition("\n-- \n")[0].strip()
