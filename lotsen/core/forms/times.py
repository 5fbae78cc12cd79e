"""A time of day as people write it."""

import re
from datetime import time
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import ValidationError

_TIME = re.compile(
    r"(?:um\s+)?(?P<hour>[01]?\d|2[0-3])"
    r"(?:\s*[:.,]\s*(?P<minute>[0-5]\d)\s*(?:uhr|h)?"  # 19:30, 19.30 Uhr
    r"|\s*(?:uhr|h)\s*(?P<after>[0-5]\d)?"  # 19 Uhr, 19 Uhr 30, 19h30
    r"|(?<=\d\d)(?P<bare>[0-5]\d)(?:\s*(?:uhr|h))?"  # 1930
    r")?",
    re.IGNORECASE,
)


def read_time(text: str) -> time | None:
    """``15``, ``15:30``, ``15.30 Uhr``, ``9 Uhr``, ``19 Uhr 30``, ``19h30``, ``1930`` as a time; None when it is none.

    "halb acht" may be morning or evening: it is asked for in figures.
    """
    found = _TIME.fullmatch(text.strip().rstrip("."))
    if found is None:
        return None
    return time(int(found["hour"]), int(found["minute"] or found["after"] or found["bare"] or 0))


def check_time(form: Any, field: Any) -> None:
    """Validator: empty or a time of day."""
    if field.data and read_time(field.data) is None:
        raise ValidationError(_("Geben Sie die Uhrzeit so ein: 15:30."))
