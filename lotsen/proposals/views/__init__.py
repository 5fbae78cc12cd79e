"""The queue, the one page of a request, the share of all, the weights."""

from . import asking, blocks, candidates, hands, share, weights
from .blueprint import bp

__all__ = ["asking", "blocks", "bp", "candidates", "hands", "share", "weights"]
