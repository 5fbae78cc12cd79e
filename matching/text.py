"""Text evidence: how close a need's own words are to a person's own words.

A person is a whole text and a set of items (own words, finished cases, ticked topics). The score is a weighted sum of
cosines and of the share of the need's words that occur at all, so it splits exactly over the words of the need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .analyser import Analyser
from .index import BLOCK, TextIndex
from .query import Query, ask
from .texts import Numbered, Texts
from .thesaurus import Thesaurus
from .vectors import Vocabulary


class TextSpace:
    """Vocabulary and idf of one installation; frozen after :meth:`fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from matching.words import content
    >>> space = TextSpace(Analyser())
    >>> texts = ["Webseiten mit WordPress", "Kassenbuch und Buchhaltung"]
    >>> people = space.fit([Texts([content(text)]) for text in texts])
    >>> bool(np.argmax(people.scores(space.query("unser kasenbuch")))) is True
    True
    """

    def __init__(self, analyser: Analyser) -> None:
        self.vocabulary_ = Vocabulary(analyser)

    def fit(
        self,
        people: Sequence[Texts],
        shared: Mapping[str, Sequence[str]] | None = None,
        background: Sequence[Sequence[str]] = (),
    ) -> TextIndex:
        """Learn words and their weight from people and background texts; returns the index of the people."""
        words = Numbered(people, shared or {}, background)
        table = self.vocabulary_.table(words.tokens)
        wholes = [words.wholes(at, at + BLOCK) @ table for at in range(0, len(people), BLOCK)]
        self.vocabulary_.finish([*wholes, words.background() @ table])
        return TextIndex(self.vocabulary_, words, table)

    def index(self, people: Sequence[Texts], shared: Mapping[str, Sequence[str]] | None = None) -> TextIndex:
        """More people, with the statistics as they were fitted."""
        words = Numbered(people, shared or {})
        return TextIndex(self.vocabulary_, words, self.vocabulary_.table(words.tokens))

    def query(self, text: str, weights: Mapping[str, float] | None = None, thesaurus: Thesaurus | None = None) -> Query:
        """A need's words against this vocabulary, see :func:`matching.query.ask`."""
        return ask(self.vocabulary_, text, weights, thesaurus)
