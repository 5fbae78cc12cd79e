"""Match people who can help with requests for help, in everyday German, with reasons that add up.

A pure library: frozen dataclasses in, ranked matches with reasons out. It knows no web, no database, no name.
"""

from . import reasons
from .catalogue import Catalogue
from .matcher import Matcher
from .topics import Area, Topic
from .types import Band, Gap, InputError, Match, Need, Part, Profile, Ranking, Rule, Share, Suggestion

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
