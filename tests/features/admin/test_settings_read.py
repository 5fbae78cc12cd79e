"""A setting that nothing reads is a promise to the town that nobody keeps."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lotsen.core.config import ROOT
from lotsen.municipality.rules import DEFAULTS

MAKES_A_TOWN = {"town", "Town"}
IN_A_TEMPLATE = re.compile(r"\bmunicipality\.(\w+)")


def test_every_setting_is_read_from_the_town() -> None:
    read = {name for path in Path(ROOT, "lotsen").rglob("*.py") for name in _read_in(path.read_text("utf-8"))}
    for path in Path(ROOT, "templates").rglob("*.*"):
        read.update(IN_A_TEMPLATE.findall(path.read_text("utf-8")))
    read |= {name for method, names in _methods().items() if method in read for name in names}
    assert [name for name in DEFAULTS if name not in read] == []


def test_the_check_sees_what_is_read_from_the_town_and_nothing_else() -> None:
    source = """
def told(form, row: Town, kept):
    settings, other = town(), kept
    g.town = made = Town()
    return town().a, municipality.town().b, settings.c, row.d, made.e, other.f, form.g, kept.h

def elsewhere(settings):
    town().x = settings.i
    return [settings.j, "town().k"]
"""
    assert set(_read_in(source)) == {"a", "b", "c", "d", "e"}


def _read_in(source: str) -> Iterator[str]:
    """What is read from the town, called by its name or kept under another one in the same function."""
    tree = ast.parse(source)
    yield from _attributes(tree, set())
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _attributes(function, _names_of_town(function))


def _attributes(tree: ast.AST, names: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            known = isinstance(node.value, ast.Name) and node.value.id in names
            if known or _is_town(node.value):
                yield node.attr


def _is_town(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MAKES_A_TOWN


def _names_of_town(function: ast.FunctionDef) -> set[str]:
    args = function.args
    names = {
        arg.arg for arg in (*args.args, *args.kwonlyargs) if arg.annotation and ast.unparse(arg.annotation) == "Town"
    }
    for node in ast.walk(function):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            names |= {to.id for to, value in _pairs(target, node.value) if isinstance(to, ast.Name) and _is_town(value)}
    return names


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _methods() -> dict[str, list[str]]:
    """What the town's own methods read of it; it counts where the method is called."""
    rules = ast.parse(Path(ROOT, "lotsen/municipality/rules.py").read_text("utf-8"))
    (town,) = [node for node in rules.body if isinstance(node, ast.ClassDef) and node.name == "Town"]
    return {node.name: list(_attributes(node, {"self"})) for node in town.body if isinstance(node, ast.FunctionDef)}
