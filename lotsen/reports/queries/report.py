"""The numbers in words: the same for page, table file and PDF."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lotsen.core.i18n import plain_number
from lotsen.followups.rules import Answer
from lotsen.help_requests.rules import State
from lotsen.municipality.queries import town
from lotsen.organisations.queries import kind_label
from lotsen.organisations.rules import Kind
from lotsen.reports.rules import Breakdown, Group, break_down, over_years

from . import counting

# What became of requests, in the order in which it is told; together they are all that count.
COURSE: tuple[tuple[Any, tuple[State, ...]], ...] = (
    (_l("Eine Lotsin oder ein Lotse hat geholfen"), (State.COMPLETED,)),
    (_l("Eine Lotsin oder ein Lotse hilft gerade"), (State.MATCHED, State.RUNNING)),
    (_l("Direkt beantwortet"), (State.ANSWERED,)),
    (_l("An eine andere Stelle vermittelt"), (State.REFERRED,)),
    (_l("Das können wir im Programm nicht leisten"), (State.REJECTED,)),
    (_l("Von der Organisation zurückgezogen"), (State.WITHDRAWN,)),
    (_l("Zur Seite gelegt"), (State.PUT_ASIDE,)),
    (_l("Wartet: Es fehlt noch jemand, der passt"), (State.WAITING,)),
    (_l("In Arbeit"), (State.SUBMITTED, State.QUERY, State.ON_HOLD, State.OPEN, State.ASKING)),
)
LEVELS = {3: _l("Kann es anderen beibringen"), 2: _l("Macht es selbst"), 1: _l("Kennt sich etwas aus")}
ANSWERS = {Answer.YES: _l("Ja"), Answer.STUCK: _l("Ja, aber es hakt"), Answer.NO: _l("Nein")}


@dataclass(frozen=True)
class Section:
    """One table with its chart: lines of (words, number); ``note`` stands below it."""

    title: str
    lines: Sequence[tuple[str, int]]
    note: str = ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The lines as they are read, numbers in the language of the page."""
        return [(words, plain_number(number)) for words, number in self.lines]

    @property
    def longest(self) -> int:
        """The number of the longest bar, at least 1."""
        return max([1, *(number for _words, number in self.lines)])


@dataclass(frozen=True)
class Report:
    """Everything about one year, or all (``year`` None): totals as (number, words), sentences, sections."""

    years: Sequence[int]
    year: int | None
    totals: Sequence[tuple[int, str]]
    sentences: Sequence[str]
    sections: Sequence[Section]
    smallest: int

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The totals as they are read."""
        return [(plain_number(number), words) for number, words in self.totals]

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Every line as (table, words, number): what the files for a spreadsheet have."""
        totals = [(_("Insgesamt"), words, number) for number, words in self.totals]
        return totals + [(part.title, *line) for part in self.sections for line in part.lines]

    @property
    def period(self) -> str:
        """``2026``, or all years in words."""
        return str(self.year) if self.year is not None else _("Alle Jahre")


def report(year: int | None, known: Sequence[int], at: datetime) -> Report:
    """The numbers of one of the ``known`` years, or of all; a fixed number of statements."""
    chosen = known if year is None else [year]
    settings = town()
    course = counting.course(known)
    kinds, places = counting.by_organisation(known, settings.postcodes)
    answers, asked = counting.still_in_use(known)
    inside = {1: settings.name, 0: _("außerhalb")}
    return Report(
        years=known,
        year=year,
        totals=_totals(year, chosen, course),
        sentences=[_days_to_meeting(year, at), _answered(chosen, answers, asked)],
        sections=[
            Section(_("Was aus den Anfragen wurde"), _course(chosen, course)),
            _section(_("Wer gefragt hat"), kinds, chosen, {kind: kind_label(kind) for kind in Kind}),
            _section(_("Woher die Anfragen kamen"), places, chosen, inside),
            _section(
                _("Worum es ging"), counting.by_topic(known), chosen, None, _("Eine Anfrage kann mehrere Themen haben.")
            ),
            _section(_("Nutzen Sie es noch?"), answers, chosen, ANSWERS),
            _levels(),
        ],
        smallest=settings.smallest_number_shown,
    )


def _totals(
    year: int | None, chosen: Sequence[int], course: Mapping[int, Mapping[State, int]]
) -> list[tuple[int, str]]:
    begun, minutes = counting.engagements(course_years := list(course)), counting.minutes(course_years)
    pilots, helped = counting.people(year)
    return [
        (sum(sum(course[each].values()) for each in chosen), _("Anfragen")),
        (sum(begun.get(each, (0, 0))[0] for each in chosen), _("Begleitungen begonnen")),
        (sum(begun.get(each, (0, 0))[1] for each in chosen), _("davon zu Ende gebracht")),
        (helped, _("Organisationen geholfen")),
        (pilots, _("Lotsinnen und Lotsen")),
        (sum(minutes.get(each, 0) for each in chosen) // 60, _("Stunden im Ehrenamt")),
    ]


def _course(chosen: Sequence[int], course: Mapping[int, Mapping[State, int]]) -> list[tuple[str, int]]:
    def number(states: Iterable[State]) -> int:
        return sum(course[each].get(state, 0) for each in chosen for state in states)

    return [(str(words), number(states)) for words, states in COURSE]


def _days_to_meeting(year: int | None, at: datetime) -> str:
    median, number = counting.days_to_meeting(year, at)
    if median is None or number < town().smallest_number_shown:
        return _("Von der Anfrage bis zum ersten Treffen: noch zu wenige, um es zu sagen.")
    days = ngettext("%(num)d Tag", "%(num)d Tage", round(median))
    return _("Von der Anfrage bis zum ersten Treffen: in der Mitte %(days)s. Die Hälfte ging schneller.", days=days)


def _answered(chosen: Sequence[int], answers: counting.ByYear, asked: Mapping[int, int]) -> str:
    all_ = sum(asked.get(each, 0) for each in chosen)
    if not all_:
        return _("Ob Organisationen es später noch nutzen, haben wir noch niemanden gefragt.")
    said = sum(group.number for each in chosen for group in answers[each].values())
    return _(
        "Ob sie es später noch nutzen: %(said)s von %(all)s haben geantwortet.",
        said=plain_number(said),
        all=plain_number(all_),
    )


def _section(
    title: str, groups: counting.ByYear, chosen: Sequence[int], words: Mapping[Any, Any] | None, note: str = ""
) -> Section:
    """A breakdown as everybody may read it. ``words`` None: the keys are words."""
    smallest = town().smallest_number_shown
    parts = {each: break_down(groups[each], smallest) for each in chosen}
    left_out = [each for each, part in parts.items() if part is None and any(g.number for g in groups[each].values())]
    whole = over_years(part for part in parts.values() if part is not None)
    notes = [note, _left_out(left_out, whole)]
    return Section(title, _lines(whole, words), " ".join(text for text in notes if text))


def _left_out(years: Sequence[int], whole: Breakdown[Any] | None) -> str:
    if not years:
        return ""
    if whole is None:
        return _("Noch zu wenige, um sie aufzuteilen.")
    return _("Ohne %(years)s: Da sind es zu wenige, um sie aufzuteilen.", years=", ".join(map(str, sorted(years))))


def _lines(part: Breakdown[Any] | None, words: Mapping[Any, Any] | None) -> list[tuple[str, int]]:
    if part is None:
        return []
    shown = sorted(part.shown.items(), key=lambda pair: -pair[1]) if words is None else part.shown.items()
    lines = [(str(words[key] if words else key), number) for key, number in shown if number or words]
    return [*lines, (_("Übrige"), part.others)] if part.others else lines


def _levels() -> Section:
    groups: dict[int, Group] = counting.by_level()
    part = break_down(groups, town().smallest_number_shown)
    few = part is None and any(group.number for group in groups.values())
    note = _("Noch zu wenige, um sie aufzuteilen.") if few else ""
    return Section(_("Was Lotsinnen und Lotsen heute können, nach ihrem besten Thema"), _lines(part, LEVELS), note)
