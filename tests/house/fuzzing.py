"""Input from hell for every form, parameter, header and cookie, as Hypothesis chooses it.

Whatever comes, the answer is never a 500, and one that refuses has kept nothing. `tests/house/test_fuzz.py` sends a
hundred, `make drill` as many as one likes.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from hypothesis import strategies as st

from lotsen.core.db import has_kept
from lotsen.core.extensions import db
from tests.contexts import watch_who_asks
from tests.house import access_scene as scene
from tests.house.access_scene import Town

HELL = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800x",
    "\u202eabc\u2066",
    "\u200b\ufeff",
    "👩🏽\u200d💻",
    "𝔘漢字ﷺ" * 50,
    "=1+1",
    "@SUM(A1)",
    "+49\t=cmd|' /C calc'!A0",
    "x\r\nBcc: alle@example.org\r\n\r\n",
    "9" * 40,
    "-1",
    "2147483648",
    "9223372036854775808",
    "1e309",
    "NaN",
    "٣",
    "²",
    "0x10",
    "1,5,5",
    "true",
    "None",
    "[]",
    "{}",
    "2026-02-30",
    "31",
    "00",
    "25:61",
    "24:00",
    "<script>alert(1)</script>",
    "{{7*7}}{%raw%}",
    "%s%(name)s{0}",
    "%00%ff",
    "../../../etc/passwd",
    "' OR 1=1 --",
    "a@b",
    "ä@ö.ü",
    f"{'a' * 64}@{'b' * 60}.de",
    "http://[",
    "//evil.example",
    "Lang " * 4000,
)
TEXTS = st.one_of(
    st.sampled_from(HELL),
    st.text(st.characters(), max_size=40),  # lone surrogates, controls and noncharacters too
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
)
PARAMETERS = (
    "suche",
    "seite",
    "stand",
    "wer",
    "next",
    "rolle",
    "art",
    "person",
    "filter",
    "von",
    "bis",
    "tag",
    "id",
    "lang",
)
BYTES = st.one_of(
    st.binary(max_size=60), st.sampled_from((b"\xff\xfe=%ff", b"%", b"a=%ed%a0%80", b"&&&===", b"\x00" * 9))
)
NAMES = st.sampled_from(
    ("Referer", "User-Agent", "Accept-Language", "Cookie", "Host", "X-Forwarded-For", "Range", "If-None-Match")
)
CONTENT_TYPES = (
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=gibt-es-nicht",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary="b\xe4"',
    "multipart/form-data; boundary=b",
    "text/plain",
    "application/xml",
    "",
)
BOUNDARY = "b"


@dataclass(frozen=True)
class Sent:
    """One request, the role it was answered as ("" for another person than it was sent by), and what is wrong."""

    words: str
    status: int
    role: str
    problem: str = ""


@dataclass
class Attacker:
    """Somebody who may log in as anybody and sends anything."""

    town: Town
    forms: dict[tuple[str, str], list[tuple[str, dict[str, list[str]]]]] = field(default_factory=dict)
    addresses: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.who_asked = watch_who_asks(self.town.app)

    def once(self, draw: Callable[[Any], Any], roles: tuple[str, ...]) -> Sent:
        """One request of one role."""
        role = draw(st.sampled_from(roles))
        path, methods = draw(st.sampled_from(self._addresses(role)))
        kinds = ["query", "header"] + ["body"] * ("POST" in methods) + ["form"] * 3 * ("GET" in methods)
        kind = draw(st.sampled_from(kinds))
        return getattr(self, f"_{kind}")(draw, role, path, methods)  # type: ignore[no-any-return]

    def _form(self, draw: Callable[[Any], Any], role: str, path: str, methods: frozenset[str]) -> Sent:
        """A form of this page, some of its fields replaced, doubled or left out."""
        forms = self._forms(role, path)
        if not forms:
            return self._query(draw, role, path, methods)
        action, values = draw(st.sampled_from(forms))
        typed: dict[str, list[str]] = dict(values)
        names = sorted(values) or ["x"]
        for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)):
            typed[name] = draw(st.lists(TEXTS, max_size=3))
        if draw(st.integers(0, 9)) == 0:
            body, sort = multipart(typed, self.town.csrf(), draw(st.booleans()))
            return self._send(role, "POST", action, f"multipart {typed}", data=body, content_type=sort)
        fields = {**typed, "csrf_token": [self.town.csrf()]}
        body = urlencode(fields, doseq=True, errors="surrogatepass").encode()
        return self._send(role, "POST", action, f"form {typed}", data=body, content_type=FORM)

    def _body(self, draw: Callable[[Any], Any], role: str, path: str, methods: frozenset[str]) -> Sent:
        """A body that no form makes; the token is in a header, so that it gets through."""
        sort = draw(st.sampled_from((*CONTENT_TYPES, FORM, "application/json", "application/json")))
        body = draw(BYTES)
        if sort == "application/json":
            body = json.dumps(
                draw(st.one_of(st.none(), st.integers(), st.lists(st.integers(), max_size=3), JSON))
            ).encode()
        elif draw(st.booleans()):
            name = draw(
                st.sampled_from(('name="email"', 'name=""', 'name="a"; filename="x.txt"', "", "name*=utf-8''%ff"))
            )
            body = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + body
        headers = {"X-CSRFToken": self.town.csrf()}
        return self._send(role, "POST", path, f"{sort} {body!r}", data=body, content_type=sort, headers=headers)

    def _query(self, draw: Callable[[Any], Any], role: str, path: str, methods: frozenset[str]) -> Sent:
        """Parameters of the address."""
        pairs = draw(st.lists(st.tuples(st.sampled_from(PARAMETERS), TEXTS), min_size=1, max_size=4))
        query = urlencode(pairs, errors="surrogatepass") if draw(st.integers(0, 4)) else draw(BYTES).hex("%")
        method = "GET" if "GET" in methods else "POST"
        headers = {"X-CSRFToken": self.town.csrf()}
        return self._send(role, method, f"{path}?{query[:6000]}", "", headers=headers)

    def _header(self, draw: Callable[[Any], Any], role: str, path: str, methods: frozenset[str]) -> Sent:
        """Headers and cookies."""
        name, text = draw(NAMES), draw(TEXTS).encode("utf-8", "replace").decode("latin-1")
        text = "".join(c for c in text if c not in "\r\n\x00")[:4000]  # a web server lets none of these through
        if name == "Cookie":
            text = f"lotsen_language={text}; lotsen_device={text}; x={text}; "
        method = draw(st.sampled_from(sorted(methods & {"GET", "POST"})))
        environ = {"CONTENT_LENGTH": ""} if method == "GET" else {}
        key = "HTTP_" + name.upper().replace("-", "_")
        options = {"environ_overrides": {key: text, **environ}, "headers": {"X-CSRFToken": self.town.csrf()}}
        return self._send(role, method, path, f"{name}: {text!r}", **options)

    def _send(self, role: str, method: str, path: str, words: str, **options: Any) -> Sent:
        said = f"{role} {method} {path} {words}"[:600]
        person = self.town.let_in(role)
        if not self.town.holds(role):
            self.town.enter(role)
        try:
            with self._browser(role, options).open(path, method=method, **options) as answer:
                status, text = answer.status_code, answer.get_data().decode("utf-8", "replace")
                location = answer.headers.get("Location", "")
            kept = has_kept()
        except Exception as error:  # noqa: BLE001 - it is a 500, and shown
            return Sent(said, 500, role, f"{type(error).__name__}: {str(error)[:300]}")
        finally:
            db.session.rollback()
            db.session.remove()
        if self.who_asked() != person:
            return Sent(said, status, "", "answered as somebody else")
        role = role if person else "visitor"
        if status == 503 and not path.startswith("/readyz"):  # readiness says so where no scheduler runs
            return Sent(said, status, role, f"503 {text[:300]}")
        return Sent(said, status, role, trouble(status, text, location, kept=kept and method == "POST"))

    def _browser(self, role: str, options: dict[str, Any]) -> FlaskClient:
        """The role's browser; where a cookie or a host is made up, one that sends it, and the role's own cookie."""
        environ = options.get("environ_overrides", {})
        if not {"HTTP_COOKIE", "HTTP_HOST"} & environ.keys():
            return self.town.clients[role]
        cookie = self.town.clients[role].get_cookie("lotsen")
        assert cookie is not None
        environ["HTTP_COOKIE"] = f"{environ.get('HTTP_COOKIE', '')}lotsen={cookie.value}"
        return self.town.app.test_client(use_cookies=False)

    def _addresses(self, role: str) -> list[tuple[str, frozenset[str]]]:
        if role not in self.addresses:
            found = {}
            for rule, path in scene.addresses(self.town, role, "a"):
                methods = frozenset(rule.methods or ())
                if (
                    rule.endpoint not in ("static", "accounts.logout")
                    and scene.expected(self.town, rule, role, "a") == "open"
                ):
                    found[path] = found.get(path, frozenset()) | methods
            self.addresses[role] = sorted((path, methods) for path, methods in found.items())
        return self.addresses[role]

    def _forms(self, role: str, path: str) -> list[tuple[str, dict[str, list[str]]]]:
        from tests.house.test_input import plausible, post_forms

        if (role, path) not in self.forms:
            forms = [
                (str(form.get("action") or path), plausible(form)[0])
                for form in post_forms(self.town.ask(role, "GET", path).html)
            ]
            self.forms[role, path] = [(action, values) for action, values in forms if action != "/abmelden"]
        return self.forms[role, path]


FORM = "application/x-www-form-urlencoded"
JSON = st.dictionaries(
    st.sampled_from(("email", "name", "version", "csrf_token", "choice")), st.one_of(TEXTS, st.integers())
)


def multipart(fields: dict[str, list[str]], csrf: str, whole: bool) -> tuple[bytes, str]:
    """The fields as a browser sends them with files; one that breaks off in the middle when not ``whole``."""
    parts = [(name, text) for name, texts in {"csrf_token": [csrf], **fields}.items() for text in texts]
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts
    ).encode("utf-8", "surrogatepass")
    return body + (
        f"--{BOUNDARY}--\r\n".encode() if whole else b"--b\r\nConte"
    ), f"multipart/form-data; boundary={BOUNDARY}"


def trouble(status: int, text: str, location: str, *, kept: bool) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if status >= 500 and status != 503:
        return f"{status} {text[:300]}"
    if status >= 400 and kept:
        return f"{status}, but something was kept"
    if status >= 400 and "<h1" not in text and not text.startswith("{"):
        return f"{status} without a sentence"
    if "<script" in text or "alert(1)</" in text.replace("alert(1)&lt;/", ""):
        return "not shown as text"
    if any(c in location for c in "\r\n") or location.startswith(("http", "//")):
        return f"leads to {location!r}"
    return ""
