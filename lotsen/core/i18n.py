"""Language of a page or mail; dates in plain words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from flask import has_request_context, request
from flask_babel import force_locale, format_decimal, get_locale
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from flask_login import current_user

from . import cookies
from .clock import local

LOCALES = ("de", "en")
# What people speak: German first, then by the languages' own names, as their speakers look for them.
OWN_NAMES = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ku": "Kurdî",
    "nl": "Nederlands",
    "pl": "Polski",
    "ro": "Română",
    "tr": "Türkçe",
    "ru": "Русский",
    "uk": "Українська",
    "ar": "العربية",
    "fa": "فارسی",
}
COOKIE = "lotsen_language"


def select_locale() -> str:
    """The language of this request: chosen, else the person's, else the browser's, else German."""
    if not has_request_context():
        return "de"
    chosen = cookies.kept(COOKIE)
    if chosen in LOCALES:
        return chosen
    if current_user and current_user.is_authenticated and current_user.locale in LOCALES:
        return str(current_user.locale)
    return request.accept_languages.best_match(LOCALES, default="de") or "de"


def locale_code() -> str:
    """``de`` or ``en``."""
    locale = get_locale()
    return locale.language if locale is not None else "de"


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak somebody's language inside, whatever the page's is."""
    with force_locale(locale if locale in LOCALES else "de"):
        yield


def plain_date(day: date | datetime | None) -> str:
    """``Dienstag, 24. November 2026`` or ``Tuesday, 24 November 2026``; empty for None."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = local(day).date()
    return _day_in_words(day, locale_code())


@lru_cache(maxsize=4096)
def _day_in_words(day: date, language: str) -> str:
    """Kept: a list writes the same few days on every page, and finding the names of one takes longer than its row."""
    return format_date(day, "EEEE, d. MMMM y" if language == "de" else "EEEE, d MMMM y", locale=language)


def plain_number(value: float, places: int = 0) -> str:
    """``0,512`` or ``0.512``: as many places as asked for, in the language of the page."""
    return format_decimal(value, format="#,##0" + ("." + "0" * places if places else ""))


def plain_datetime(at: datetime | None) -> str:
    """``Dienstag, 24. November 2026, 15 Uhr`` or ``…, 15:30 Uhr``; empty for None."""
    if at is None:
        return ""
    here = local(at)
    if locale_code() == "de":
        clock = f"{here.hour} Uhr" if here.minute == 0 else f"{here.hour}:{here.minute:02d} Uhr"
    else:
        clock = f"{here.hour}:{here.minute:02d}"
    return f"{plain_date(here.date())}, {clock}"


def ago(at: datetime, now: datetime) -> str:
    """``heute``, ``gestern``, ``vor 5 Tagen``."""
    days = (local(now).date() - local(at).date()).days
    if days <= 0:
        return _("heute")
    if days == 1:
        return _("gestern")
    return _("vor %(days)d Tagen", days=days)


def slots_in_words(slots: Iterable[str]) -> str:
    """Times of the week in words: ``vormittags, dienstags abends, am Wochenende``; empty for none."""
    days = {
        "mon": _("montags"),
        "tue": _("dienstags"),
        "wed": _("mittwochs"),
        "thu": _("donnerstags"),
        "fri": _("freitags"),
        "sat": _("samstags"),
        "sun": _("sonntags"),
    }
    parts = {"morning": _("vormittags"), "afternoon": _("nachmittags"), "evening": _("abends")}
    chosen = set(slots)
    weekend = {f"{day}-{part}" for day in ("sat", "sun") for part in parts}
    words = []
    for part, word in parts.items():
        weekdays = [f"{day}-{part}" for day in ("mon", "tue", "wed", "thu", "fri")]
        if chosen.issuperset(weekdays):
            words.append(word)
            chosen.difference_update(weekdays)
    whole_weekend = chosen.issuperset(weekend)
    if whole_weekend:
        chosen -= weekend
    for day, name in days.items():
        its = [word for part, word in parts.items() if f"{day}-{part}" in chosen]
        if its:
            words.append(name if len(its) == len(parts) else f"{name} {_(' und ').join(its)}")
    if whole_weekend:
        words.append(_("am Wochenende"))
    return ", ".join(words)


def mode_in_words(mode: str) -> str:
    """Where help takes place, said the same wherever it is read: ``vor Ort``, ``online oder am Telefon`` or both."""
    return {
        "on_site": _("vor Ort"),
        "remote": _("online oder am Telefon"),
        "either": _("vor Ort oder online"),
    }[mode]


def language_choices(more: Iterable[str] = ()) -> list[tuple[str, LazyString]]:
    """Every language with its own name and the page's word for it; ``more``: codes that somebody has besides."""
    codes = [*OWN_NAMES, *(code for code in more if code not in OWN_NAMES)]
    return [(code, LazyString(_both_names, code)) for code in codes]


def language_names(codes: Iterable[str]) -> str:
    """Languages in a row, in the language of the page."""
    return ", ".join(language_name(code) for code in codes)


def _both_names(code: str) -> str:
    own, said = OWN_NAMES.get(code, code), language_name(code)
    return own if own == said else f"{own} – {said}"


def language_name(code: str) -> str:
    """``Deutsch`` for ``de``, in the language of the page; the code itself when nobody knows it."""
    locale = get_locale()
    return str((locale.languages if locale is not None else {}).get(code, code))
