"""Nobody gets where they do not belong: every address, every role, own and somebody else's objects."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.house import access_scene as scene
from tests.house.access_scene import ROLES, Answer, Town

BIG = (999_999, 2**31, 2**63, 10**30)
EVASIONS = (
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/\x00/evil.example",
    "https:/\\evil.example",
)


@pytest.fixture
def town(app: Flask, time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town as in production: no mails for everybody in the browser."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    yield scene.build(app)


def verdict(answer: Answer) -> str:
    """The answer as the declaration would say it."""
    if answer.to_login:
        return "log in"
    return str(answer.status) if answer.status in (403, 404, 405) or answer.status >= 500 else "open"


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_declared(town: Town, role: str) -> None:
    wrong, tried = [], 0
    for side in ("a", "b"):
        for method in ("GET", "POST"):
            for rule, path in scene.addresses(town, role, side):
                if method not in (rule.methods or ()):
                    continue
                want = scene.expected(town, rule, role, side)
                if role == "member" and path.endswith("/wer"):
                    want = "404"  # her organisation is known, so this page is left out
                answer = town.ask(role, method, path, {"wer": town.ids["a"]["pilot"]})
                tried += 1
                if verdict(answer) != want:
                    wrong.append(f"{method} {path} ({side}): {verdict(answer)}, not {want}  {_why(answer)}")
                changed = method == "POST" and want == "open" and town.back()
                if changed or rule.endpoint == "accounts.logout":
                    town.enter(role)
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried > 150
    for role_again in ("pilot", "member"):
        assert town.ask(role_again, "GET", "/start").status == 200


def _why(answer: Answer) -> str:
    return answer.html if answer.status >= 500 and len(answer.html) < 400 else ""


@pytest.mark.parametrize("role", ROLES)
def test_refused_posts_change_nothing(town: Town, role: str) -> None:
    tried = 0
    for side in ("a", "b"):
        for rule, path in scene.addresses(town, role, side):
            if "POST" in (rule.methods or ()) and scene.expected(town, rule, role, side) != "open":
                town.ask(role, "POST", path)
                tried += 1
    assert scene.dump() == town.kept
    assert tried or role == "coordinator"


def test_an_unknown_number_is_a_page_that_is_not_there(town: Town) -> None:
    wrong = []
    for role in ("coordinator", "administrator", "pilot", "member"):
        for rule, _path in scene.addresses(town, role, "a"):
            if not scene.has_object(rule) or scene.expected(town, rule, role, "a") != "open":
                continue
            if rule.endpoint in ("accounts.end_session", "admin.remove_quiet"):
                continue  # ended or removed already: the same answer as before
            for number in BIG:
                values = {n: scene.value_of(town, rule, n, role, "a")[0] for n in rule.arguments}
                values |= {n: number for n in rule.arguments if n.endswith("_id")}
                for method in {"GET", "POST"} & (rule.methods or set()):
                    answer = town.ask(role, method, scene.path_of(rule, values))
                    if answer.status != 404:
                        wrong.append(f"{role} {method} {rule.endpoint} {number}: {answer.status} {_why(answer)}")
    wrong = sorted(set(wrong))
    assert not wrong, "\n".join(wrong)
    assert scene.dump() == town.kept


def test_what_is_ended_or_removed_already_breaks_nothing(town: Town) -> None:
    for number in BIG:
        assert town.ask("member", "POST", f"/konto/anmeldungen/{number}/beenden").status in (302, 404)
        assert town.ask("administrator", "POST", f"/verwaltung/ruhezeiten/{number}/entfernen").status in (302, 404)
    assert scene.dump() == town.kept


@pytest.mark.parametrize("csrf", [None, "falsch"])
def test_no_post_works_without_the_token_of_its_form(town: Town, csrf: str | None) -> None:
    wrong = []
    for role in ROLES:
        for rule, path in scene.addresses(town, role, "a"):
            if "POST" in (rule.methods or ()):
                answer = town.ask(role, "POST", path, csrf=csrf)
                if answer.status != 400 or "<h1" not in answer.html:
                    wrong.append(f"{role} {path}: {answer.status}")
    assert not wrong, "\n".join(wrong)
    assert scene.dump() == town.kept


def test_reading_changes_nothing(town: Town) -> None:
    for role in ROLES:
        for side in ("a", "b"):
            for rule, path in scene.addresses(town, role, side):
                if "GET" in (rule.methods or ()):
                    town.ask(role, "GET", path)
        now = scene.dump()
        assert now == town.kept, f"{role}: {[t for t in now if now[t] != town.kept[t]]}"


def test_what_is_for_the_office_is_on_nobody_elses_page(town: Town) -> None:
    """Criticism, scores, names of candidates, and contact data before both said yes."""
    may_read = {
        "applicant": {"applicant"},
        "pilot": {"pilot", "member"},
        "member": {"member", "pilot"},
        "visitor": {"member", "pilot"},  # the visitor holds the live links of these two
        "nobody": {"nobody", "member", "pilot"},
        "administrator": set(town.contact),
    }
    links = {"visitor", "nobody", "applicant", "pilot", "member", "administrator"}
    told, pages = [], 0
    for role in ROLES:
        if role == "coordinator":
            continue
        hidden = [scene.CRITICISM, scene.CANDIDATE, "0.7317", "0,73", "73 %", "73,2"]
        if role == "administrator":
            hidden.remove(scene.CANDIDATE)
        known = may_read[role] | ({"member", "pilot"} if role in links else set())
        for name, (email, phone) in town.contact.items():
            if name not in known:
                hidden += [email, phone, phone.replace(" ", "")]
        for side in ("a", "b"):
            for rule, path in scene.addresses(town, role, side):
                if "GET" in (rule.methods or ()):
                    html = town.ask(role, "GET", path).html
                    pages += 1
                    told += [f"{role} {path}: {word}" for word in hidden if word in html]
    assert not told, "\n".join(sorted(set(told)))
    office = "".join(
        town.ask("coordinator", "GET", path).html
        for rule, path in scene.addresses(town, "coordinator", "a")
        if "GET" in (rule.methods or ())
    )
    assert scene.CRITICISM in office and scene.CANDIDATE in office  # else this test proves nothing
    assert pages > 500


@pytest.mark.parametrize("target", EVASIONS)
def test_the_way_back_stays_on_this_site(town: Town, target: str) -> None:
    from lotsen.accounts.service import passwords
    from lotsen.core.db import transaction
    from lotsen.core.extensions import db

    with transaction():
        db.session.merge(town.people["member"]).password_hash = passwords.hashed("ein langes Wort 1")
    email = town.contact["member"][0]
    for path in ("/anmelden", "/sprache/de"):
        query = {"next": target}
        answer = town.clients["visitor"].open(
            path,
            method="POST" if path == "/anmelden" else "GET",
            query_string=query,
            data={"email": email, "password": "ein langes Wort 1", "csrf_token": town.csrf()},
        )
        assert answer.status_code == 302, path
        assert urlsplit(answer.headers["Location"]).netloc in ("", "localhost"), answer.headers["Location"]
        assert answer.headers["Location"] in ("/", "/start", "/konto"), answer.headers["Location"]


def test_the_log_in_leads_back_to_the_page_that_was_asked_for(town: Town) -> None:
    answer = town.ask("visitor", "GET", "/anfragen?suche=Homepage&seite=2")
    assert answer.to_login
    assert parse_qs(urlsplit(answer.location).query)["next"] == ["/anfragen?suche=Homepage&seite=2"]
