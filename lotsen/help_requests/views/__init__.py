"""Routes of help requests: asking, following one's request, the coordinator's desk."""

from . import case, desk, phone, status, verbs, wizard
from .blueprint import bp

__all__ = ["bp", "case", "desk", "phone", "status", "verbs", "wizard"]
