"""Answers from mail links, the case page of each side, and the coordinator's view."""

from . import answer, case, confirm, pages, record
from .base import bp

__all__ = ["answer", "bp", "case", "confirm", "pages", "record"]
