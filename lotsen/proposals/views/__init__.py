"""The queue, the one page of a request, the share of all, the weights."""

from . import candidates
from .blueprint import bp

__all__ = ["bp", "candidates"]
