"""Pages of the privacy desk: notice, own data, desk, record, retention, logs, barriers."""

from . import barriers, desk, link, notice, office, own, reading
from .base import bp

__all__ = ["barriers", "bp", "desk", "link", "notice", "office", "own", "reading"]
