"""Forms of the coordinator's candidate page."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from lotsen.core.forms import Form, Required, VersionedForm
from lotsen.help_requests.forms import name_check
from lotsen.help_requests.rules import MAX_SHORT_TEXT

from .rules import NotChosenReason
from .sweep import learn

NOT_CHOSEN = [
    SelectChoice(NotChosenReason.EXPERTISE.value, _l("Passt fachlich nicht")),
    SelectChoice(NotChosenReason.TIME_OR_PLACE.value, _l("Zeit oder Ort passt nicht")),
    SelectChoice(NotChosenReason.BETTER_CHOICE.value, _l("Jemand anderes passt besser")),
    SelectChoice(NotChosenReason.PERSONAL.value, _l("Die beiden kommen nicht miteinander aus")),
    SelectChoice(NotChosenReason.OTHER.value, _l("Anderer Grund")),
]


RULES = {
    "inactive": _l("ist zurzeit nicht dabei"),
    "capacity": _l("hat gerade genug zu tun"),
    "language": _l("spricht keine gemeinsame Sprache"),
    "mode": _l("hilft auf andere Weise (vor Ort oder online)"),
    "distance": _l("wohnt zu weit weg"),
    "org_kind": _l("hilft dieser Art von Organisation nicht"),
    "conflict": _l("ist für diese Organisation ausgenommen"),
    "excluded": _l("ist für diese Anfrage ausgenommen"),
    "clearance": _l("hat kein gesehenes Führungszeugnis"),
    "time": _l("hat keine gemeinsame Zeit"),
    "level": _l("kennt das Thema nicht gut genug"),
}

DECLINED = {
    "no_time": _l("hat gerade keine Zeit"),
    "later": _l("möchte später wieder gefragt werden"),
    "not_my_field": _l("nicht das eigene Gebiet"),
    "conflict": _l("hat dort eigene Interessen"),
    "not_this_organisation": _l("nicht mit dieser Organisation"),
    "too_far": _l("der Weg ist zu weit"),
    "other": _l("anderer Grund"),
}

OBSTACLES = {
    "not_available": _l("macht gerade Pause"),
    "account_off": _l("das Konto ist abgeschaltet"),
    "not_before": _l("hat um eine Pause gebeten"),
    "capacity": _l("hat gerade genug zu tun"),
    "clearance": _l("hat kein gesehenes Führungszeugnis"),
    "silent": _l("hat zuletzt nicht geantwortet, bitte erst anrufen"),
    "asked_enough": _l("wurde diesen Monat oft genug gefragt"),
}

STATES = {
    "suggested": _l("vorgeschlagen"),
    "approved": _l("kommt noch an die Reihe"),
    "asked": _l("ist gefragt, die Antwort steht aus"),
    "accepted": _l("hat Ja gesagt, die Organisation ist am Zug"),
    "confirmed": _l("begleitet diese Anfrage"),
    "not_chosen": _l("nicht genommen"),
    "declined": _l("kann diesmal nicht"),
    "expired": _l("hat sich nicht gemeldet"),
    "refused": _l("die Organisation möchte jemand anderen"),
    "withdrawn": _l("wird nicht mehr gebraucht"),
    "superseded": _l("nicht mehr nötig, jemand hat zugesagt"),
    "skipped": _l("war nicht frei"),
    "removed": _l("aus der Reihenfolge genommen"),
}

COMPONENTS = {
    "topics": _l("Themen"),
    "text": _l("Gemeinsame Wörter"),
    "availability": _l("Zeit"),
    "distance": _l("Weg"),
    "org_kind": _l("Art der Organisation"),
    "record": _l("Erfahrung im Programm"),
}


LEARNED = {
    learn.NOT_WORSE: _l("An den neuesten Entscheidungen geprüft: nicht schlechter als bisher."),
    learn.WORSE_LOSS: _l("Kein Vorschlag: Die neuesten Entscheidungen sagt es schlechter voraus als bisher."),
    learn.WORSE_ORDER: _l("Kein Vorschlag: Bei den neuesten Anfragen stünden die Richtigen weiter hinten."),
    learn.NO_ORDER: _l("Noch kein Vorschlag: Es gibt zu wenige neue Anfragen, an denen man es prüfen kann."),
    learn.TOO_FEW: _l("Noch kein Vorschlag: Es sind zu wenige Entscheidungen."),
}
"""What became of a refit, by the reason in its report."""


class LadderForm(VersionedForm):
    """Check, clear the short text, choose one to three pilots in order. The places are read from ``place-<id>``."""

    verify = BooleanField(_l("Organisation und Ansprechperson sind geprüft"))
    it_asked = BooleanField(_l("Die IT der Kommune ist gefragt"))
    advice = BooleanField(_l("Es geht um Rat, nicht um fertige Arbeit"))
    short_text = TextAreaField(
        _l("Kurztext für die Lotsin oder den Lotsen"),
        [
            InputRequired(_l("Schreiben Sie in zwei, drei Sätzen, worum es geht.")),
            Length(max=MAX_SHORT_TEXT, message=_l("Kürzen Sie den Text auf höchstens %(max)d Zeichen.")),
        ],
        description=_l("Keine Namen von Personen. Diesen Text liest, wer gefragt wird."),
    )
    name_is_fine = name_check()
    own_case_reason = TextAreaField(
        _l("Warum geben Sie Ihren eigenen Fall selbst frei?"),
        [Length(max=200, message=_l("Kürzen Sie den Text auf höchstens %(max)d Zeichen."))],
    )


class NotThisOneForm(Form):
    """Why a suggestion is not taken."""

    reason = SelectField(_l("Grund"), choices=NOT_CHOSEN)


def _points(name: str, hint: Any) -> IntegerField:
    return IntegerField(COMPONENTS[name], [Required(), NumberRange(0, 100)], description=hint)


class WeightsForm(Form):
    """Six numbers; only their ratio counts. ``seen``: the weights in use when the page was shown."""

    seen = HiddenField()
    topics = _points("topics", _l("Wie gut jemand die Themen kennt, um die es geht."))
    text = _points("text", _l("Ob im Profil dieselben Wörter stehen wie in der Anfrage."))
    availability = _points("availability", _l("Wie oft beide zur selben Zeit können."))
    distance = _points("distance", _l("Wie kurz der Weg ist."))
    org_kind = _points("org_kind", _l("Ob jemand dieser Art von Organisation gern hilft."))
    record = _points("record", _l("Wie viel jemand schon begleitet hat."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Not all of them zero."""
        fine = super().validate(extra_validators)
        if fine and not any(self._fields[name].data for name in COMPONENTS):
            self.form_errors.append(_("Geben Sie mindestens einem Teil mehr als 0 Punkte."))
            return False
        return fine

    def weights(self) -> dict[str, float]:
        """The numbers as weights that sum to 1."""
        total = sum(self._fields[name].data for name in COMPONENTS)
        return {name: self._fields[name].data / total for name in COMPONENTS}
