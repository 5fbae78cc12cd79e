"""Tables for Excel, as CSV (``;``, UTF-8 with BOM) and XLSX: no cell that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from xlsxwriter import Workbook

LINES_AT_ONCE = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def defused(value: Any) -> str:
    """The text of a cell; one that begins like a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file, some lines at a time: each piece costs the way through the server once."""
    yield "\ufeff".encode()
    piece = io.StringIO()
    writer = csv.writer(piece, delimiter=";", lineterminator="\r\n")
    for number, row in enumerate(chain([header], rows), start=1):
        writer.writerow([defused(value) for value in row])
        if number % LINES_AT_ONCE == 0:
            yield _taken(piece)
    yield _taken(piece)


def workbook(sheet: str, header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """An XLSX file of one sheet. Texts stay texts, whatever they begin with; numbers can be added up."""
    made = io.BytesIO()
    texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with Workbook(made, {"in_memory": True, **texts}) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, header, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, row)
        page.freeze_panes(1, 0)
        page.autofit()
    return made.getvalue()


def _taken(piece: io.StringIO) -> bytes:
    text = piece.getvalue()
    piece.seek(0)
    piece.truncate()
    return text.encode("utf-8", "replace")
