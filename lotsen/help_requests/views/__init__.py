"""Routes of help requests: asking, following one's request, the coordinator's desk."""

from . import brought, case, desk, parts, phone, status, template, verbs, wizard
from .blueprint import bp

__all__ = ["bp", "brought", "case", "desk", "parts", "phone", "status", "template", "verbs", "wizard"]
