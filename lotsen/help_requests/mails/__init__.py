"""The mails about help requests. Every subject carries the case number."""

from .intake import (
    brought,
    brought_in_vain,
    brought_reminder,
    confirm,
    confirm_reminder,
    new_link,
    query,
    query_reminder,
)
from .joining import merged, parts_told, split, took_over
from .standing import (
    answered,
    hold_over,
    nobody_free,
    not_for_us,
    put_aside,
    referred,
    still_checking,
    still_searching,
    still_wanted,
    withdrawn,
)

__all__ = [
    "answered",
    "brought",
    "brought_in_vain",
    "brought_reminder",
    "confirm",
    "confirm_reminder",
    "hold_over",
    "merged",
    "new_link",
    "nobody_free",
    "not_for_us",
    "parts_told",
    "put_aside",
    "query",
    "query_reminder",
    "referred",
    "split",
    "still_checking",
    "still_searching",
    "still_wanted",
    "took_over",
    "withdrawn",
]
