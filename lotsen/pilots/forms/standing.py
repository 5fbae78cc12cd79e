"""What changes where a pilot stands. ``version`` carries the visit, so that two people at once are noticed."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from lotsen.core.forms import DateParts, Required, TextLength, VersionedForm, check_time, from_today, until_today
from lotsen.pilots.rules import EndReason, RejectReason


def _ceremony() -> DateParts:
    hint = _l("Darf leer bleiben und in der Zukunft liegen. Die Arbeit kann vorher beginnen.")
    return DateParts(_l("Tag der Feier"), [Optional()], description=hint)


class ConfirmForm(VersionedForm):
    """Only a button."""


class TalkForm(VersionedForm):
    """When the talk takes place; empty when it still has to be arranged by telephone."""

    day = DateParts(_l("Tag des Gesprächs"), [Optional(), from_today()])
    clock = StringField(_l("Uhrzeit"), [check_time], description=_l("Zum Beispiel 15:30"))


class AwardForm(VersionedForm):
    """What the title requires."""

    talk_held_on = DateParts(_l("Das Gespräch hat stattgefunden am"), [Optional(), until_today])
    duties_signed_on = DateParts(
        _l("Pflichten und Verschwiegenheit unterschrieben am"),
        [Optional(), until_today],
        description=_l("Mit dem Datum bestätigen Sie, dass Sie die Unterschrift gesehen haben."),
    )
    cover_explained = BooleanField(_l("Die Versicherung im Ehrenamt ist erklärt"))
    ceremony_on = _ceremony()
    own_case_reason = TextAreaField(
        _l("Warum verleihen Sie sich den Titel selbst?"),
        [Optional(), TextLength(200)],
        description=_l("Nur, wenn sonst niemand da ist. Der Grund wird festgehalten und gezählt."),
    )


class RejectForm(VersionedForm):
    """Why the programme cannot take the person on."""

    reason = SelectField(_l("Grund"), choices=[(reason.value, "") for reason in RejectReason])


class SuspendForm(VersionedForm):
    """Why everything stops."""

    reason = StringField(
        _l("Grund"),
        [Required(_l("Nennen Sie kurz den Grund.")), TextLength(200)],
        description=_l("Steht im Protokoll. Die Person kann das lesen, wenn sie Auskunft verlangt."),
    )


class PauseForm(VersionedForm):
    """From when, until when. Nobody asks why."""

    start = DateParts(_l("Pause ab"), [Required(_l("Geben Sie an, ab wann die Pause gilt.")), from_today()])
    until = DateParts(
        _l("Wieder dabei ab"),
        [Optional(), from_today(days=1)],
        description=_l("Leer lassen, wenn Sie es noch nicht wissen."),
    )


class EndForm(VersionedForm):
    """Why the work ends, and how the thanks come."""

    reason = SelectField(_l("Grund"), choices=[(reason.value, "") for reason in EndReason])
    thank = BooleanField(
        _l("Dank per E-Mail senden"),
        description=_l("Ohne Haken danken Sie selbst, zum Beispiel mit einem Brief. Wir erinnern Sie daran."),
    )


class CeremonyForm(VersionedForm):
    """When the title is handed over."""

    ceremony_on = _ceremony()


class NotBeforeForm(VersionedForm):
    """From when on a person may be asked again."""

    day = DateParts(_l("Wieder fragen ab"), [Optional(), from_today(days=1)])


class ClearanceForm(VersionedForm):
    """When the certificate of good conduct was seen."""

    seen_on = DateParts(_l("Gesehen am"), [Required(_l("Geben Sie den Tag ein.")), until_today])
