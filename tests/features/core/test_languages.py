"""Languages stand in the order of their own names, each with the page's word for it."""

from flask import Flask

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
