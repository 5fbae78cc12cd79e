"""The menu: one row of pages; who works in the office and wears other hats too has a second row for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from .access import STAFF, Role


@dataclass(frozen=True)
class MenuItem:
    """One entry; ``roles`` empty: for whoever is not logged in.

    ``own`` marks what a person does for herself. ``beside`` shows it only to who works in the office as well, where
    the page of the same things is the office's.
    """

    label: Any
    endpoint: str
    roles: tuple[Role, ...] = ()
    own: bool = False
    beside: bool = False

    def is_for(self, roles: frozenset[Role], *, logged_in: bool) -> bool:
        """Whether somebody with these roles sees it."""
        if self.beside and not roles.intersection(STAFF):
            return False
        return bool(roles.intersection(self.roles)) if self.roles else not logged_in


@dataclass(frozen=True)
class Entry:
    """An item as one page shows it; the path is built once, a page needs it in three places."""

    label: Any
    url: str
    own: bool

    def covers(self, path: str) -> bool:
        """Whether the path is this page or one below it."""
        return path == self.url or (self.url != "/" and path.startswith(f"{self.url}/"))


@dataclass(frozen=True)
class Menu:
    """What one person sees on one page: the main row, and the row of her own affairs when she has both."""

    main: Sequence[Entry]
    own: Sequence[Entry]
    active: Entry | None

    @classmethod
    def of(cls, items: Iterable[MenuItem], roles: frozenset[Role], *, logged_in: bool) -> "Menu":
        """The menu for somebody with these roles on the page that is asked for."""
        seen = [
            Entry(item.label, url_for(item.endpoint), item.own)
            for item in items
            if item.is_for(roles, logged_in=logged_in)
        ]
        # the longest path wins: /anfragen/meine is not /anfragen
        active = max((item for item in seen if item.covers(request.path)), key=lambda item: len(item.url), default=None)
        if not roles.intersection(STAFF):
            return cls(seen, (), active)
        return cls([item for item in seen if not item.own], [item for item in seen if item.own], active)
