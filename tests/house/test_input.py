"""Whatever is typed: a clear sentence or the same text shown back as text; never a broken page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import String, Text, update

from lotsen.core.access import endpoint_access
from lotsen.core.db import purging, transaction
from lotsen.core.extensions import db
from tests.house import access_scene as scene
from tests.house.access_scene import ROLES, Answer, Town

MARKUP = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7777}}${7*7777}%(name)s{0}%s 👩🏽\u200d💻 𝔘漢'
PAYLOADS = {
    "markup": MARKUP,
    "controls": "Ver\x00ein\x07 \ud800\udfff \u202eafer\u2066 ab\u200b\ufeff",
    "lines": "Zeile 1\r\nBcc: alle@example.org\r\n\r\n=1+1\t@SUM(A1)",
    "long": "Lang " * 4000,
    "number": "9" * 40,
}
PLAUSIBLE = {"email": "neu.adresse@example.org", "tel": "05721 98765", "password": "ein langes Wort 12", "number": "2"}
NAMED = {"postcode": "31655", "tag": "30", "monat": "11", "jahr": "2026", "time": "15:30", "hours": "1,5"}
FREE = (  # columns that hold what a person typed
    "about",
    "answer_text",
    "break_off_text",
    "contact_hint",
    "contact_name",
    "criticism",
    "description",
    "device",
    "error",
    "function",
    "goal",
    "headline",
    "meeting_place",
    "name",
    "note",
    "organisation_name",
    "own_words",
    "praise",
    "query_answer",
    "query_text",
    "reason",
    "recipient_name",
    "referred_to",
    "short_text",
    "subject",
    "text",
    "title",
    "vendor_ties",
    "wished_pilot",
)
ONCE = ("visitor", "applicant", "pilot", "member", "coordinator", "administrator")


@pytest.fixture
def town(app: Flask, time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town as in production; throttles count, so a 429 is an answer like another."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    yield scene.build(app)


def access_of(town: Town, rule: Any) -> Any:
    """What the address declares."""
    return endpoint_access(town.app, rule.endpoint)


def post_forms(page: str) -> list[Tag]:
    """The forms of a page that change something; a sitemap has none."""
    if page.startswith("<?xml"):
        return []
    forms = BeautifulSoup(page, "html.parser").find_all("form")
    return [form for form in forms if str(form.get("method", "get")).lower() == "post"]


def forms_of(town: Town, role: str) -> dict[tuple[str, tuple[str, ...]], tuple[str, dict[str, list[str]], list[str]]]:
    """The POST forms on all pages of a role: action and names -> action, plausible values, names of free texts.

    What is open to everybody is tried by the visitor.
    """
    found = {}
    for rule, path in scene.addresses(town, role, "a"):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if role != "visitor" and access_of(town, rule) == "public":
            continue
        for form in post_forms(town.ask(role, "GET", path).html):
            action = str(form.get("action") or path)
            values, free = plausible(form)
            found.setdefault((action, tuple(sorted(values))), (action, values, free))
    return found


def plausible(form: Tag) -> tuple[dict[str, list[str]], list[str]]:
    """What a careful person would send, and which fields take free text."""
    values: dict[str, list[str]] = {}
    free = []
    for control in form.find_all(["input", "textarea", "select"]):
        name, kind = str(control.get("name", "")), str(control.get("type", "text"))
        if not name or name == "csrf_token" or kind in ("submit", "button", "file"):
            continue
        last = re.split(r"[-_]", name)[-1]
        if control.name == "select":
            options = [str(o.get("value", "")) for o in control.find_all("option")]
            values[name] = [next((o for o in options if o), "")]
        elif kind in ("radio", "checkbox"):
            values.setdefault(name, [str(control.get("value", "on"))])
        elif kind == "hidden":
            values[name] = [str(control.get("value", ""))]
        else:
            shown = control.get_text() if control.name == "textarea" else str(control.get("value", ""))
            values[name] = [
                shown or NAMED.get(last) or PLAUSIBLE.get(kind) or "Ein Text, der lang genug ist für alles."
            ]
            if kind not in ("password", "email") and last not in NAMED:
                free.append(name)
    return values, free


def trouble(answer: Answer) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if answer.status >= 500:
        return f"{answer.status} {answer.html[:200]}"
    if "<script" in answer.html or "<img src=x" in answer.html or "54439" in answer.html:
        return f"{answer.status} not shown as text"
    if any(line in answer.location for line in ("\r", "\n")) or answer.location.startswith(("http", "//")):
        return f"leads to {answer.location!r}"
    if answer.status >= 400 and "<h1" not in answer.html:
        return f"{answer.status} without a sentence"
    return ""


@pytest.mark.parametrize("role", ONCE)
def test_every_field_of_every_form_takes_any_text(town: Town, role: str) -> None:
    wrong, tried, accepted = [], 0, 0
    for action, values, free in forms_of(town, role).values():
        if action == "/abmelden":
            continue
        posts = [(name, {**values, **{key: [text] for key in free}}) for name, text in PAYLOADS.items() if free]
        # The fields into which nobody types, too.
        posts += [(name, {key: [PAYLOADS[name]] for key in values}) for name in ("controls", "number") if values]
        for name, data in posts:
            answer = town.ask(role, "POST", action, data)
            tried += 1
            accepted += answer.status == 302
            problem = trouble(answer)
            if problem:
                wrong.append(f"{role} POST {action} {name} {sorted(data)}: {problem}")
            if answer.status == 302:
                problem = trouble(town.ask(role, "GET", answer.location))
                if problem:
                    wrong.append(f"{role} GET {answer.location} after {action} {name}: {problem}")
            if answer.status in (200, 302) and town.back():
                town.enter(role)
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(sorted(set(wrong))[:60])
    assert tried > 20 and accepted


@pytest.mark.parametrize("payload", ["markup", "lines", "long"])
def test_what_is_kept_is_shown_as_text_to_everybody(town: Town, payload: str) -> None:
    """The texts of all tables replaced: whatever once got in, no page breaks and no page runs it."""
    text = PAYLOADS[payload]
    skip = ("topics", "areas", "tokens", "user_sessions", "settings", "leases", "job_runs", "throttle_counters")
    with transaction(), purging():
        for table in db.metadata.sorted_tables:
            texts = {
                c.name: text[: c.type.length or len(text)]
                for c in table.columns
                if type(c.type) in (String, Text) and not c.unique and c.name in FREE
            }
            if texts and table.name not in skip:
                db.session.execute(update(table).values(texts))
    wrong, pages = [], 0
    for role in ROLES:
        for rule, path in scene.addresses(town, role, "a"):
            if rule.endpoint == "admin.readyz" or path.endswith(".csv"):
                continue  # 503 without a scheduler; a list for the spreadsheet is text, and nosniff says so
            if "GET" in (rule.methods or ()) and scene.expected(town, rule, role, "a") == "open":
                pages += 1
                problem = trouble(town.ask(role, "GET", path))
                if problem:
                    wrong.append(f"{role} {path}: {problem}")
    assert not wrong, "\n".join(wrong)
    assert pages > 200


def test_every_search_and_parameter_takes_any_text(town: Town) -> None:
    names = ("suche", "stand", "seite", "wer", "next", "ungeprueft", "zurueck", "rolle", "art", "person", "aktion")
    names += ("filter", "von", "bis", "tag", "entity", "id")
    wrong = []
    for role in ("visitor", "coordinator", "administrator"):
        for rule, path in scene.addresses(town, role, "a"):
            if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "admin.readyz"):
                continue  # readiness answers 503 where no scheduler runs, as it should
            for name, payload in PAYLOADS.items():
                if scene.expected(town, rule, role, "a") != "open" or (
                    role != "visitor" and access_of(town, rule) == "public"
                ):
                    continue  # what is open to everybody is asked once
                query = urlencode({n: payload[:3000] for n in names}, errors="surrogatepass")
                problem = trouble(town.ask(role, "GET", f"{path}?{query}"))
                if problem:
                    wrong.append(f"{role} GET {path} {name}: {problem}")
    assert not wrong, "\n".join(sorted(set(wrong))[:60])


def test_an_address_made_of_anything_is_a_page_that_is_not_there(town: Town) -> None:
    for piece in (
        "%00",
        "%ed%a0%80",
        "%ff%fe",
        "%e2%80%ae",
        "%F0%9F%98%80",
        "..%2f..%2fetc%2fpasswd",
        "a" * 5000,
        "%0d%0a",
    ):
        for start in ("/", "/antwort/", "/begleitung/", "/nachfrage/", "/passwort/", "/bestaetigen/", "/adresse/"):
            answer = town.ask("visitor", "GET", start + piece)
            assert answer.status == 404 and "<h1" in answer.html, (start, piece, answer)
        for start in ("/anfragen/stand/", "/anfragen/bestaetigen/", "/zusage/", "/wieder-da/", "/static/", "/sprache/"):
            assert town.ask("visitor", "GET", start + piece).status == 404, (start, piece)
