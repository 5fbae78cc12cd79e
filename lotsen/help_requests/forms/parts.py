"""Making several requests out of one: what each part is called, what asked pilots read, its topics."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from lotsen.core.forms import MultiCheckboxField, Required, TextLength, VersionedForm
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import suggested_short_text
from lotsen.help_requests.rules import MAX_PARTS, MAX_SHORT_TEXT, MAX_TITLE, MIN_DESCRIPTION
from lotsen.help_requests.service import Part

from .choices import name_check, short, topic_choices

NEEDED = 2


def _title() -> StringField:
    return StringField(
        _l("Überschrift"),
        [short(MAX_TITLE)],
        description=_l("Bleibt das Feld leer, entsteht sie aus Kurztext und Themen."),
    )


def _text(*, needed: bool) -> TextAreaField:
    first = Required(_l("Schreiben Sie in zwei, drei Sätzen, worum es geht.")) if needed else Optional()
    return TextAreaField(
        _l("Kurztext für die Lotsin oder den Lotsen"),
        [first, TextLength(MAX_SHORT_TEXT, MIN_DESCRIPTION)],
        description=_l("Keine Namen von Personen. Diesen Text liest, wer gefragt wird. Höchstens 600 Zeichen."),
    )


class SplitForm(VersionedForm):
    """Two parts, or three; the third may stay empty."""

    title_1, title_2, title_3 = _title(), _title(), _title()
    text_1, text_2, text_3 = _text(needed=True), _text(needed=True), _text(needed=False)
    name_is_fine = name_check()
    topics_1 = MultiCheckboxField(_l("Themen"), choices=())
    topics_2 = MultiCheckboxField(_l("Themen"), choices=())
    topics_3 = MultiCheckboxField(_l("Themen"), choices=())

    def __init__(self, row: HelpRequest, **kwargs: Any) -> None:
        known = [topic.topic.slug for topic in row.topics]
        shown = {
            "version": row.version,
            "title_1": row.title,
            "text_1": suggested_short_text(row),
            **{f"topics_{n}": [slug] for n, slug in enumerate(known[:MAX_PARTS], start=1)},
        }
        super().__init__(data={**shown, **kwargs})
        for n in range(1, MAX_PARTS + 1):
            self[f"topics_{n}"].choices = topic_choices()

    def parts(self) -> list[Part]:
        """What was typed, the empty third left out."""
        return [
            Part(
                title=self[f"title_{n}"].data or "",
                text=self[f"text_{n}"].data,
                topics=tuple(self[f"topics_{n}"].data or ()),
            )
            for n in range(1, MAX_PARTS + 1)
            if self[f"text_{n}"].data
        ]
