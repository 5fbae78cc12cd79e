"""Nobody gets where they do not belong: every address, every role, own and somebody else's objects."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from lotsen.core.access import endpoint_access
from tests.house import access_scene as scene
from tests.house.access_scene import ROLES, Answer, Town

BIG = (999_999, 2**31, 10**30)
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
def test_every_page_opens_to_each_role_as_declared_and_changes_nothing(town: Town, role: str) -> None:
    """Nor does a page show what is for the office only, or contact data before both said yes."""
    wrong, tried, seen = [], 0, ""
    hidden = hidden_from(town, role)
    for side in ("a", "b"):
        for rule, path in scene.addresses(town, role, side):
            if "GET" not in (rule.methods or ()):
                continue
            want = scene.expected(town, rule, role, side)
            answer = town.ask(role, "GET", path)
            tried += 1
            if path == "/readyz":  # for machines, and 503 without a scheduler
                continue
            if verdict(answer) != want:
                wrong.append(f"{path} ({side}): {verdict(answer)}, not {want}  {_why(answer)}")
            wrong += [f"{path} ({side}) shows {word}" for word in hidden if word in answer.html]
            seen += answer.html
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried > 80
    now = scene.dump()
    assert now == town.kept, [table for table in now if now[table] != town.kept[table]]
    if role == "coordinator":  # else the words above prove nothing
        assert all(word in seen for word in (scene.CRITICISM, scene.CANDIDATE, f"{scene.MESSAGE} b"))


@pytest.mark.parametrize("role", ROLES)
def test_every_form_is_taken_from_each_role_as_declared(town: Town, role: str) -> None:
    """A refused one changes nothing."""
    wrong, tried = [], 0
    for side in ("a", "b"):
        refused = []
        for rule, path in scene.addresses(town, role, side):
            if "POST" not in (rule.methods or ()):
                continue
            want = scene.expected(town, rule, role, side)
            answer = town.ask(role, "POST", path, {"wer": town.ids["a"]["pilot"]})
            tried += 1
            if verdict(answer) != want:
                wrong.append(f"{path} ({side}): {verdict(answer)}, not {want}  {_why(answer)}")
            if want != "open":
                refused.append(path)
            elif town.back() or rule.endpoint == "accounts.logout":
                town.enter(role)
        for path in refused:  # once more in a row, so that nothing hides behind the going back
            town.ask(role, "POST", path, {"wer": town.ids["a"]["pilot"]})
        assert scene.dump() == town.kept
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried > 80


def hidden_from(town: Town, role: str) -> list[str]:
    """Words that must not be on any page of a role. Whoever holds the live links sees what their owners see."""
    if role == "coordinator":
        return []
    words = [scene.CRITICISM, f"{scene.MESSAGE} b", "0.7317", "0,73", "73 %", "73,2"]
    if role == "administrator":
        return words
    for name, (email, phone) in town.contact.items():
        if name not in (role, "member", "pilot"):
            words += [email, phone, phone.replace(" ", "")]
    return [*words, scene.CANDIDATE]


def _why(answer: Answer) -> str:
    return answer.html if answer.status >= 500 and len(answer.html) < 400 else ""


def test_the_administrator_reads_contact_data_where_people_and_mails_are_administered_and_nowhere_else(
    town: Town,
) -> None:
    seen, tried = [], 0
    for side in ("a", "b"):
        for rule, path in scene.addresses(town, "administrator", side):
            public = endpoint_access(town.app, rule.endpoint) == "public"
            if "GET" not in (rule.methods or ()) or public or path.startswith(("/verwaltung", "/postausgang")):
                continue
            answer = town.ask("administrator", "GET", path)
            tried += 1
            for name, contact in town.contact.items():
                if name != "administrator":
                    seen += [f"{path} ({side}) shows {word}" for word in contact if word in answer.html]
    assert not seen, "\n".join(seen)
    assert tried > 10


def test_an_unknown_number_is_a_page_that_is_not_there(town: Town) -> None:
    wrong = []
    for role in ("coordinator", "administrator", "pilot", "member"):
        for rule, _path in scene.addresses(town, role, "a"):
            if not scene.has_object(rule) or scene.expected(town, rule, role, "a") != "open":
                continue
            if rule.endpoint in ("accounts.end_session", "accounts.forget_device", "admin.remove_quiet"):
                continue  # ended or removed already: the same answer as before
            for number in BIG:
                values = {n: scene.value_of(town, rule, n, role, "a")[0] for n in rule.arguments}
                values |= {n: number for n in rule.arguments if n.endswith("_id")}
                for method in {"GET", "POST"} & (rule.methods or set()):
                    answer = town.ask(role, method, scene.path_of(rule, values))
                    if answer.status not in (404, 405):
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
