"""Why a mail did not leave."""


class TryLater(Exception):
    """The server said 4xx, or there was none: the same message may go through another time."""


class ServerUnreachable(TryLater):
    """Nobody answered, or the log-in failed: this is about the server, not about one message."""


class RefusedForGood(Exception):
    """The server said 5xx to this message, or the message cannot be written down as a mail."""
