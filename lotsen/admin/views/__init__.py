"""The admin area under /verwaltung."""

from . import log, people, settings
from .base import bp

__all__ = ["bp", "log", "people", "settings"]
