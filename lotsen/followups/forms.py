"""The forms behind each question."""

from datetime import timedelta
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from lotsen.core import clock
from lotsen.core.forms import DateParts, Required, TextLength, check_time, from_today, read_time, until_today
from lotsen.engagements import queries as cases
from lotsen.engagements.forms import ChoiceForm, check_hours, read_hours
from lotsen.engagements.rules import DEFAULT_WEEKS, MAX_GOAL, MAX_PLACE, Outcome, Side, State

from .models import FollowUp
from .rules import MAX_TEXT, Answer, Kind
from .service import Given

CHOOSE = _l("Wählen Sie eine Antwort.")
ENDED = _l("Diese Begleitung ist schon zu Ende. Wählen Sie bitte „Ja, wir sind fertig“, oder rufen Sie uns an.")
NO_NAMES = _l("Das liest nur die Koordination.")


class QuestionForm(ChoiceForm):
    """What every answer may bring along."""

    text = TextAreaField(_l("Ein Wort dazu"), [TextLength(most=MAX_TEXT)], description=NO_NAMES)

    def given(self) -> Given:
        """What was typed, for the service."""
        typed: dict[str, Any] = {
            name: self[name].data for name in ("place", "goal", "praise", "criticism", "text") if name in self
        }
        values: dict[str, Any] = {name: value or "" for name, value in typed.items()}
        if "ends_on" in self:
            values["ends_on"] = self["ends_on"].data
        if "hours" in self and self["hours"].data:
            values["minutes"] = read_hours(self["hours"].data) or 0
            values["hours_day"] = self["hours_day"].data
        if "day" in self and self["day"].data and self["time"].data:
            clock_time = read_time(self["time"].data)
            if clock_time is not None:
                values["meeting_at"] = clock.at_local(self["day"].data, clock_time)
        if "outcome" in self and self["outcome"].data:
            values["outcome"] = Outcome(self["outcome"].data)
        return Given(**values)


def _choices(*pairs: tuple[str, Any]) -> RadioField:
    return RadioField(_l("Ihre Antwort"), [Required(CHOOSE)], choices=list(pairs))


def _hours() -> StringField:
    return StringField(
        _l("Ihre Stunden bisher"),
        [check_hours],
        description=_l("Zum Beispiel 1,5. Nur, was Sie noch nicht eingetragen haben."),
    )


def _hours_day() -> DateParts:
    return DateParts(
        _l("An welchem Tag war das?"),
        [Optional(), until_today],
        description=_l("Waren es mehrere Tage? Dann nehmen Sie den letzten."),
    )


class DateForm(QuestionForm):
    """Is there a date?"""

    BELOW: ClassVar = {"yes": ("day", "time", "place")}
    NEEDS: ClassVar = {"yes": {"day": _l("Geben Sie den Tag ein."), "time": _l("Geben Sie die Uhrzeit so ein: 15:30.")}}
    choice = _choices(
        ("yes", _l("Ja, wir treffen uns am …")),
        ("still_open", _l("Wir haben gesprochen, Termin folgt")),
        ("done", _l("Ist schon erledigt")),
        ("no", _l("Wir haben uns noch nicht erreicht")),
    )
    day = DateParts(_l("Tag des Treffens"), [Optional()])
    time = StringField(_l("Uhrzeit"), [check_time], description=_l("Zum Beispiel 15:30"))
    place = StringField(_l("Ort"), [TextLength(most=MAX_PLACE)])


class HowForm(QuestionForm):
    """How was it? The pilot says goal, end and hours too."""

    BELOW: ClassVar = {"fits": ("goal", "ends_on")}
    NEEDS: ClassVar = {
        "fits": {"goal": _l("Nennen Sie das Ziel in einem Satz."), "ends_on": _l("Bis wann? Geben Sie den Tag ein.")}
    }
    choice = _choices(
        ("fits", _l("Es passt, wir machen weiter")),
        ("done", _l("Es ist schon geschafft")),
        ("still_open", _l("Noch offen")),
        ("fits_not", _l("Es passt nicht")),
        ("no_show", _l("Jemand ist nicht gekommen")),
    )
    goal = StringField(_l("Ihr Ziel in einem Satz"), [TextLength(most=MAX_GOAL)])
    ends_on = DateParts(_l("Bis wann ungefähr?"), [Optional(), from_today()])
    hours = _hours()
    hours_day = _hours_day()


class MonthForm(QuestionForm):
    """How does it go?"""

    choice = _choices(("yes", _l("Es läuft")), ("done", _l("Es ist geschafft")), ("stuck", _l("Es hakt")))
    hours = _hours()
    hours_day = _hours_day()


class FeedbackForm(QuestionForm):
    """Is it done, and what did it bring?"""

    BELOW: ClassVar = {"done": ("outcome",), "still_open": ("ends_on",)}
    NEEDS: ClassVar = {
        "done": {"outcome": _l("Wählen Sie aus, ob Sie geschafft haben, was Sie wollten.")},
        "still_open": {"ends_on": _l("Bis wann? Geben Sie den Tag ein.")},
    }
    choice = _choices(("done", _l("Ja, wir sind fertig")), ("still_open", _l("Es geht noch weiter bis …")))
    outcome = RadioField(
        _l("Haben Sie geschafft, was Sie wollten?"), [Optional()], choices=list(cases.OUTCOMES.items())
    )
    ends_on = DateParts(_l("Bis wann?"), [Optional(), from_today()])
    hours = _hours()
    hours_day = _hours_day()
    praise = TextAreaField(
        _l("Was war gut?"), [TextLength(most=MAX_TEXT)], description=_l("Die andere Person kann das lesen.")
    )
    criticism = TextAreaField(_l("Was könnte besser sein?"), [TextLength(most=MAX_TEXT)], description=NO_NAMES)
    text = None  # type: ignore[assignment]  # the two questions leave nothing more to say


class LastFeedbackForm(FeedbackForm):
    """The same once it is over or the organisation withdrew its request: it cannot go on any more."""

    choice = _choices(("done", _l("Ja, wir sind fertig")))
    ends_on = None  # type: ignore[assignment]

    def validate(self, extra_validators: Any = None) -> bool:
        """Who read the question before that is told why, with everything typed still there."""
        good = super().validate(extra_validators)
        if self.choice.data == Answer.STILL_OPEN:
            self.choice.errors = [ENDED]
        return good


class UseForm(QuestionForm):
    """Is it still in use?"""

    choice = _choices(
        ("yes", _l("Ja, wir nutzen es")), ("stuck", _l("Ja, aber es hakt")), ("no", _l("Nein, nicht mehr"))
    )
    praise = TextAreaField(
        _l("Ein Dank"), [TextLength(most=MAX_TEXT)], description=_l("Ihre Lotsin oder Ihr Lotse kann das lesen.")
    )


class PauseOverForm(QuestionForm):
    """The day of the pause has come: does it go on?"""

    BELOW: ClassVar = {"pause": ("ends_on",)}
    NEEDS: ClassVar = {"pause": {"ends_on": _l("Bis wann? Geben Sie den Tag ein.")}}
    choice = _choices(
        ("yes", _l("Ja, es geht weiter")),
        ("pause", _l("Noch Pause bis …")),
        ("done", _l("Ist schon erledigt")),
        ("no", _l("Nein, es geht nicht weiter")),
    )
    ends_on = DateParts(_l("Bis wann?"), [Optional(), from_today(days=1)])


class PilotRestsForm(QuestionForm):
    """The pilot rests: what becomes of this case?"""

    choice = _choices(
        ("yes", _l("Diese Begleitung geht weiter")),
        ("pause", _l("Sie macht auch Pause")),
        ("hand_over", _l("Jemand anderes soll weitermachen")),
    )


FORMS: dict[Kind, type[QuestionForm]] = {
    Kind.DATE_AGREED: DateForm,
    Kind.HOW_WAS_IT: HowForm,
    Kind.MONTHLY: MonthForm,
    Kind.FEEDBACK: FeedbackForm,
    Kind.STILL_IN_USE: UseForm,
    Kind.PAUSE_OVER: PauseOverForm,
    Kind.PILOT_RESTS: PilotRestsForm,
}


def form_for(followup: FollowUp) -> QuestionForm:
    """The form of one question, with the fields that this side fills in."""
    values: dict[str, Any] = {}
    if followup.kind is Kind.HOW_WAS_IT:
        values = {"ends_on": clock.today() + timedelta(weeks=DEFAULT_WEEKS)}
    elif followup.kind is Kind.FEEDBACK and followup.engagement.state is not State.RUNNING:
        values = {"choice": "done"}
    values["hours_day"] = cases.day_of_help(followup.engagement_id, at=clock.now())
    kind_of_form = FORMS[followup.kind]
    if followup.kind is Kind.FEEDBACK and not cases.may_go_on(followup.engagement):
        kind_of_form = LastFeedbackForm
    form = kind_of_form(prefix=f"f{followup.id}", **values)
    if followup.side is Side.MEMBER:
        for name in ("goal", "hours", "hours_day") + (("ends_on",) if followup.kind is Kind.HOW_WAS_IT else ()):
            if name in form:
                del form[name]
    return form
