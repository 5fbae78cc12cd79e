"""Every form of the site, filled in as somebody of each role would do it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4 import Tag

from lotsen.core.access import endpoint_access
from tests.house import access_scene as scene
from tests.house.access_scene import Answer, Town
from tests.house.test_input import plausible, post_forms

SHOWN = ("choice", "verb", "action", "reason")
LEAVING = "/abmelden"  # it ends the browser's own session, which is in everybody's way


@dataclass(frozen=True)
class Press:
    """A form as somebody filled it in."""

    role: str
    path: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def words(self) -> str:
        """Who presses what."""
        return " ".join([self.role, self.path, *(f"{name}={v[0]}" for name, v in self.fields if name in SHOWN)])

    def go(self, town: Town) -> Answer:
        """Press it."""
        return town.ask(self.role, "POST", self.path, {name: list(values) for name, values in self.fields})


def presses(town: Town, roles: Sequence[str]) -> list[Press]:
    """The forms on all pages of these roles; what is open to everybody is pressed by the visitor."""
    found: dict[Press, None] = {}
    for role in roles:
        for path in _pages(town, role):
            for form in post_forms(town.ask(role, "GET", path).html):
                found |= dict.fromkeys(press for press in _filled_in(form, role, path) if press.path != LEAVING)
    return list(found)


def _pages(town: Town, role: str) -> Iterator[str]:
    for rule, path in scene.addresses(town, role, "a"):
        elsewhere = endpoint_access(town.app, rule.endpoint) == "public" and role != "visitor"
        if "GET" in (rule.methods or ()) and rule.endpoint != "static" and not elsewhere:
            yield path


def _filled_in(form: Tag, role: str, path: str) -> Iterator[Press]:
    """Once for each of its buttons and of its choices."""
    values, _free = plausible(form)
    named = [(str(b["name"]), str(b.get("value", ""))) for b in form.find_all("button", attrs={"name": True})]
    named += [(str(i["name"]), str(i.get("value", ""))) for i in form.find_all("input", attrs={"type": "radio"})]
    for name, value in named or [("", "")]:
        fields = {**values, **({name: [value]} if name else {})}
        yield Press(role, str(form.get("action") or path), tuple((k, tuple(v)) for k, v in fields.items()))
