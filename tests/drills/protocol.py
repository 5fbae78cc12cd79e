"""``python -m tests.drills.protocol [sqlite|postgresql]``: methods, paths, headers and bodies that no browser sends.

Byte for byte over a socket to a running web server, as a coordinator: wrong methods, numbers too large, broken headers
and cookies, other hosts, bodies that end early. None may be answered with a 500, or repeat the host it was sent.
"""

import re
import socket
import sys
from contextlib import suppress
from itertools import product

from tests.house import access_scene as scene

from .attack import AS, WRONG, Attack
from .ground import Figures, chosen, ground
from .restart import Web

TRIED, BROKEN, EVIL = "requests tried", "500s", "answers that lead to a foreign host"
HIDDEN, UNREAD = "second requests answered that hid in a body", "bodies too large without an answer"
FORM = "Content-Type: application/x-www-form-urlencoded"
PAGES = ("/", "/anmelden", "/start", "/anfragen", "/verwaltung", "/abmelden", "/static/lotsen.css", "/gibt-es-nicht")
METHODS = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "FOO")
PATHS = (
    "/anfragen/99999999999999999999",
    "/anfragen/-1",
    "/anfragen/2147483648",
    "/anfragen/%00",
    "/anfragen/..%2f..%2fetc/passwd",
    "/../../etc/passwd",
    "/static/%2e%2e/%2e%2e/setup.cfg",
    "/static/..%5c..%5csetup.cfg",
    "//evil.example/",
    "/anfragen//1",
    "/anfragen/1;x=1",
    "/anfragen?seite=99999999999999999999",
    "/anfragen?seite=-5",
    "/anfragen?seite=1&seite=2",
    "/anfragen?stand=%ed%a0%80",
    "/postausgang?seite=9223372036854775808",
    "/suche?q=%00%ff%fe",
    "/%ff%fe",
    "/anmelden?next=//evil.example",
    "/anmelden?next=%0d%0aX:%20y",
    "http://evil.example/start",
    "*",
)
HEADERS = (
    "If-Modified-Since: Thu, 99 Foo 9999",
    'If-None-Match: "x", W/"y", *',
    'If-Match: "x"',
    "Range: bytes=0-1,5-2,-99999999999999999999",
    "Accept-Language: \xff\xfe;q=1e999",
    "Accept-Encoding: gzip;q=-1",
    "X-Forwarded-For: ' OR 1=1, ::1%eth0",
    "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil",
    "X-HTTP-Method-Override: DELETE",
    "X-Original-URL: /verwaltung",
    "X-Request-ID: <script>",
    "Cookie: lotsen=a; lotsen=b; =; ;;\x80",
    "Content-Type: multipart/form-data; boundary=",
    "Content-Type: \xff",
    "Referer: http://evil.example/%00",
    "User-Agent: \xff" + "x" * 4000,
    "Authorization: Basic \xff",
    "Upgrade: websocket",
    "Transfer-Encoding: chunked",
    "Host: evil.example",
    "SCRIPT_NAME: /evil.example\r\nPATH_INFO: /verwaltung",
)
PIECES = (
    b"3;a=\r\nabc\r\n0\r\n\r\n",
    b"3\na=1\n0\n\n",
    b"-3\r\nabc\r\n",
    b"0x3\r\nabc\r\n",
    b"0\r\nHost: evil.example\r\n\r\n",
)
BODIES = (
    ("Content-Type: application/json", b"{"),
    ("Content-Type: text/xml", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
    ("Content-Type: multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=a"),
    ("Content-Type: application/x-www-form-urlencoded; charset=utf-16", b"a=1"),
    (FORM, b"&".join(b"a=%d" % number for number in range(3000))),
    (FORM, b"\x00\xff=%ff%00&email=%ed%a0%80"),
    ("Transfer-Encoding: chunked", b"zz\r\n"),
    ("Content-Length: 5\r\nContent-Length: 6", b"abcdef"),
    ("Content-Length: -1", b""),
    ("Content-Length: 99", b"x"),
    *((f"{FORM}\r\nTransfer-Encoding: chunked", body) for body in PIECES),
)
SECOND = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"
AMBIGUOUS = (  # where one server sees the end of a body, and the next one another request
    "Content-Length: 53\r\nTransfer-Encoding: chunked",
    "Content-Length: 53\r\nTransfer-Encoding : chunked",
    "Content-Length: 53\r\nTransfer-Encoding: xchunked",
    "Content-Length: 53\r\nTransfer-Encoding:\x0bchunked",
    "Content-Length: 53\r\nTransfer-Encoding:\r\n chunked",
    "Content-Length: 53\r\nTransfer_Encoding: chunked",
    "Content-Length: 53\r\nX: y\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Content-Length: 0\r\nContent-Length: 53",
    "Content-Length: 0, 53",
    "Content-Length: +53",
)
TOO_LARGE = (2 * 2**20, 10 * 2**20)
LEADS_THERE = re.compile(rb'(?:Location: *|(?:href|action|src)=")(?:https?:)?//evil\.example')


class Wire:
    """Somebody logged in who writes the bytes by hand."""

    def __init__(self, port: int, cookie: str, figures: Figures) -> None:
        self.port, self.cookie, self.figures = port, cookie, figures

    def send(self, method: str, path: str, header: str = "", body: bytes = b"") -> int:
        """One request; what came back is judged. Returns its status, 0 where nothing came."""
        lines = [f"{method} {path} HTTP/1.1", "Connection: close", f"Cookie: lotsen={self.cookie}"]
        lines += [] if header.startswith("Host") else ["Host: localhost"]
        lines += [header] if header else []
        if body and "Content-Length" not in header and "chunked" not in header:
            lines.append(f"Content-Length: {len(body)}")
        answer = self._answer("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        self.figures.count(TRIED)
        status = re.match(rb"HTTP/1\.[01] (\d+)", answer)
        words = f"{method} {path} {header[:60]!r} {body[:30]!r}"
        if status and status[1] == b"500":
            self.figures.count(BROKEN)
            print(f"         {words}")
        if LEADS_THERE.search(answer):
            self.figures.count(EVIL)
            print(f"         {words}: {answer[:200]!r}")
        return int(status[1]) if status else 0

    def hide(self, header: str) -> None:
        """A second request in the body of a first one that may be read in two ways."""
        body = b"0\r\n\r\n" + SECOND
        answer = self._answer(
            f"POST /anmelden HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode("latin-1") + body
        )
        self.figures.count(TRIED)
        if answer.count(b"HTTP/1.1 ") != 1 or b"Disallow" in answer:
            self.figures.count(HIDDEN)
            print(f"         {header!r}: {answer[:200]!r}")

    def too_large(self, size: int) -> None:
        """A form larger than any: its sender reads why, instead of a connection that breaks."""
        if self.send("POST", "/anmelden", FORM, b"a" * size) != 413:
            self.figures.count(UNREAD)

    def _answer(self, sent: bytes) -> bytes:
        got = b""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=30) as wire:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            while piece := wire.recv(65536):
                got += piece
        return got


def main() -> int:
    """On each database."""
    failed = 0
    for database in chosen():
        with ground(database) as at:
            figures = Figures(none=(BROKEN, EVIL, HIDDEN, UNREAD, WRONG), some=(AS.format("coordinator"),))
            town = scene.build(at.app)
            web = Web(at)
            try:
                attack = Attack(at, town, web.port, figures)
                wire = Wire(web.port, attack.cookies["coordinator"], figures)
                attack.is_in("coordinator")
                for method, path in product(METHODS, PAGES):
                    wire.send(method, path)
                for method, path in product(("GET", "POST"), PATHS):
                    wire.send(method, path, FORM if method == "POST" else "", b"a=1&a=2" if method == "POST" else b"")
                for header, path in product(HEADERS, PAGES):
                    wire.send("GET", path, header)
                for (header, body), path in product(BODIES, ("/anmelden", "/meine-daten", "/konto", "/anfragen/neu")):
                    wire.send("POST", path, header, body)
                for header in AMBIGUOUS:
                    wire.hide(header)
                for size in TOO_LARGE:
                    wire.too_large(size)
                Attack(at, town, web.port, figures).is_in("coordinator")
            finally:
                web.close()
            failed |= figures.report(f"what no browser sends, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
