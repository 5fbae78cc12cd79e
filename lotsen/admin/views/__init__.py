"""The admin area under /verwaltung."""

from . import catalogue, log, people, ready, settings
from .base import bp

__all__ = ["bp", "catalogue", "log", "people", "ready", "settings"]
