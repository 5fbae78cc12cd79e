"""Outside judges of one page: axe, sideways scrolling, the focus ring."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
FOCUS = """() => {
  const it = document.activeElement, style = getComputedStyle(it);
  const ring = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none';
  return {name: (it.innerText || it.id || it.tagName).trim(), type: it.type || '', href: it.getAttribute('href'),
          id: it.id, visible: ring || style.boxShadow !== 'none'};
}"""


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the page as it is shown now: rule, place, remedy."""
    answer = Axe().run(page, options=OPTIONS).response
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def focused(page: Page) -> dict[str, Any]:
    """What has the focus, and whether one sees it."""
    return dict(page.evaluate(FOCUS))
