"""Forms of the answers that pilots and organisations give from a mail."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from lotsen.core.forms import DateParts, Form, Required, TextLength, from_today

from .. import queries, rules

CHOOSE = _l("Wählen Sie eine Antwort.")
REASON = ("", _l("Bitte wählen"))


class ChoiceForm(Form):
    """A form in which some fields belong to one choice only.

    ``BELOW``: choice -> fields that appear under it; ``NEEDS``: choice -> field that it needs -> sentence.
    """

    BELOW: ClassVar[dict[str, tuple[str, ...]]] = {}
    NEEDS: ClassVar[dict[str, dict[str, Any]]] = {}
    choice: RadioField

    def below(self) -> dict[str, list[Field]]:
        """The fields under each choice; those that it needs are not marked as optional."""
        shown = {choice: [self[name] for name in names if name in self] for choice, names in self.BELOW.items()}
        for choice, fields in shown.items():
            for field in fields:
                field.flags.required = field.short_name in self.NEEDS.get(choice, {})
        return shown

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the choice needs; drop errors of fields that belong to other choices."""
        super().validate(extra_validators)
        wanted = {k: v for k, v in self.NEEDS.get(self.choice.data or "", {}).items() if k in self}
        for other in {field for fields in self.NEEDS.values() for field in fields} - set(wanted):
            if other in self:
                self[other].errors = []
        for name, sentence in wanted.items():
            if not self[name].data and not self[name].errors:
                self[name].errors = [str(sentence)]
        return not self.errors


class AnswerForm(ChoiceForm):
    """What an asked pilot may say. ``version``: the revision of the request that was read; ``side``: who says it."""

    BELOW: ClassVar = {"yes_from": ("from_date",), "later": ("until",), "no": ("reason",)}
    NEEDS: ClassVar = {
        "yes_from": {"from_date": _l("Ab wann können Sie? Geben Sie den Tag ein.")},
        "question": {"text": _l("Schreiben Sie Ihre Frage in das Feld.")},
        "later": {"until": _l("Ab wann dürfen wir wieder fragen? Geben Sie den Tag ein.")},
        "no": {"reason": _l("Wählen Sie einen Grund.")},
    }
    version = HiddenField()
    side = HiddenField(default=rules.Side.PILOT.value)
    choice = RadioField(
        _l("Ihre Antwort"),
        [Required(CHOOSE)],
        choices=[
            ("yes", _l("Ja")),
            ("yes_from", _l("Ja, ab …")),
            ("question", _l("Ich habe eine Frage")),
            ("later", _l("Jetzt nicht, wieder ab …")),
            ("no", _l("Nein, weil …")),
        ],
    )
    from_date = DateParts(_l("Ab welchem Tag?"), [Optional(), from_today()])
    until = DateParts(_l("Ab wann dürfen wir wieder fragen?"), [Optional(), from_today()])
    reason = SelectField(_l("Warum?"), choices=[REASON, *queries.DECLINE_REASONS.items()])
    member = BooleanField(_l("Ich bin dort selbst Mitglied."))
    text = TextAreaField(
        _l("Ihre Frage oder ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )


class TakeBackForm(Form):
    """Taking a yes back, with the reason."""

    reason = SelectField(
        _l("Warum geht es doch nicht?"),
        [Required(_l("Wählen Sie einen Grund."))],
        choices=[REASON, *queries.DECLINE_REASONS.items()],
    )


def keep_ways(form: Form, phone: str, email: str) -> None:
    """Nobody is asked whether something may be passed on that was never given."""
    for name, given in (("phone", phone), ("email", email)):
        if not given and name in form:
            del form[name]


class ConfirmForm(ChoiceForm):
    """What an organisation may say to a pilot who said yes."""

    BELOW: ClassVar = {"yes": ("phone", "email"), "no": ("reason",)}
    NEEDS: ClassVar = {
        "question": {"text": _l("Schreiben Sie Ihre Frage in das Feld.")},
        "no": {"reason": _l("Wählen Sie einen Grund.")},
    }
    choice = RadioField(
        _l("Ihre Antwort"),
        [Required(CHOOSE)],
        choices=[("yes", _l("Ja, gern")), ("question", _l("Ich habe eine Frage")), ("no", _l("Nein, weil …"))],
    )
    reason = SelectField(_l("Warum?"), choices=[REASON, *queries.REFUSE_REASONS.items()])
    side = HiddenField(default=rules.Side.MEMBER.value)
    release = HiddenField(default="1")  # tells a form that shows the two ticks from one that does not
    phone = BooleanField(_l("Die Lotsin oder der Lotse darf mich anrufen"))
    email = BooleanField(_l("Die Lotsin oder der Lotse darf mir eine E-Mail schreiben"))
    text = TextAreaField(
        _l("Ihre Frage oder ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )
