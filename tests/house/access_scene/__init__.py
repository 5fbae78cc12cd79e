"""A small town for the access tests: two sides that must not see each other, and one browser for each role.

Side ``a`` belongs to the pilot and the contact person whose browsers are used; side ``b`` is somebody else's.
"""

from .addresses import PURPOSES, addresses, expected, has_object, path_of, value_of
from .rows import CANDIDATE, CRITICISM, MESSAGE, build
from .town import ROLES, Answer, Town, dump

__all__ = [
    "CANDIDATE",
    "CRITICISM",
    "MESSAGE",
    "PURPOSES",
    "ROLES",
    "Answer",
    "Town",
    "addresses",
    "build",
    "dump",
    "expected",
    "has_object",
    "path_of",
    "value_of",
]
