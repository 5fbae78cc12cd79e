"""What people say, as words and as numbers of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .vectors import Rows, bag


@dataclass(frozen=True, slots=True)
class Texts:
    """A person's words: own items (there is at least one), and the names of items shared with others."""

    own: Sequence[Sequence[str]]
    shared: Sequence[str] = ()


class Numbered:
    """The distinct words of many people, numbered; people's items as rows of numbers."""

    def __init__(
        self, people: Sequence[Texts], shared: Mapping[str, Sequence[str]], background: Sequence[Sequence[str]] = ()
    ) -> None:
        at: dict[str, int] = {}

        def number(words: Sequence[str]) -> list[int]:
            return [at.setdefault(word, len(at)) for word in words]

        self.people = people
        self._own = [[number(item) for item in person.own] for person in people]
        names = sorted({name for person in people for name in person.shared})
        self._shared: list[list[int]] = [[], *(number(shared[name]) for name in names)]
        self._shared_at = {name: place for place, name in enumerate(names, start=1)}
        self._background = [number(words) for words in background]
        self.tokens = list(at)

    def wholes(self, start: int, stop: int) -> Rows:
        """Each person's items together."""
        return bag(self._wholes(start, stop), len(self.tokens))

    def rows(self, start: int, stop: int) -> Rows:
        """Each person's items together, then their own items one behind the other, then the items all people share."""
        items = [item for own in self._own[start:stop] for item in own]
        return bag([*self._wholes(start, stop), *items, *self._shared], len(self.tokens))

    def background(self) -> Rows:
        """Texts that are nobody's."""
        return bag(self._background, len(self.tokens))

    def _wholes(self, start: int, stop: int) -> list[list[int]]:
        rows = []
        for person, own in zip(self.people[start:stop], self._own[start:stop], strict=True):
            row = [number for item in own for number in item]
            for name in person.shared:
                row += self._shared[self._shared_at[name]]
            rows.append(row)
        return rows

    def shared_of(self, person: Texts) -> list[int]:
        """The shared items of somebody; the first, which is empty, is everybody's."""
        return [0, *(self._shared_at[name] for name in person.shared)]
