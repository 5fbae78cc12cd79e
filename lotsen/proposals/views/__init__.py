"""The queue, the one page of a request, the share of all, the weights."""

from . import candidates, share, weights
from .blueprint import bp

__all__ = ["bp", "candidates", "share", "weights"]
