"""Through all pages that a role's menu leads to, each judged: axe, script errors, third parties, sideways scrolling."""

import re
from urllib.parse import urlsplit

from lotsen.accounts.rules import DEMO_PASSWORD

from .judge import WIDTHS, findings
from .person import DESK, Person

NEVER = re.compile(r"^/(static|sprache|abmelden)|\.(txt|ics|csv|md|zip|json|pdf)$")
A_KIND = 1  # one page of each kind; the other states are judged by the tests of their features
DEPTH = 2


def all_pages(person: Person, name: str) -> list[str]:
    """Log in as one of the demo town, visit what the menu leads to; returns what the judges found."""
    person.logs_in(f"{name}@stadthagen.example", DEMO_PASSWORD)
    return walk(person, menu(person))


def kind_of(path: str) -> str:
    """The address without what differs from row to row."""
    return re.sub(r"/[A-Za-z0-9_-]{20,}", "/*", re.sub(r"\d+", "#", path))


def walk(person: Person, start: list[str]) -> list[str]:
    """Visit what the menu and the pages lead to, some of each kind; returns what the judges found."""
    found: list[str] = []
    seen: set[str] = set()
    kinds: dict[str, int] = {}
    ahead = [(path, 0) for path in start]
    while ahead:
        path, depth = ahead.pop(0)
        if path in seen or NEVER.search(path) or kinds.get(kind_of(path), 0) >= A_KIND:
            continue
        seen.add(path)
        kinds[kind_of(path)] = kinds.get(kind_of(path), 0) + 1
        person.opens(path)
        found += findings(person, colours_at=WIDTHS if len(seen) == 1 else (DESK,))
        if depth < DEPTH:
            ahead += [(next_path, depth + 1) for next_path in links(person)]
    assert len(kinds) > len(start) or len(start) > 5, kinds
    return found


def links(person: Person) -> list[str]:
    """Where the main part of the page leads to, within the town."""
    addresses = person.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.href)")
    return [urlsplit(address).path for address in addresses if address.startswith(person.base)]


def menu(person: Person) -> list[str]:
    """Where the menu leads to."""
    addresses = person.page.eval_on_selector_all(".site-menu__wide a[href]", "all => all.map(a => a.href)")
    return [urlsplit(address).path for address in addresses]
