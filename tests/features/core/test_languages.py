"""Languages stand in the order of their own names, each with the page's word for it."""

from flask import Flask
from flask_babel import gettext, lazy_gettext

from lotsen.core.i18n import OWN_NAMES, language_choices, speaking


def test_german_first_then_by_their_own_names_and_nobody_loses_a_language(app: Flask) -> None:
    codes = [code for code, _label in language_choices(["sq"])]
    latin = [name for name in OWN_NAMES.values() if name.isascii() or name[0].isascii()]
    assert codes[0] == "de" and codes[-1] == "sq"
    assert latin[1:] == sorted(latin[1:])
    with app.test_request_context():
        labels = {code: str(label) for code, label in language_choices(["sq"])}
        assert labels["de"] == "Deutsch" and labels["tr"] == "Türkçe – Türkisch"
        assert labels["sq"] == "sq – Albanisch"
        with speaking("en"):
            assert str(dict(language_choices())["tr"]) == "Türkçe – Turkish"


def test_a_text_is_said_in_the_language_that_is_spoken_where_it_is_asked(app: Flask) -> None:
    later = lazy_gettext("Speichern")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert gettext("Speichern") == str(later) == "Save"
        with speaking("de"):
            assert gettext("Speichern") == str(later) == "Speichern"
        assert gettext("Speichern") == str(later) == "Save"
