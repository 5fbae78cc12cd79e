"""Every answer of every address carries the headers of trust.md, errors too; error pages are ours and say little."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lotsen import LARGEST_FORM, create_app
from lotsen.core.access import endpoint_access, public
from lotsen.core.config import ROOT
from lotsen.core.errors import Busy
from lotsen.core.extensions import db
from tests.database import Database
from tests.house import access_scene as scene
from tests.house.access_scene import Town
from tests.page import PageClient

CSP = {
    "default-src 'none'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS = "https://lotsen.example.de"
SILENT = ("Traceback", "sqlalchemy", "werkzeug", "/lotsen/", ".py", "SELECT")


@pytest.fixture
def town(app: Flask, time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town as in production."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    yield scene.build(app)


def wrong(answer: TestResponse, *, secret: bool) -> list[str]:
    """What the headers lack."""
    found = [name for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    if set(answer.headers["Content-Security-Policy"].split("; ")) != CSP:
        found.append("CSP")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if secret and answer.headers.get("Cache-Control") != "no-store":
        found.append("no-store")
    if any(name in answer.headers for name in ("X-Powered-By", "Access-Control-Allow-Origin")):
        found.append("tells or opens too much")
    return found


@pytest.mark.parametrize("role", ["visitor", "coordinator"])
def test_every_address_answers_with_the_headers(town: Town, role: str) -> None:
    found, tried = [], 0
    client = town.clients[role]
    for rule, path in scene.addresses(town, role, "a"):
        if role != "visitor" and endpoint_access(town.app, rule.endpoint) == "public":
            continue  # asked once
        for method in ("GET", "PUT") if rule.endpoint in ("accounts.own", "core.colour") else ("GET",):
            with client.open(path, method=method) as answer:
                lacks = wrong(answer, secret=role != "visitor" and rule.endpoint != "static")
            tried += 1
            if lacks:
                found.append(f"{method} {path}: {lacks}")
            if method == "PUT" and answer.status_code not in (302, 400, 403, 404, 405):
                found.append(f"{method} {path}: {answer.status_code}")
        db.session.remove()
    assert not found, "\n".join(found)
    assert tried > 60


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/gibt-es-nicht", 404, "Diese Seite gibt es nicht"),
        ("GET", "/abmelden", 405, "So lässt sich diese Seite nicht öffnen"),
        ("DELETE", "/anmelden", 405, "So lässt sich diese Seite nicht öffnen"),
        ("POST", "/anmelden", 400, "Das hat nicht geklappt"),
        ("BREW", "/", 405, "So lässt sich diese Seite nicht öffnen"),
        ("GET", "//evil.example/anmelden", 404, "Diese Seite gibt es nicht"),
        ("GET", "/konto//passwort", 404, "Diese Seite gibt es nicht"),
    ],
)
def test_an_error_is_a_page_of_ours(
    app: Flask, as_visitor: PageClient, method: str, path: str, status: int, words: str
) -> None:
    answer = as_visitor.client.open("/", method=method, environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, words in answer.text) == (status, True)
    assert "<h1" in answer.text and not [word for word in SILENT if word in answer.text]
    assert wrong(answer, secret=False) == []
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("size", "kind"), [(LARGEST_FORM, "urlencoded"), (10_000_000, "urlencoded"), (LARGEST_FORM, "multipart")]
)
def test_what_is_too_much_is_told_so(app: Flask, as_visitor: PageClient, size: int, kind: str) -> None:
    body, sort = f"email={'x' * size}", "application/x-www-form-urlencoded"
    if kind == "multipart":
        body = f'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n{"x" * size}\r\n--b--\r\n'
        sort = "multipart/form-data; boundary=b"
    answer = as_visitor.client.post("/passwort-vergessen", data=body, content_type=sort)
    assert answer.status_code == 413 and "Kürzen Sie ihn" in answer.text
    assert "Höchstens 1 MB" in answer.text and LARGEST_FORM == 2**20
    small = as_visitor.client.post("/passwort-vergessen", data=body[: LARGEST_FORM - 200], content_type=sort)
    assert small.status_code == 400, "what the page allows is looked at"


def test_a_busy_database_says_when_to_come_back(
    app: Flask, as_visitor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    @public
    def fail(**_: Any) -> Any:
        raise Busy

    monkeypatch.setitem(app.view_functions, "public.landing", fail)
    answer = as_visitor.client.get("/")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Bitte warten Sie einen Moment" in answer.text


@pytest.mark.parametrize("path", ["/konto", "/", "/gibt-es-nicht"])
def test_without_a_database_there_is_still_a_page(
    app: Flask, storage: Database, as_member: PageClient, path: str
) -> None:
    db.session.remove()
    with storage.gone(db.engine.dispose):
        answer = as_member.client.get(path)
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert "Bitte warten Sie einen Moment" in answer.text
    assert not [word for word in (*SILENT, "refused", "no such table") if word in answer.text]


@pytest.fixture
def real_site(storage: Database, app: Flask, tmp_path: Any) -> Iterator[Flask]:
    """An app of its own with the settings of a real town."""
    real = create_app(
        mode="production",
        url=HTTPS,
        secret="s" * 40,
        mail_url="smtp://mail.example.de",
        database_url=storage.url,
        instance=str(tmp_path),
    )
    with real.app_context():
        yield real
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("path", "name"), [("/anmelden", "lotsen"), ("/sprache/en", "lotsen_language")])
def test_with_https_cookies_are_bound_to_host_and_browsers_come_back_by_https_only(
    real_site: Flask, path: str, name: str
) -> None:
    answer = real_site.test_client().get(path, base_url=HTTPS)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"__Host-{name}=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie and len(cookie) < 4096
    assert wrong(answer, secret=name == "lotsen") == []


def test_the_language_that_was_chosen_holds_with_https_too(real_site: Flask) -> None:
    client = real_site.test_client()
    client.get("/sprache/en", base_url=HTTPS)
    assert 'lang="en"' in client.get("/anmelden", base_url=HTTPS).text


def test_only_one_place_sets_cookies_beside_the_session() -> None:
    calls = [path for path in (ROOT / "lotsen").rglob("*.py") if "set_cookie" in path.read_text(encoding="utf-8")]
    assert [str(path.relative_to(ROOT)) for path in calls] == ["lotsen/core/cookies.py"]


def test_a_cookie_or_a_form_signed_with_sha_1_is_none_of_ours(real_site: Flask) -> None:
    client = real_site.test_client()
    form = client.get("/anmelden", base_url=HTTPS)
    kept = client.get_cookie("__Host-lotsen", domain="lotsen.example.de")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
    assert kept is not None and token is not None
    for value in (kept.value, token[1]):
        signature = value.rpartition(".")[2]
        assert len(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == hashlib.sha256().digest_size


@pytest.mark.parametrize("way", ["br", "gzip"])
def test_what_anybody_may_read_travels_compressed_a_page_with_a_secret_does_not(
    as_visitor: PageClient, as_member: PageClient, way: str
) -> None:
    asked = {"Accept-Encoding": way}
    path = "/static/vendor/kern/kern.min.css"
    with as_visitor.client.get(path, headers=asked) as sheet:
        assert sheet.headers["Content-Encoding"] == way and len(sheet.data) < 60_000
    with as_visitor.client.get(path, headers={**asked, "If-None-Match": sheet.headers["ETag"]}) as again:
        assert again.status_code == 304
    assert as_visitor.client.get("/", headers=asked).headers["Content-Encoding"] == way
    form = as_visitor.client.get("/anmelden", headers=asked)
    assert "Content-Encoding" not in form.headers and "csrf_token" in form.text
    assert "Content-Encoding" not in as_member.client.get("/konto", headers=asked).headers
