"""A fitted matcher's statistics as a file: versioned, without people, refused when foreign.

The file is gzipped JSON, never pickle: reading it runs nothing. It holds stems and letter groups of the profiles,
so it belongs where the profiles belong. People are taken in with :meth:`Matcher.update` after reading.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np

from .catalogue import Catalogue
from .components import checked
from .matcher import VERSION, Matcher
from .types import InputError
from .vectors import Vocabulary

FORMAT = "lotsen-matcher-1"


def save(matcher: Matcher, path: Path | str) -> None:
    """Write the statistics of a fitted matcher.

    Examples
    --------
    >>> import tempfile
    >>> from matching import Profile
    >>> fitted = Matcher().fit([Profile("a", about="Webseiten")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(fitted, Path(folder) / "model.gz")
    ...     load(Path(folder) / "model.gz").version_ == fitted.version_
    True
    """
    vocabulary = matcher.space_.vocabulary_
    record = {
        "format": FORMAT,
        "version": VERSION,
        "catalogue": matcher.catalogue_.fingerprint,
        "settings": {"fits_from": matcher.fits_from, "possible_from": matcher.possible_from},
        "weights": matcher.weights_,
        "words": vocabulary.words,
        "groups": vocabulary.groups,
        "idf": [float(value) for value in vocabulary.idf_],
    }
    Path(path).write_bytes(gzip.compress(json.dumps(record, ensure_ascii=False).encode(), mtime=0))


def load(path: Path | str, catalogue: Catalogue | None = None) -> Matcher:
    """A matcher with the statistics of a file and nobody in it; ``InputError`` for a file that is none of ours."""
    name = Path(path).name
    try:
        record = json.loads(gzip.decompress(Path(path).read_bytes()))
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{name}: is no model file ({error})") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InputError(f"{name}: format: {FORMAT} is needed")
    if record.get("version") != VERSION:
        raise InputError(f"{name}: version: {record.get('version')!r} is not {VERSION!r}, fit anew")
    known = catalogue or Catalogue.load()
    if record.get("catalogue") != known.fingerprint:
        raise InputError(f"{name}: catalogue: was fitted with another one, fit anew")
    try:
        fits, possible = (float(record["settings"][key]) for key in ("fits_from", "possible_from"))
        matcher = Matcher(catalogue, checked(record["weights"]), fits, possible).fit([])
        vocabulary = _vocabulary(record, matcher.space_.vocabulary_, name)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{name}: {error!r}") from error
    matcher.space_.vocabulary_ = vocabulary
    matcher.people_ = matcher.people_.emptied()
    matcher.version_ = matcher.named()
    return matcher


def _vocabulary(record: dict[str, Any], other: Vocabulary, name: str) -> Vocabulary:
    words, groups = record["words"], record["groups"]
    idf = np.array(record["idf"], dtype=np.float32)
    numbers = sorted([*words.values(), *groups.values()])
    if numbers != list(range(idf.size)) or not np.isfinite(idf).all() or (idf <= 0).any():
        raise InputError(f"{name}: idf: one positive number for each of {len(numbers)} features is needed")
    return Vocabulary.restored(other.analyser, words, groups, idf)
