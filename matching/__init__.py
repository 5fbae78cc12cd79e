"""Match people who can help with requests for help, in everyday German, with reasons that add up.

A pure library: frozen dataclasses in, ranked matches with reasons out. It knows no web, no database, no name.
"""

from typing import TYPE_CHECKING, Any

from . import reasons
from .catalogue import Catalogue
from .results import Gap, Match, Part, Ranking, Share, Suggestion
from .topics import Area, Topic
from .types import Band, InputError, Need, Profile, Rule

if TYPE_CHECKING:
    from .matcher import Matcher

__all__ = [
    "Area",
    "Band",
    "Catalogue",
    "Gap",
    "InputError",
    "Match",
    "Matcher",
    "Need",
    "Part",
    "Profile",
    "Ranking",
    "Rule",
    "Share",
    "Suggestion",
    "Topic",
    "reasons",
]


def __getattr__(name: str) -> Any:
    """``Matcher`` when it is first asked for: scikit-learn behind it takes a second and a third of the memory."""
    if name != "Matcher":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .matcher import Matcher

    return Matcher
