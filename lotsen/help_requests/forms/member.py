"""What a requester changes or answers later."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from lotsen.core.forms import (
    DateParts,
    Form,
    MultiCheckboxField,
    PhoneField,
    Required,
    TextLength,
    TicksField,
    VersionedForm,
    from_today,
)
from lotsen.core.i18n import language_choices
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import MAX_ANSWER, MAX_NAME, MAX_TITLE, Mode, slots_of_ticks, ticks_of_slots

from .choices import (
    CARRIER,
    CHILDREN,
    MODES,
    OR_CONNECTED,
    RELEASES,
    CarrierKnown,
    description_rules,
    short,
    topic_choices,
    way_exists,
)


class EditForm(VersionedForm):
    """Change a request that nobody has agreed on yet."""

    title = StringField(_l("Überschrift"), [Required(_l("Geben Sie eine Überschrift ein.")), short(MAX_TITLE)])
    description = TextAreaField(_l("Worum geht es?"), description_rules())
    topics = MultiCheckboxField(_l("Themen"), choices=())
    mode = RadioField(_l("Wo soll die Hilfe stattfinden?"), choices=MODES)
    ticks = TicksField(_l("Wann passt es Ihnen?"), description=_l("Kreuzen Sie nichts an, wenn es Ihnen egal ist."))
    languages = MultiCheckboxField(
        _l("In welcher Sprache können wir sprechen?"),
        [InputRequired(_l("Wählen Sie mindestens eine Sprache aus."))],
        choices=language_choices(),
    )
    with_children = RadioField(
        _l("Sind Kinder oder Jugendliche dabei, wenn die Lotsin oder der Lotse kommt?"), choices=CHILDREN
    )
    carrier = RadioField(_l("Ist der Träger einverstanden?"), [CarrierKnown()], choices=CARRIER, validate_choice=False)
    wished_pilot = StringField(_l("Wünschen Sie sich jemand Bestimmtes?"), [short(MAX_NAME)])
    takes_whoever = BooleanField(_l("Ich nehme, wen Sie vorschlagen. Sie müssen mich nicht noch einmal fragen."))
    contact_phone = PhoneField(_l("Telefon"), [short(40)])
    contact_hint = StringField(_l("Wann erreichen wir Sie gut?"), [short(200)])
    releases = MultiCheckboxField(
        _l("Was dürfen wir weitergeben, wenn beide Seiten Ja gesagt haben?"), choices=RELEASES, description=OR_CONNECTED
    )
    hide_name = BooleanField(_l("Bitte nennen Sie unsere Organisation erst, wenn beide Seiten Ja gesagt haben."))

    def __init__(self, row: HelpRequest, **kwargs: Any) -> None:
        same = (
            "version",
            "title",
            "description",
            "languages",
            "carrier",
            "wished_pilot",
            "takes_whoever",
            "contact_phone",
            "contact_hint",
        )
        shown = {
            **{name: getattr(row, name) for name in same},
            "topics": [t.topic.slug for t in row.topics],
            "ticks": ticks_of_slots(row.slots),
            "with_children": "ja" if row.with_children else "nein",
            "mode": row.mode.value,
            "hide_name": not row.name_may_be_shown,
            "releases": [name for name in ("phone", "email") if getattr(row, f"release_{name}")],
        }
        super().__init__(data={**shown, **kwargs})
        self.topics.choices = topic_choices()
        self.languages.choices = language_choices(row.languages)
        self._slots = list(row.slots)

    def validate(self, extra_validators: Any = None) -> bool:
        """A release needs something to release."""
        return bool(super().validate(extra_validators)) and way_exists(self)

    def values(self) -> dict[str, Any]:
        """What `service.edit` takes; finer times than the ticks stay while the ticks are not changed."""
        kept = sorted(self.ticks.data or []) == sorted(ticks_of_slots(self._slots))
        children = self.with_children.data == "ja"
        return {
            "title": self.title.data,
            "description": self.description.data,
            "topics": self.topics.data or [],
            "mode": Mode(self.mode.data),
            "slots": self._slots if kept else slots_of_ticks(self.ticks.data or []),
            "languages": self.languages.data,
            "with_children": children,
            "carrier": (self.carrier.data or "") if children else "",
            "wished_pilot": self.wished_pilot.data or "",
            "takes_whoever": self.takes_whoever.data,
            "contact_phone": self.contact_phone.data or "",
            "contact_hint": self.contact_hint.data or "",
            "release_phone": "phone" in (self.releases.data or []),
            "release_email": "email" in (self.releases.data or []),
            "name_may_be_shown": not self.hide_name.data,
        }


class QueryAnswerForm(Form):
    """The answer to our question."""

    query_answer = TextAreaField(
        _l("Ihre Antwort"), [Required(_l("Schreiben Sie Ihre Antwort.")), TextLength(MAX_ANSWER)]
    )


class RestForm(Form):
    """Until when it rests."""

    until = DateParts(
        _l("Ab wann soll es weitergehen?"),
        [InputRequired(_l("Geben Sie einen Tag ein.")), from_today(days=1)],
    )
