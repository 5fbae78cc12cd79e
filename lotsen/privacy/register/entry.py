"""What one line of the register says, and whose rows it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true

from lotsen.engagements.models import Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal


class Fate(StrEnum):
    """What erasure does to the rows of a person."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    KEPT = "kept"


class Why(StrEnum):
    """Why a column is not part of the export."""

    SECRET = "secret"  # noqa: S105 - a reason, no password
    PLUMBING = "plumbing"
    OTHERS = "others"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True)
class Subject:
    """Whose data it is: a person (0: none yet), and drafts of requests that only carry an address."""

    user_id: int
    draft_ids: tuple[int, ...] = ()

    def pilots(self) -> Select[Any]:
        """Ids of the own profile."""
        return select(Pilot.id).where(Pilot.user_id == self.user_id)

    def requests(self) -> Select[Any]:
        """Ids of the requests she is the contact person of."""
        return select(HelpRequest.id).where(
            or_(HelpRequest.contact_id == self.user_id, HelpRequest.id.in_(self.draft_ids))
        )

    def proposals(self) -> Select[Any]:
        """Ids of what the own profile was proposed for."""
        return select(Proposal.id).where(Proposal.pilot_id.in_(self.pilots()))

    def helping(self) -> Select[Any]:
        """Ids of the engagements in which she helps."""
        return select(Engagement.id).where(Engagement.pilot_id.in_(self.pilots()))

    def helped(self) -> Select[Any]:
        """Ids of the engagements in which her organisation is helped."""
        return select(Engagement.id).where(Engagement.help_request_id.in_(self.requests()))


ALL_OTHER = "*"  # in ``withheld``: every column that is not shown
Rows = Callable[[Subject], ColumnElement[bool]]


@dataclass(frozen=True)
class Entry:
    """One kind of rows about a person: which, what of them she gets, and what erasure does.

    ``shown``: column and its label in the export. ``withheld``: column and the reason. ``emptied``: the values that
    erasure leaves at once, ``emptied_over``: those it leaves when the case ``is_over``, because the other side still
    needs the text. A table may have two entries, one for each side of a case.
    """

    name: str
    model: type[Any]
    title: Any
    activity: str
    rows: Rows
    shown: Mapping[str, Any]
    fate: Fate
    withheld: Mapping[str, Why] = field(default_factory=dict)
    emptied: Mapping[str, Any] = field(default_factory=dict)
    emptied_over: Mapping[str, Any] = field(default_factory=dict)
    is_over: Callable[[], ColumnElement[bool]] = true

    @property
    def table(self) -> str:
        """Name of the table."""
        return str(self.model.__tablename__)

    def statement(self, subject: Subject) -> Select[Any]:
        """The person's rows, the oldest first."""
        return select(self.model).where(self.rows(subject)).order_by(*self.model.__mapper__.primary_key)


@dataclass(frozen=True)
class Unregistered:
    """A table that holds nothing about a person, or nothing that could be found by one; and why."""

    table: str
    why: Any


@dataclass(frozen=True)
class Activity:
    """One processing activity, as Art. 30 (1) GDPR wants it recorded. ``kept`` names classes of the retention."""

    key: str
    title: Any
    purpose: Any
    basis: Any
    persons: Any
    data: Any
    seen_by: Any
    kept: tuple[str, ...]
    also_kept: Any = ""
    exported: Any = ""
    erased: Any = ""
