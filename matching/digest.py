"""Short names of content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(lines: Iterable[str]) -> str:
    """Short name of some lines in their order.

    Examples
    --------
    >>> digest(["a", "b"]) == digest(["ab"])
    False
    """
    return hashlib.blake2b("\0".join(lines).encode(), digest_size=6).hexdigest()
