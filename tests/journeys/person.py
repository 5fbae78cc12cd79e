"""A person in front of a browser: reads headings, fills in fields by their labels, presses buttons by their words."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from shutil import which
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, Response
from playwright.sync_api import TimeoutError as NotThere

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
TELEPHONE, DESK, NARROW = 390, 1280, 320


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium; a machine without it fails, it never skips."""
    path = which("chromium")
    assert path, "The journeys need Chromium. Please run: apt-get install chromium"
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Person:
    """One browser window with its own cookies; counts its clicks, and keeps in ``trouble`` what went wrong."""

    page: Page
    base: str
    trouble: list[str] = field(default_factory=list)
    clicks: int = 0

    @classmethod
    def sits_down(cls, browser: Browser, base: str, width: int = DESK, **options: Any) -> "Person":
        """Open a window of this width."""
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            locale=options.pop("locale", "de-DE"),
            **options,
        )
        context.set_default_timeout(30_000)
        person = cls(context.new_page(), base)
        person._listen()
        return person

    def _listen(self) -> None:
        def console(message: ConsoleMessage) -> None:
            if message.type == "error" and "status of 4" not in message.text:
                self.trouble.append(f"console: {message.text}")

        def request(sent: Request) -> None:
            if not sent.url.startswith((self.base, "data:")):
                self.trouble.append(f"third party: {sent.url}")

        def response(got: Response) -> None:
            if got.status >= 500:
                self.trouble.append(f"{got.status}: {got.url}")

        self.page.on("console", console)
        self.page.on("request", request)
        self.page.on("response", response)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))

    def leaves(self) -> None:
        """Close the window; nothing may have gone wrong behind it."""
        self.page.context.close()
        assert not self.trouble, self.trouble

    def opens(self, address: str) -> "Person":
        """Go to a path or a link."""
        self.page.goto(address if address.startswith("http") else self.base + address)
        return self

    def logs_in(self, email: str, password: str) -> "Person":
        """Log in as everybody does."""
        self.opens("/anmelden")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        return self._after(self.page.locator("main button").first.click)

    def writes(self, label: str, text: str) -> "Person":
        """Type into a field."""
        self._sees("textbox", label).fill(text)
        return self

    def ticks(self, label: str) -> "Person":
        """Tick a box."""
        return self._clicks(self._sees("checkbox", label).check)

    def chooses(self, label: str) -> "Person":
        """Choose one of several answers."""
        return self._clicks(self._sees("radio", label).check)

    def selects(self, label: str, option: str) -> "Person":
        """Choose from a list."""
        return self._clicks(lambda: self._sees("combobox", label).select_option(label=option))

    def dates(self, label: str, day: date) -> "Person":
        """Fill in a date in three parts."""
        group = self._sees("group", label)
        for part, number in (("Tag", day.day), ("Monat", day.month), ("Jahr", day.year)):
            group.get_by_role("textbox", name=part).fill(str(number))
        return self

    def unfolds(self, words: str) -> "Person":
        """Open an accordion, unless it is open."""
        summary = self.page.locator("main summary", has_text=words).first
        if summary.locator("xpath=..").get_attribute("open") is None:
            self._clicks(summary.click)
        return self

    def presses(self, words: str) -> "Person":
        """Press a button and wait for the next page."""
        return self._after(self._sees("button", words).click)

    def follows(self, words: str) -> "Person":
        """Follow a link on the page."""
        return self._after(self._sees("link", words, begins="").click)

    def _sees(self, role: Any, words: str, begins: str = r"^\s*") -> Locator:
        """The first thing of this kind whose name begins with these words; a link may have them anywhere."""
        found = self.page.locator("main").get_by_role(role, name=re.compile(begins + re.escape(words))).first
        try:
            found.wait_for()
        except NotThere:
            raise AssertionError(f"no {role} {words!r} on {self.path} – {self.reads}") from None
        return found

    def _after(self, act: Callable[[], None]) -> "Person":
        with self.page.expect_navigation():
            return self._clicks(act)

    def _clicks(self, act: Callable[[], object]) -> "Person":
        self.clicks += 1
        act()
        return self

    @property
    def heading(self) -> str:
        """The page's one h1."""
        return self.page.locator("h1").inner_text().strip()

    @property
    def reads(self) -> str:
        """What stands in the main part of the page."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.page.url).path
