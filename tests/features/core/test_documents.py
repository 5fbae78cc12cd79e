"""A document reads the site's static files, and nothing else of this machine or the net."""

from pathlib import Path

import pytest

from lotsen.core.documents import BASE, static_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.css").write_text("secret")
    (tmp_path / "static").mkdir()
    for name in ("documents.css", "readme.txt"):
        (tmp_path / "static" / name).write_text("")
    (tmp_path / "static" / "link.css").symlink_to(tmp_path / "secret.css")
    return tmp_path / "static"


def test_a_static_file_is_found(folder: Path) -> None:
    assert static_file(f"{BASE}documents.css", folder) == folder / "documents.css"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/documents.css",
        "https://static.invalid.example.org/documents.css",
        "https://static.invalid@example.org/documents.css",
        "data:text/css,a{}",
        f"{BASE}../secret.css",
        f"{BASE}%2e%2e/secret.css",
        f"{BASE}/etc/passwd",
        f"{BASE}link.css",
        f"{BASE}readme.txt",
        f"{BASE}gibt-es-nicht.css",
        f"{BASE}a\0.css",
        f"{BASE}a%00.css",
        BASE,
        "",
    ],
)
def test_anything_else_is_refused(folder: Path, url: str) -> None:
    with pytest.raises(ValueError, match="static files only"):
        static_file(url, folder)
