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
from .matcher import Matcher
from .types import InputError
from .vectors import Vocabulary
from .version import VERSION

FORMAT = "lotsen-matcher-2"


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
        "thesaurus": matcher.thesaurus_.fingerprint if matcher.thesaurus_ else None,
        "settings": {
            "fits_from": matcher.fits_from,
            "possible_from": matcher.possible_from,
            "spelling": matcher.speller_ is not None,
        },
        "weights": matcher.weights_,
        "known": sorted(matcher.speller_.known) if matcher.speller_ else [],
        "words": vocabulary.words,
        "groups": vocabulary.groups,
        "idf": [float(value) for value in vocabulary.idf_],
    }
    Path(path).write_bytes(gzip.compress(json.dumps(record, ensure_ascii=False).encode(), mtime=0))


def load(path: Path | str, catalogue: Catalogue | None = None, thesaurus: Path | str | None = None) -> Matcher:
    """A matcher with the statistics of a file and nobody in it; ``InputError`` for a file that is none of ours.

    Catalogue and thesaurus are not in the file; they must be those it was fitted with.
    """
    name = Path(path).name
    try:
        record = json.loads(gzip.decompress(Path(path).read_bytes()))
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{name}: is no model file ({error})") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InputError(f"{name}: format: {FORMAT} is needed")
    if record.get("version") != VERSION:
        raise InputError(f"{name}: version: {record.get('version')!r} is not {VERSION!r}, fit anew")
    try:
        settings, known = record["settings"], record["known"]
        fits, possible = float(settings["fits_from"]), float(settings["possible_from"])
        matcher = Matcher(catalogue, checked(record["weights"]), fits, possible, settings["spelling"], thesaurus)
        matcher.fit([])
        vocabulary = _vocabulary(record, matcher.space_.vocabulary_, name)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{name}: {error!r}") from error
    if record.get("catalogue") != matcher.catalogue_.fingerprint:
        raise InputError(f"{name}: catalogue: was fitted with another one, fit anew")
    if record.get("thesaurus") != (matcher.thesaurus_.fingerprint if matcher.thesaurus_ else None):
        raise InputError(f"{name}: thesaurus: was fitted with another one or none, fit anew")
    if not (isinstance(known, list) and all(isinstance(word, str) for word in known)):
        raise InputError(f"{name}: known: a list of words is needed")
    matcher.restore(vocabulary, known)
    return matcher


def _vocabulary(record: dict[str, Any], other: Vocabulary, name: str) -> Vocabulary:
    words, groups = record["words"], record["groups"]
    idf = np.array(record["idf"], dtype=np.float32)
    numbers = sorted([*words.values(), *groups.values()])
    if numbers != list(range(idf.size)) or not np.isfinite(idf).all() or (idf <= 0).any():
        raise InputError(f"{name}: idf: one positive number for each of {len(numbers)} features is needed")
    return Vocabulary.restored(other.analyser, words, groups, idf)
