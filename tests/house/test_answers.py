"""What answers say about themselves, and what they do with what no form of ours would send."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from lotsen import create_app
from lotsen.accounts.models import User
from lotsen.accounts.service import passwords
from lotsen.core.access import endpoint_access, public
from lotsen.core.extensions import db
from tests import factories
from tests.database import Database
from tests.house import access_scene as scene
from tests.house.access_scene import Town
from tests.page import Page, PageClient

TEXTS = ("text/", "application/xml")
OWN_NAME = re.compile(r"attachment; filename=\"?[a-z0-9-]+\.(csv|ics|md|pdf|xlsx|zip)\"?")


@pytest.fixture
def town(app: Flask, time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town as in production."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    yield scene.build(app)


@pytest.fixture
def answers(town: Town) -> Iterator[tuple[str, str, Any]]:
    """Every page and file of whoever runs the town: endpoint, path, answer."""

    def every() -> Iterator[tuple[str, str, Any]]:
        for role in ("coordinator", "administrator", "member"):
            for rule, path in scene.addresses(town, role, "a"):
                if "GET" in (rule.methods or ()) and rule.endpoint != "static":
                    with town.clients[role].get(path) as answer:
                        yield rule.endpoint, path, answer
                    db.session.remove()

    return every()


def test_every_answer_says_what_it_is(answers: Iterator[tuple[str, str, Any]]) -> None:
    wrong, kinds, names, out = [], set(), [], []
    for endpoint, path, answer in answers:
        kind = answer.headers.get("Content-Type", "")
        kinds.add(answer.mimetype)
        if answer.data and (not kind or (answer.mimetype.startswith(TEXTS) and "charset=utf-8" not in kind)):
            wrong.append(f"{path}: {kind!r}")
        if "Content-Disposition" in answer.headers and endpoint != "public.favicon":
            names.append(answer.headers["Content-Disposition"])
        if answer.status_code == 200 and answer.mimetype == "text/html" and 'action="/abmelden"' not in answer.text:
            out.append(f"{endpoint} {path}")
    assert wrong == []
    assert {"text/html", "text/css", "text/csv", "text/calendar", "application/json"} <= kinds
    assert len(names) > 5
    assert [name for name in names if not OWN_NAME.fullmatch(name)] == []
    assert out == [], "every page of somebody who is logged in leads out"


def test_fields_that_no_form_has_change_nothing(app: Flask, browser: Any, time: Any) -> None:
    person = factories.member().user
    other = factories.member().user
    before = {column.name: getattr(person, column.name) for column in User.__table__.columns}
    fields: dict[str, Any] = {name: "1" for name in before} | {"roles": "administrator", "role": "administrator"}
    fields |= {"user": other.id, "user_id": other.id, "id": other.id, "active": "", "is_demo": "y"}
    mine = {"name": "Neuer Name", "phone": "05721 1", "locale": "de", "version": person.version}
    visitor: PageClient = browser(person)
    page: Page = visitor.post("accounts.own", {**fields, **mine})
    assert "Gespeichert." in page.html
    db.session.expire_all()
    after = {
        column.name: getattr(db.session.get_one(User, person.id), column.name) for column in User.__table__.columns
    }
    assert {name for name in before if before[name] != after[name]} == {
        *("name", "search_name", "phone", "phone_digits", "version")
    }
    assert after["version"] == before["version"] + 1
    assert db.session.get_one(User, person.id).roles == {"member"}
    assert db.session.get_one(User, other.id).name != "Neuer Name"


def test_what_an_address_says_is_decoded_once_and_comes_without_control_characters(app: Flask) -> None:
    with app.test_request_context("/anfragen?suche=a%00b%07%2525&name%00=%252e%252e"):
        assert dict(request.args) == {"suche": "ab%25", "name": "%2e%2e"}


def test_a_parameter_given_twice_counts_once(app: Flask, as_visitor: PageClient, time: Any) -> None:
    person = factories.user(email="vera@example.org", password_hash=passwords.hashed("apfel zaun mond"))
    form = {"csrf_token": as_visitor.csrf_token(), "email": [person.email, "other@example.org"]}
    address = "/anmelden?next=/konto&next=//evil.example&email=other@example.org&password=x"
    answer = as_visitor.client.post(address, data={**form, "password": ["apfel zaun mond", "x"]})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/konto")


def test_a_password_is_masked_and_may_be_pasted(app: Flask, browser: Any, time: Any) -> None:
    person = factories.user(password_hash=passwords.hashed("apfel zaun mond"))
    pages = [
        browser(None).get("accounts.login"),
        *(browser(person).get(f"accounts.change_{x}") for x in ("password", "address")),
    ]
    fields = [
        field for page in pages for field in page.soup.find_all("input", attrs={"name": re.compile("password|current")})
    ]
    assert len(fields) == 4
    for field in fields:
        assert field["type"] == "password" and field["autocomplete"] in ("current-password", "new-password")
        assert not [
            name for name in field.attrs if name.startswith("on") or name in ("maxlength", "readonly", "pattern")
        ]
    assert not [page for page in pages if re.search(r"Geheimfrage|Passwort-Hinweis|security question", page.text)]


@pytest.mark.parametrize(
    ("proxies", "said", "believed"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.1, 198.51.100.1, 203.0.113.9", "198.51.100.1"),
    ],
)
def test_the_address_of_a_visitor_is_the_trusted_proxys_word(
    storage: Database, app: Flask, tmp_path: Path, proxies: int, said: str, believed: str
) -> None:
    real = create_app(mode="test", database_url=storage.url, instance=str(tmp_path), trusted_proxies=proxies)

    @public
    def seen() -> str:
        return f"{request.remote_addr} {request.host} {request.script_root}"

    real.view_functions["core.colour"] = seen
    sent = {"X-Forwarded-For": said, "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    with real.app_context():
        answer = real.test_client().get("/farbe.css", headers=sent)
        db.session.remove()
        db.engine.dispose()
    assert answer.text == f"{believed} localhost "
    assert endpoint_access(real, "core.colour") == "public"
