"""Tables for Excel: ``;``, UTF-8 with BOM, and no cell that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(value: Any) -> str:
    """The text of a cell; one that begins like a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file line by line."""
    yield "\ufeff".encode()
    for row in chain([header], rows):
        line = io.StringIO()
        csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([defused(value) for value in row])
        yield line.getvalue().encode("utf-8", "replace")
