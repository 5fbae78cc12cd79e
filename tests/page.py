"""A page as a test reads it: checked on arrival, forms submitted the way a person does."""

import re
from functools import cached_property
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from flask import url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

RAW_VALUES = re.compile(
    r"\b(State\.|Kind\.|Mode\.|put_aside|on_hold|first_contact|broken_off|not_chosen|no_time|on_site)\b"
)


class Html5(HTML5TreeBuilder):
    """Reads a page once for both: its tree, and in ``errors`` what is not valid HTML5."""

    def __init__(self) -> None:
        super().__init__(store_line_numbers=False)
        self.errors: list[Any] = []

    def feed(self, markup: Any) -> None:
        """As the builder does it, but for the errors, which it throws away."""
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = parser.errors
        self.underlying_builder.parser = None


class Page:
    """One answer of the site."""

    def __init__(self, client: "PageClient", response: TestResponse) -> None:
        self.client = client
        self.response = response
        self.status = response.status_code
        self.path = response.request.full_path.rstrip("?")
        self.html = response.get_data(as_text=True)
        reader = Html5()
        self.soup = BeautifulSoup(self.html, builder=reader)
        self.invalid = reader.errors

    @property
    def h1(self) -> str:
        """Text of the one heading."""
        heading = self.soup.find("h1")
        assert heading is not None, f"no h1 on {self.path}"
        return words(heading.get_text())

    @cached_property
    def text(self) -> str:
        """Text of <main>, white space collapsed."""
        main = self.soup.find("main")
        assert main is not None, f"no main on {self.path}"
        return words(main.get_text(" ").replace("@ ", "@"))  # where an address may break

    @property
    def errors(self) -> list[str]:
        """Texts of the error summary."""
        return [words(a.get_text()) for a in self.soup.select(".kern-alert--danger a, .error-summary a")]

    def links(self, label: str) -> list[str]:
        """Addresses of links with this text."""
        return [a["href"] for a in self.soup.find_all("a", href=True) if words(a.get_text()) == label]

    def click(self, label: str) -> "Page":
        """Follow the first link with this text."""
        found = self.links(label)
        assert found, f"no link {label!r} on {self.path}; there are: {self._labels('a')}"
        return self.client.get_path(found[0])

    def form_with(self, button: str) -> Tag:
        """The form that holds a button with this text."""
        for form in self.soup.find_all("form"):
            if any(words(b.get_text()) == button for b in form.find_all("button")):
                return form
        raise AssertionError(f"no button {button!r} on {self.path}; there are: {self._labels('button')}")

    def submit(self, button: str, *, status: int | None = None, **values: Any) -> "Page":
        """Press a button: sends every field as the page shows it, with ``values`` typed over it.

        A list chooses several boxes, None leaves a field out. Follows redirects.
        """
        form = self.form_with(button)
        data = form_data(form, button)
        for name, value in values.items():
            data.pop(name, None)
            if value is not None:
                data[name] = value
        return self.client.post_path(form.get("action") or self.path, data, status=status)

    def _labels(self, tag: str) -> list[str]:
        return sorted({words(t.get_text()) for t in self.soup.find_all(tag)})


class PageClient:
    """A browser of one person; every page it brings is checked."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, endpoint: str, *, status: int = 200, **values: Any) -> Page:
        """Open an endpoint."""
        with self.client.application.test_request_context():
            path = url_for(endpoint, **values)
        return self.get_path(path, status=status)

    def get_path(self, path: str, *, status: int = 200) -> Page:
        """Open a path, redirects followed."""
        return self._checked(self.client.get(path, follow_redirects=True), status)

    def post(
        self, endpoint: str, data: dict[str, Any] | None = None, *, status: int | None = None, **values: Any
    ) -> Page:
        """Send a form to an endpoint, with a CSRF token of this browser."""
        with self.client.application.test_request_context():
            path = url_for(endpoint, **values)
        return self.post_path(path, {**(data or {}), "csrf_token": self.csrf_token()}, status=status)

    def post_path(self, path: str, data: dict[str, Any], *, status: int | None = None) -> Page:
        """Send a form to a path."""
        return self._checked(self.client.post(path, data=data, follow_redirects=True), status)

    def csrf_token(self) -> str:
        """A valid token, as any form of this browser would carry."""
        for path in ("/impressum", "/anmelden"):  # logged in: the log-out button of any page has one
            html = self.client.get(path, follow_redirects=True).get_data(as_text=True)
            if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html):
                return found[1]
        raise AssertionError("no form with a CSRF token")

    def _checked(self, response: TestResponse, status: int | None) -> Page:
        self.client.application.extensions["lotsen.after_test_request"]()
        page = Page(self, response)
        if status is None:
            assert page.status < 400, f"{page.path}: {page.status}\n{page.text[:600]}"
        else:
            assert page.status == status, f"{page.path}: {page.status}, not {status}\n{page.html[:600]}"
        if response.mimetype == "text/html":
            check(page)
        return page


def words(text: str) -> str:
    """White space collapsed."""
    return " ".join(text.split())


def form_data(form: Tag, button: str) -> dict[str, Any]:
    """What a browser would send for a form when this button is pressed."""
    data: dict[str, Any] = {}

    def put(name: str, value: str) -> None:
        if name in data:
            data[name] = [*data[name], value] if isinstance(data[name], list) else [data[name], value]
        else:
            data[name] = value

    for field in form.find_all(["input", "textarea", "select", "button"]):
        name = field.get("name")
        if name and (field.name != "button" or words(field.get_text()) == button):
            for value in _sent(field):
                put(name, value)
    return data


def _sent(field: Tag) -> list[str]:
    """The values a browser sends for one control."""
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    if field.name == "select":
        options = field.find_all("option", selected=True) or field.find_all("option")[:1]
        return [option.get("value", "") for option in options]
    if field.get("type") in ("checkbox", "radio"):
        return [field.get("value", "on")] if field.has_attr("checked") else []
    if field.name == "input" and field.get("type") in ("submit", "button", "file"):
        return []
    return [field.get("value", "")]


def check(page: Page) -> None:
    """What every page must be: valid HTML5, one h1 that starts the title, language, labels, CSRF, no inline code."""
    soup, where = page.soup, page.path
    assert not page.invalid, f"{where}: invalid HTML5: {page.invalid[:3]}"
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{where}: {len(headings)} h1"
    title = words(soup.title.get_text()) if soup.title else ""
    assert title.startswith((page.h1, "Fehler:", "Error:")), f"{where}: title {title!r} does not start with {page.h1!r}"
    assert soup.html is not None and soup.html.get("lang") in ("de", "en"), f"{where}: no lang"
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"{where}: ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    _check_fields(soup, where)
    assert not soup.find("script"), f"{where}: script"
    assert not soup.find("style"), f"{where}: inline style element"
    for tag in soup.find_all(True):
        bad = [a for a in tag.attrs if a == "style" or a.startswith("on")]
        assert not bad, f"{where}: <{tag.name}> has {bad}"
    raw = RAW_VALUES.search(page.text)
    assert not raw, f"{where}: raw value {raw and raw.group()!r} shown"


def _check_fields(soup: BeautifulSoup, where: str) -> None:
    labelled = {label.get("for") for label in soup.find_all("label")}
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") in ("hidden", "submit"):
            continue
        named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        assert named or field.find_parent("label"), f"{where}: field {field.get('name')!r} has no label"
    for form in soup.find_all("form"):
        if form.get("method", "get").lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token"}), f"{where}: POST form without CSRF token"
