"""Match people who can help with requests for help, in everyday German, with reasons that add up.

A pure library: frozen dataclasses in, ranked matches with reasons out. It knows no web, no database, no name.
"""

from . import reasons
from ._catalogue import Catalogue, Suggestion
from ._matcher import Matcher
from ._types import Band, Match, Need, Profile, Ranking, Share

__all__ = ["Band", "Catalogue", "Match", "Matcher", "Need", "Profile", "Ranking", "Share", "Suggestion", "reasons"]
