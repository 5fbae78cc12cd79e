"""Pages of accounts: log-in, registration, reset, one's own account."""

from . import entrance, own, registration, reset
from .base import bp

__all__ = ["bp", "entrance", "own", "registration", "reset"]
