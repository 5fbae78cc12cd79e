"""Lists of keys and values leave out what is empty, and say what does not exist at all."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

LIST = '{% import "components/ui.html" as ui %}{{ ui.description_list([("Telefon", phone), ("Ort", place)]) }}'


def test_an_empty_value_is_left_out_and_a_list_of_nothing_is_none(app: Flask) -> None:
    with app.test_request_context():
        html = render_template_string(LIST, phone=None, place="Musterstadt")
        assert "Musterstadt" in html and "Telefon" not in html
        assert "<dl" not in render_template_string(LIST, phone="", place=None)


def test_a_misspelt_value_is_a_fault_and_not_an_empty_one(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError, match="phone"):
        render_template_string(LIST, place="Musterstadt")
