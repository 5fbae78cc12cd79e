"""Outside judges of one page: axe, sideways scrolling, the focus ring."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .person import DESK, NARROW, TELEPHONE, Person

AXE = Axe().axe_script
WIDTHS = (DESK, TELEPHONE)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
FOCUS = """() => {
  const it = document.activeElement, style = getComputedStyle(it);
  const label = it.labels && it.labels.length ? it.labels[0].innerText : it.innerText;
  const ring = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none';
  return {name: (label || it.id || it.tagName).trim(), kind: it.type || it.tagName.toLowerCase(),
          seen: ring || style.boxShadow !== 'none'};
}"""


def axe_findings(page: Page, *, colours: bool = True) -> list[str]:
    """What axe finds on the page as it is shown now: rule, place, remedy. A page is given axe once."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    options = OPTIONS | {"rules": {"color-contrast": {"enabled": colours}}}
    answer = page.evaluate("options => axe.run(document, options)", options)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in answer["violations"] for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def focused(page: Page) -> dict[str, Any]:
    """What has the focus, and whether one sees it."""
    return dict(page.evaluate(FOCUS))


def findings(person: Person, *, colours_at: tuple[int, ...] = WIDTHS) -> list[str]:
    """What axe finds on this page at each width, and whether it scrolls sideways on the narrowest telephone.

    Contrast takes most of axe's time: where the same parts were judged before, it is judged at one width.
    """
    page = person.page
    before = page.viewport_size
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [
            f"{person.path} at {width} px: {finding}" for finding in axe_findings(page, colours=width in colours_at)
        ]
    page.set_viewport_size({"width": NARROW, "height": 900})
    if (too_wide := sideways(page)) > 0:
        found.append(f"{person.path} is {too_wide} px wider than {NARROW} px")
    if before is not None:
        page.set_viewport_size(before)
    return found


def passes(person: Person) -> None:
    """The page passes all judges."""
    assert not (found := findings(person)), found
