"""Pages of accounts: log-in, second step, registration, reset, one's own account."""

from . import entrance, own, registration, reset, town_login, two_steps
from .base import bp

__all__ = ["bp", "entrance", "own", "registration", "reset", "town_login", "two_steps"]
