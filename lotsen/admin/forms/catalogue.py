"""Forms of the town's own part of the catalogue."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice

from lotsen.core.forms import Form, Required, TextLength
from lotsen.skills import queries as skills
from lotsen.skills.rules import LEAST_LINES, MOST_LINES, lines_of

LONGEST_LINE = 200


class WordForm(Form):
    """One word or situation more in a sub-area."""

    area = SelectField(_l("Teilgebiet"), [Required()])
    kind = SelectField(
        _l("Was ist es?"),
        [Required()],
        choices=[
            SelectChoice("word", _l("Ein Wort oder ein Produktname")),
            SelectChoice("situation", _l("Eine Situation in einem Satz")),
        ],
    )
    text = StringField(
        _l("Text"),
        [Required(_l("Schreiben Sie das Wort oder den Satz.")), TextLength(200, 3)],
        description=_l("Zum Beispiel: Vereinsheft, oder: Die Liste liegt auf drei Rechnern."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices = [SelectChoice(str(row.id), skills.full_label(row)) for row in skills.areas()]


class AreaForm(Form):
    """A sub-area of the town's own."""

    topic = SelectField(_l("Thema"), [Required()])
    label_de = StringField(_l("Name auf Deutsch"), [Required(), TextLength(80)])
    label_en = StringField(_l("Name auf Englisch"), [TextLength(80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic.choices = [SelectChoice(str(row.id), skills.label(row)) for row in skills.topics()]


class TopicForm(Form):
    """A topic of the town's own with the words by which requests are recognised."""

    label_de = StringField(_l("Name auf Deutsch"), [Required(_l("Geben Sie dem Thema einen Namen.")), TextLength(80)])
    label_en = StringField(_l("Name auf Englisch"), [TextLength(80)])
    description = StringField(
        _l("Worum geht es, in einem Satz"),
        [TextLength(300)],
        description=_l("Lotsinnen und Lotsen lesen das, wenn sie ihre Themen wählen."),
    )
    said = TextAreaField(
        _l("So sagen es die Menschen"),
        [Required(_l("Schreiben Sie mindestens drei Worte oder Sätze, jedes in eine eigene Zeile."))],
        description=_l("Je Zeile ein Wort, ein Produktname oder ein Satz aus dem Alltag. Daran erkennen wir Anfragen."),
    )

    def lines(self) -> list[str]:
        """The words and sentences, each once."""
        return lines_of(self.said.data or "")

    def validate_label_de(self, field: Any) -> None:
        """A shipped topic is there already; a resting one is taken up again below."""
        known = skills.find_topic(" ".join((field.data or "").split()))
        if known is not None and not known.is_own:
            raise ValidationError(_("Dieses Thema gibt es schon. Sie können ihm eigene Worte geben."))
        if known is not None and not known.active:
            raise ValidationError(_("Dieses Thema ruht. Nehmen Sie es bei den eigenen Themen wieder auf."))

    def validate_said(self, field: Any) -> None:
        """Enough to recognise the topic by, nothing that is a text of its own."""
        lines = self.lines()
        if len(lines) < LEAST_LINES:
            raise ValidationError(_("Schreiben Sie mindestens drei Worte oder Sätze, jedes in eine eigene Zeile."))
        if len(lines) > MOST_LINES:
            raise ValidationError(_("Kürzen Sie auf höchstens %(max)d Zeilen.", max=MOST_LINES))
        for line in lines:
            if not 3 <= len(line) <= LONGEST_LINE:
                raise ValidationError(
                    _(
                        "Jede Zeile braucht 3 bis %(max)d Zeichen. Bitte prüfen Sie: „%(line)s“",
                        max=LONGEST_LINE,
                        line=line[:40],
                    )
                )
