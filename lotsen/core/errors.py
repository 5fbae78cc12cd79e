"""What can go wrong in the domain, as exceptions that the edge turns into a page."""

from dataclasses import dataclass, field


class DomainError(Exception):
    """A rule of the programme was broken. ``message`` is a sentence for the person at the screen."""

    status = 400

    def __init__(self, message: str = "", *, code: str = "") -> None:
        super().__init__(message or code)
        self.message = message
        self.code = code


class NotFound(DomainError):
    """The row does not exist or is none of this person's business; both look the same."""

    status = 404


class Forbidden(DomainError):
    """The person is known but may not do this."""

    status = 403


class InvalidInput(DomainError):
    """Input that passed the form but makes no sense in the domain; ``field`` names the culprit."""

    status = 400

    def __init__(self, message: str, *, field: str = "", code: str = "") -> None:
        super().__init__(message, code=code)
        self.field = field


@dataclass(frozen=True)
class Change:
    """One line of "what happened meanwhile": when, who, what, as words."""

    at: str
    who: str
    what: str


class TransitionForbidden(DomainError):
    """The state machine has no such step, mostly because somebody moved the row meanwhile: ``changes`` says who."""

    status = 409

    def __init__(self, message: str = "", *, code: str = "", entity: str = "", entity_id: int | None = None) -> None:
        super().__init__(message, code=code)
        self.entity, self.entity_id = entity, entity_id
        self.changes: list[Change] = []


@dataclass
class Conflict(DomainError):
    """Somebody was faster. ``changes`` says who did what meanwhile."""

    message: str = ""
    code: str = "conflict"
    entity: str = ""
    entity_id: int | None = None
    changes: list[Change] = field(default_factory=list)
    status = 409

    def __post_init__(self) -> None:
        super().__init__(self.message, code=self.code)


class CapacityExhausted(Conflict):
    """The pilot's last free place was taken in the meantime."""


class Busy(DomainError):
    """The database was too busy, also after some repetitions. Nothing was kept; in a moment it works."""

    status = 503


class TooManyAttempts(DomainError):
    """Throttled. ``wait_seconds`` says when to try again."""

    status = 429

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(code="throttled")
        self.wait_seconds = wait_seconds
