"""Lists of keys and values leave out what is empty, and say what does not exist at all."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError, nodes

LIST = '{% import "components/ui.html" as ui %}{{ ui.description_list([("Telefon", phone), ("Ort", place)]) }}'


def test_an_empty_value_is_left_out_and_a_list_of_nothing_is_none(app: Flask) -> None:
    with app.test_request_context():
        html = render_template_string(LIST, phone=None, place="Musterstadt")
        assert "Musterstadt" in html and "Telefon" not in html
        assert "<dl" not in render_template_string(LIST, phone="", place=None)


def test_a_misspelt_value_is_a_fault_and_not_an_empty_one(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError, match="phone"):
        render_template_string(LIST, place="Musterstadt")


def test_every_value_with_a_condition_says_what_stands_there_else(app: Flask) -> None:
    """``value if there`` alone is undefined, and its key would stand there with nothing behind it."""
    half = []
    for name in app.jinja_env.list_templates(extensions=["html"]):
        path = Path(app.root_path).parent / "templates" / name
        tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Getattr) and call.node.attr == "description_list":
                pairs = [pair.items[-1] for pair in call.find_all(nodes.Tuple)]
                half += [(name, v.lineno) for v in pairs if isinstance(v, nodes.CondExpr) and v.expr2 is None]
    assert half == []
