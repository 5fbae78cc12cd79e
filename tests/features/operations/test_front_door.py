"""A real town's web server as systemd starts it, spoken to byte by byte: what a stranger can make it do."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from socket import SHUT_WR, create_connection

import pytest

from lotsen.core.access import SYSTEM
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.municipality import service as municipality
from tests.drills.ground import ground
from tests.drills.protocol import FORM, PIECES, TOO_LARGE
from tests.drills.web import Web

Ask = Callable[..., bytes]
HOST = "lotsen.example.de"


class Town(Web):
    """The web server in production mode, one trusted proxy in front."""

    def start(self) -> None:
        """With a real town's settings."""
        self.environment.update(LOTSEN_MODE="production", LOTSEN_URL=f"https://{HOST}", LOTSEN_TRUSTED_PROXIES="1")
        self.environment.pop("HOST", None)  # where it listens when nobody says
        super().start()


@pytest.fixture(scope="module")
def door() -> Iterator[Town]:
    """The server of an empty town with an Impressum."""
    with ground("sqlite") as at:
        with transaction():
            municipality.change("impressum", "Rathaus", by=SYSTEM, at=now())
        web = Town(at, mail_url=at.sink.url)
        yield web
        web.close()


@pytest.fixture
def ask(door: Town) -> Ask:
    """``ask("GET /", "Header: value", body=b"")``: what came back, all of it."""

    def send(line: str, *headers: str, body: bytes = b"") -> bytes:
        host = [] if any(header.startswith("Host:") for header in headers) else [f"Host: {HOST}"]
        sent = "\r\n".join([f"{line} HTTP/1.1", *host, *headers, "", ""]).encode("latin-1") + body
        got = b""
        with suppress(ConnectionError), create_connection(("127.0.0.1", door.port), timeout=30) as wire:
            wire.sendall(sent)
            wire.shutdown(SHUT_WR)
            while piece := wire.recv(65536):
                got += piece
        return got

    return send


def statuses(answer: bytes) -> list[int]:
    """The answers in what came back, one after the other."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d+) ", answer)]


def test_it_is_the_server_of_a_real_town(ask: Ask) -> None:
    answer = ask("GET /anmelden", "Connection: close")
    assert statuses(answer) == [200]
    assert b"__Host-lotsen=" in answer and b"Strict-Transport-Security: max-age=31536000" in answer
    assert b"digitallotse-demo" not in answer and b"Zeitreise" not in answer
    (server,) = re.findall(rb"\r\nServer: ([^\r]*)", answer)
    assert server == b"gunicorn", "no version"


@pytest.mark.parametrize("second", [b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"])
@pytest.mark.parametrize(
    ("headers", "frame"),
    [
        (["Content-Length: {n}", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Content-Length: {n}"], b"0\r\n\r\n"),
        (["Transfer-Encoding: xchunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding : chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked, identity"], b"0\r\n\r\n"),
        (["Content-Length: 5", "Content-Length: {n}"], b"12345"),
        (["Content-Length: +5"], b"12345"),
        (["Content-Length: 5_0"], b"12345"),
    ],
)
def test_a_body_never_becomes_a_second_request(ask: Ask, headers: list[str], frame: bytes, second: bytes) -> None:
    body = frame + second
    answer = ask("POST /anmelden", *(header.format(n=len(body)) for header in headers), body=body)
    assert len(statuses(answer)) <= 1, answer[:600]
    assert statuses(answer) in ([], [400], [413], [501])


def test_two_requests_on_one_connection_are_two(ask: Ask) -> None:
    answer = ask("GET /anmelden", "", f"GET /gibt-es-nicht HTTP/1.1\r\nHost: {HOST}\r\nConnection: close")
    assert statuses(answer) == [200, 404], "else the test above would prove nothing"


@pytest.mark.parametrize(
    "header",
    [
        "SCRIPT_NAME: /evil",
        "PATH_INFO: /impressum",
        "Script-Name: /evil",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Prefix: /evil",
        "X-Forwarded-Server: evil.example",
        "Forwarded: for=1.2.3.4;host=evil.example;proto=http",
        "X-Original-URL: /impressum",
        "X-Rewrite-URL: /impressum",
        "X-HTTP-Method-Override: POST",
        "Host: evil.example",
        "REMOTE_USER: 1",
    ],
)
def test_no_header_of_a_stranger_moves_the_site(ask: Ask, header: str) -> None:
    answer = ask("GET /konto", header, "Connection: close")
    assert statuses(answer) == [302], answer[:300]
    assert b"\r\nLocation: /anmelden?next=/konto\r\n" in answer
    assert b"evil" not in answer


def test_trace_is_refused(ask: Ask) -> None:
    answer = ask("TRACE /", "X-Kept: repeat-me", "Connection: close")
    assert statuses(answer) == [405] and b"repeat-me" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/static/",
        "/static",
        "/static/vendor/",
        "/static/../../setup.cfg",
        "/static/%2e%2e/%2e%2e/setup.cfg",
        "/static/..%2f..%2fsetup.cfg",
        "/static/..%5c..%5csetup.cfg",
        "/static/lotsen.css%00.py",
        "/../../../../etc/passwd",
        "/lotsen/core/config.py",
        "/lotsen.sqlite",
        "/instance/lotsen.toml",
        "/templates/base.html",
        "/requirements.txt",
        "/console",
        "/metrics",
        "/debug",
    ],
)
def test_nothing_but_pages_and_style_sheets_is_served(ask: Ask, path: str) -> None:
    answer = ask(f"GET {path}", "Connection: close")
    assert statuses(answer)[0] in (400, 404), answer[:300]
    assert b"[metadata]" not in answer and b"root:" not in answer and b"Index of" not in answer


def test_what_was_refused_is_a_line_of_its_log_that_its_number_finds(ask: Ask, door: Town) -> None:
    body = b"email=vera%40example.org&password=x"
    sent = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close"]
    answer = ask("POST /anmelden", *sent, "X-Request-ID: refused-0001", body=body)
    assert statuses(answer) == [400]
    lines = Path(door.log.name).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if "request_id=refused-0001" in line and "lotsen.security" in line]
    assert "a form without its token" in line and re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z INFO ", line)
    assert not [line for line in lines if "vera" in line or "password=" in line]


def test_it_listens_on_this_machine_only(door: Town) -> None:
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    assert [at for at in listening if at.endswith(f":{door.port:04X}")] == [f"0100007F:{door.port:04X}"]


@pytest.mark.parametrize("pieces", PIECES)
def test_a_form_in_broken_pieces_is_refused_with_a_sentence(ask: Ask, pieces: bytes) -> None:
    answer = ask("POST /anmelden", FORM, "Transfer-Encoding: chunked", "Connection: close", body=pieces)
    assert statuses(answer) == [400] and b"<h1" in answer, answer[:300]


@pytest.mark.parametrize("size", TOO_LARGE)
def test_whoever_sends_far_too_much_reads_so(ask: Ask, size: int) -> None:
    answer = ask("POST /anmelden", FORM, f"Content-Length: {size}", "Connection: close", body=b"a" * size)
    assert statuses(answer) == [413] and "Kürzen Sie ihn".encode() in answer, answer[:300]
