"""Pages of the privacy desk: notice, own data, desk, record, retention, logs, barriers."""

from . import barriers, colleague, desk, link, notice, office, own, reading
from .base import bp

__all__ = ["barriers", "bp", "colleague", "desk", "link", "notice", "office", "own", "reading"]
