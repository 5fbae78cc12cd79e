"""Fields read what people type and say what to do."""

from datetime import date, time

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import PasswordField, StringField, TextAreaField

from lotsen.core.forms import (
    DateParts,
    EmailField,
    Form,
    PhoneField,
    PostcodeField,
    Required,
    SlotsField,
    TextLength,
    drawing,
    read_time,
)
from tests.page import PageClient


class Everything(Form):
    """One of each."""

    class Meta:
        """Without CSRF."""

        csrf = False

    name = StringField("Name", [Required()], description="So heißen Sie.")
    text = TextAreaField("Text", [TextLength(10)])
    email = EmailField("E-Mail")
    phone = PhoneField("Telefon")
    postcode = PostcodeField("Postleitzahl")
    password = PasswordField("Passwort")
    day = DateParts("Tag")
    slots = SlotsField("Zeiten")


@pytest.fixture
def read(app: Flask):
    """A form that has read these values."""

    def make(**values: object) -> Everything:
        data = {"name": "Kim", **{key.replace("__", "-"): value for key, value in values.items()}}
        with app.test_request_context("/", method="POST", data=data):
            form = Everything()
            form.validate()
            form.html = render_template_string(  # type: ignore[attr-defined]
                '{% import "components/ui.html" as ui %}{% for f in form %}{{ ui.field(f) }}{% endfor %}', form=form
            )
            return form

    return make


def test_blank_is_no_answer_but_a_password_keeps_its_blanks(read):
    form = read(name=" \t ", password=" a ")
    assert form.errors == {"name": ["Füllen Sie dieses Feld aus."]}
    assert form.password.data == " a "


def test_a_long_text_is_kept_and_its_limit_named(read):
    form = read(text="x" * 1200)
    assert form.text.errors == ["Ihr Text hat 1.200 Zeichen. Kürzen Sie ihn auf höchstens 10."]
    assert "x" * 1200 in form.html and "maxlength" not in form.html


def test_what_is_wrong_is_tied_to_its_field(read):
    html = read(name="").html
    assert 'aria-invalid="true"' in html and 'aria-describedby="name-hint name-error"' in html
    assert 'aria-required="true"' in html and " required" not in html


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("24", "12", "2026"), date(2026, 12, 24)),
        (("24.", "Dezember", "26"), date(2026, 12, 24)),
        ((" 1. ", " Juni ", "2026 "), date(2026, 6, 1)),
        (("1.6.2026", "", ""), date(2026, 6, 1)),
        (("01.06.26", "", ""), date(2026, 6, 1)),
        (("1. Juni 2026", "", ""), date(2026, 6, 1)),
        (("", "", ""), None),
    ],
)
def test_dates_are_read_as_people_write_them(read, parts, found):
    form = read(day__tag=parts[0], day__monat=parts[1], day__jahr=parts[2])
    assert not form.errors
    assert form.day.data == found


@pytest.mark.parametrize(
    ("parts", "bad", "words"),
    [
        (("31", "2", "2026"), "tag", "gibt es nicht"),
        (("1", "", "2026"), "monat", "Ergänzen Sie beim Datum: Monat."),
        (("1", "2", "zwanzig"), "jahr", "in Zahlen"),
        (("1", "2", "1026"), "jahr", "Prüfen Sie das Jahr"),
    ],
)
def test_a_date_that_cannot_be_is_explained_and_kept(read, parts, bad, words):
    form = read(day__tag=parts[0], day__monat=parts[1], day__jahr=parts[2])
    assert words in form.day.errors[0]
    assert form.day.first_bad == bad
    assert f'value="{parts[0]}"' in form.html


def test_a_date_without_its_year_is_asked_for_the_year_and_spread_over_its_parts(read):
    form = read(day__tag="1.6.", day__monat="", day__jahr="")
    assert (form.day.errors, form.day.first_bad) == (["Ergänzen Sie beim Datum: Jahr."], "jahr")
    assert (form.day.typed["tag"], form.day.typed["monat"]) == ("1", "6")


HALF_PAST = ("19:30", "19.30", "19.30 Uhr", "19 Uhr 30", "19h30", "1930", "um 19:30 Uhr")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((text, time(19, 30)) for text in HALF_PAST),
        *((text, time(19)) for text in ("19", "19 Uhr", "19h", "19:00", "1900")),
        ("9:05", time(9, 5)),
        *((text, None) for text in ("halb acht", "25:00", "19:75", "930", "19:3", "abends", "")),
    ],
)
def test_a_time_is_read_as_people_write_it(text, found):
    assert read_time(text) == found


@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [
        ("email", "verein.example", "kim@verein.example"),
        ("phone", "keins", "05721 782-0"),
        ("postcode", "3165", "31655"),
    ],
)
def test_addresses_are_checked_with_an_example_in_the_answer(read, field, wrong, right):
    assert "zum Beispiel" in read(**{field: wrong}).errors[field][0]
    assert not read(**{field: right}).errors


def test_times_of_the_week_are_slots_with_a_name_each(read):
    form = read(slots=["mon-morning", "sun-evening"])
    assert form.slots.data == ["mon-morning", "sun-evening"]
    assert "Sonntag </span>abends" in form.html


@pytest.mark.parametrize(
    "path", [f"/anfragen/neu/{'a' * 31}%00/worum", "/antwort/%00", "/lotsen?suche=%00&stand=a%00b"]
)
def test_a_nul_in_an_address_breaks_nothing(as_coordinator: PageClient, path: str) -> None:
    assert as_coordinator.client.get(path).status_code == (200 if "?" in path else 404)


ATTRIBUTES = (
    {},
    {"name": "a", "class_": "b", "aria_label": "c", "data_one_two": "d", "for_": "e"},
    {"checked": True, "required": False, "value": ""},
    {"value": "\"Söder\" & <b> 'x' {v} %s"},
    {"value": Markup('<i title="x">&amp;</i>')},
    {"value": 0, "rows": 6, "other": None},
    {"label": _l("Füllen Sie dieses Feld aus.")},
    {'a"b<': "x"},
)


@pytest.mark.parametrize("given", ATTRIBUTES)
def test_attributes_are_written_as_wtforms_writes_them(app: Flask, given: dict[str, object]) -> None:
    with app.test_request_context():
        assert drawing.attributes(**given) == drawing.WTFORMS(**given)
        assert isinstance(drawing.attributes(**given), Markup)
