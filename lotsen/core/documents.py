"""Pages to print and keep: HTML made into PDF/UA by weasyprint, which reads the own static files and nothing else.

weasyprint draws letters with Pango, a library of the system and not of Python. Where it is missing everything else
works, `available` says no, and a page says so instead of showing a link.
"""

import ctypes.util
import logging
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response, current_app, render_template

BASE = "https://static.invalid/"  # what an address in a document is relative to; no other is read, this one neither
KINDS = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"  # of Debian; what they need comes with them
LIBRARIES = ("gobject-2.0", "pango-1.0", "harfbuzz", "fontconfig", "pangoft2-1.0")

for name in ("weasyprint", "fontTools"):  # each tells every step it takes
    logging.getLogger(name).setLevel(logging.WARNING)


@cache
def available() -> bool:
    """Whether the system has the libraries that weasyprint needs. Asked once: installing them needs a restart."""
    return all(ctypes.util.find_library(name) for name in LIBRARIES)


def pdf(template: str, *, name: str, **context: Any) -> Response:
    """The answer with a document, named ``name`` (without ``.pdf``) when it is kept."""
    made = write(render_template(template, **context))
    headers = {"Content-Disposition": f"attachment; filename={name}.pdf"}
    return Response(made, mimetype="application/pdf", headers=headers)


def write(html: str) -> bytes:
    """PDF/UA-1 of a page of ``templates/documents``."""
    from weasyprint import HTML  # loads fonts and libraries of the system: only where a document is made
    from weasyprint.urls import FatalURLFetchingError

    page = HTML(string=html, base_url=BASE, url_fetcher=_fetcher())
    try:
        return bytes(page.write_pdf(pdf_variant="pdf/ua-1") or b"")
    except FatalURLFetchingError as error:  # weasyprint raises it past everything that catches an Exception
        raise RuntimeError("a document names something that is not a static file") from error


def static_file(url: str, folder: Path) -> Path:
    """The file below ``folder`` that an address of a document names.

    Raises
    ------
    ValueError
        Another address, a place outside, or a kind of file that no document needs.
    """
    refused = ValueError("a document reads static files only")
    if not url.startswith(BASE) or "\0" in unquote(url):
        raise refused
    parts = urlsplit(url)
    path = (folder / unquote(parts.path).lstrip("/")).resolve()
    if not (path.is_relative_to(folder.resolve()) and path.suffix in KINDS and path.is_file()):
        raise refused
    return path


def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    folder = Path(current_app.static_folder or "")

    class StaticFiles(URLFetcher):  # type: ignore[misc]
        """Reads from the static folder; anything else ends the making of the document."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            try:
                path = static_file(url, folder)
            except ValueError as error:
                raise FatalURLFetchingError(str(error)) from error
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": KINDS[path.suffix]})

    return StaticFiles()
