"""Answers from mail links, the case page of each side, and the coordinator's view."""

from . import answer, brought, case, concerns, confirm, pages, record, verbs
from .base import bp

__all__ = ["answer", "bp", "brought", "case", "concerns", "confirm", "pages", "record", "verbs"]
