"""Rows for tests, each valid by itself; whatever matters to a test is named in its call."""

from .people import administrator, coordinator, member, organisation, pilot, user
from .requests import engagement, help_request, ladder, proposal

__all__ = [
    "administrator",
    "coordinator",
    "engagement",
    "help_request",
    "ladder",
    "member",
    "organisation",
    "pilot",
    "proposal",
    "user",
]
