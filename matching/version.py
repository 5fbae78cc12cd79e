"""The name of a fitted model: two rankings are comparable when it is the same."""

from __future__ import annotations

import hashlib
import json

from .asking import Ground
from .digest import digest

VERSION = "12"
"""Raised with every change of the code that changes a ranking or the wording of its reasons."""


def model_version(ground: Ground) -> str:
    """Code, what was learned and read from (words, catalogue, synonyms), and the settings: equal names rank equally.

    Examples
    --------
    >>> from matching import Matcher
    >>> one, other = Matcher().fit([]), Matcher(possible_from=0.3).fit([])
    >>> [a == b for a, b in zip(one.version_.split("."), other.version_.split("."))]
    [True, True, False]
    """
    vocabulary = ground.space.vocabulary_
    learned = hashlib.blake2b(vocabulary.idf_.tobytes(), digest_size=4)
    learned.update(digest((*vocabulary.words, "", *vocabulary.groups)).encode())
    learned.update(ground.catalogue.fingerprint.encode())
    learned.update(digest(sorted(ground.speller.known)).encode() if ground.speller else b"-")
    learned.update(ground.thesaurus.fingerprint.encode() if ground.thesaurus else b"-")
    scale = ground.scale
    settings = {"weights": dict(scale.weights), "fits_from": scale.fits_from, "possible_from": scale.possible_from}
    weighed = hashlib.blake2b(json.dumps(settings, sort_keys=True).encode(), digest_size=3)
    return f"{VERSION}.{learned.hexdigest()}.{weighed.hexdigest()}"
