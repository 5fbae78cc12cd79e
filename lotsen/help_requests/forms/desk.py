"""The coordinator's forms: a request by telephone, and one small form for each decision."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lotsen.core.forms import (
    DateParts,
    EmailField,
    MultiCheckboxField,
    PhoneField,
    PostcodeField,
    Required,
    TextLength,
    VersionedForm,
    from_today,
)
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import REJECT_REASONS
from lotsen.help_requests.rules import MAX_ANSWER, MAX_NAME, MAX_SHORT_TEXT
from lotsen.organisations.forms import KINDS, known_postcode
from lotsen.organisations.rules import MAX_NAME as MAX_ORGANISATION
from lotsen.organisations.rules import Kind

from .choices import name_check, short, topic_choices
from .member import EditForm
from .wizard import ContactForm, HowForm, WhatForm, WhoForm

URGENCIES = (("normal", _l("normal")), ("high", _l("dringend")))
URGENT_MEANS = _l(
    "Dringend heißt: Sie rufen gleich an, und für die Antwort bleibt weniger Zeit. Warum es eilt, kommt in eine Notiz."
)


class PhoneRequestForm(WhatForm, WhoForm, HowForm, ContactForm):
    """A request that somebody tells on the telephone: everything on one page, submitted at once."""

    privacy = None
    contact_name = StringField(
        _l("Name der Person"), [Required(_l("Geben Sie den Namen der Person ein.")), short(MAX_NAME)]
    )
    organisation_name = StringField(
        _l("Name der Organisation"),
        [Required(_l("Geben Sie den Namen der Organisation ein.")), short(MAX_ORGANISATION)],
    )
    postcode = PostcodeField(_l("Postleitzahl"), [Required(_l("Geben Sie die Postleitzahl ein.")), known_postcode])
    topics = MultiCheckboxField(_l("Themen"), choices=())
    urgency = RadioField(_l("Dringlichkeit"), choices=URGENCIES, default="normal", description=URGENT_MEANS)
    consent = BooleanField(
        _l("Die Person hat am Telefon zugestimmt, dass wir ihre Angaben für diese Anfrage speichern."),
        [InputRequired(_l("Ohne die Zustimmung am Telefon dürfen wir nichts speichern. Bitte fragen Sie danach."))],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.topics.choices = topic_choices()
        self.description.description = _l("In den Worten der Person, 20 bis 4.000 Zeichen.")
        # who rings says first who she is; the summary of errors keeps the page's order
        first = ("contact_name", "contact_phone", "contact_email", "contact_hint", "organisation_name", "org_kind")
        self._fields: dict[str, Any] = {
            name: self._fields[name] for name in dict.fromkeys((*first, "postcode", *self._fields))
        }


class DeskEditForm(EditForm):
    """Editing on behalf: also what only a coordinator decides."""

    organisation_name = StringField(
        _l("Name der Organisation"),
        [Required(_l("Geben Sie den Namen der Organisation ein.")), short(MAX_ORGANISATION)],
    )
    org_kind = RadioField(_l("Art"), [InputRequired(_l("Wählen Sie eine Art aus."))], choices=KINDS)
    postcode = PostcodeField(_l("Postleitzahl"), [Required(_l("Geben Sie die Postleitzahl ein.")), known_postcode])
    urgency = RadioField(_l("Dringlichkeit"), choices=URGENCIES, description=URGENT_MEANS)
    it_department_asked = BooleanField(_l("Die IT der Kommune ist gefragt"))

    def __init__(self, row: HelpRequest, **kwargs: Any) -> None:
        own = ("organisation_name", "postcode", "urgency", "it_department_asked")
        known = {"org_kind": row.org_kind.value, **{name: getattr(row, name) for name in own}}
        super().__init__(row, **{**known, **kwargs})

    def values(self) -> dict[str, Any]:
        """What `service.edit` takes from a coordinator."""
        return {
            **super().values(),
            "organisation_name": self.organisation_name.data,
            "org_kind": Kind(self.org_kind.data),
            "postcode": self.postcode.data,
            "urgency": self.urgency.data,
            "it_department_asked": self.it_department_asked.data,
        }


class VerbForm(VersionedForm):
    """A decision that needs nothing but the button."""


class ShortTextForm(VerbForm):
    """What asked pilots will read."""

    short_text = TextAreaField(
        _l("Kurztext für die Lotsin oder den Lotsen"),
        [Required(_l("Schreiben Sie in zwei, drei Sätzen, worum es geht.")), TextLength(MAX_SHORT_TEXT)],
        description=_l("Keine Namen von Personen. Diesen Text liest, wer gefragt wird. Höchstens 600 Zeichen."),
    )
    name_is_fine = name_check()


class QueryForm(VerbForm):
    """A question to the requester."""

    query_text = TextAreaField(
        _l("Ihre Frage"),
        [Required(_l("Schreiben Sie Ihre Frage.")), TextLength(MAX_ANSWER)],
        description=_l("Die Person kann das lesen."),
    )


class QueryAnsweredForm(VerbForm):
    """What the requester said on the telephone."""

    query_answer = TextAreaField(
        _l("Was wurde geantwortet?"), [Required(_l("Schreiben Sie die Antwort auf.")), TextLength(MAX_ANSWER)]
    )


class HoldForm(VerbForm):
    """Until when the request rests."""

    until = DateParts(
        _l("Bis wann soll die Anfrage ruhen?"),
        [InputRequired(_l("Geben Sie einen Tag ein.")), from_today(days=1)],
    )


class AnswerForm(VerbForm):
    """An answer that is all that was needed."""

    answer_text = TextAreaField(
        _l("Ihre Antwort"),
        [Required(_l("Schreiben Sie Ihre Antwort.")), TextLength(MAX_ANSWER)],
        description=_l("Die Person kann das lesen."),
    )


class ReferForm(VerbForm):
    """Who can help better."""

    referred_to = StringField(_l("Welche Stelle hilft weiter?"), [Required(_l("Nennen Sie die Stelle.")), short(160)])
    referral_text = TextAreaField(
        _l("Was sollte die Person wissen?"),
        [TextLength(MAX_ANSWER)],
        description=_l("Zum Beispiel Telefon und Sprechzeiten. Die Person kann das lesen."),
    )


class RejectForm(VerbForm):
    """Why we cannot help here."""

    reject_reason = SelectField(
        _l("Grund"), [InputRequired(_l("Wählen Sie einen Grund aus."))], choices=list(REJECT_REASONS.items())
    )
    reject_text = TextAreaField(
        _l("Was möchten Sie dazu sagen?"), [TextLength(MAX_ANSWER)], description=_l("Die Person kann das lesen.")
    )


class ConsentForm(VerbForm):
    """Submitting a draft on the telephone."""

    consent = BooleanField(
        _l("Die Person hat am Telefon zugestimmt, dass wir ihre Angaben für diese Anfrage speichern."),
        [InputRequired(_l("Ohne die Zustimmung am Telefon dürfen wir nichts speichern. Bitte fragen Sie danach."))],
    )


class MergeForm(VerbForm):
    """With which other request of the organisation this one goes on."""

    into = RadioField(
        _l("Mit welcher Anfrage geht es weiter?"),
        [InputRequired(_l("Wählen Sie eine Anfrage aus."))],
        choices=(),
        validate_choice=False,
    )


class NewContactForm(VerbForm):
    """Who speaks for the organisation from now on: somebody known, or somebody new."""

    person = RadioField(_l("Wer spricht jetzt für die Organisation?"), choices=(), validate_choice=False)
    contact_name = StringField(_l("Oder jemand Neues: Name"), [short(MAX_NAME)])
    contact_email = EmailField(_l("E-Mail-Adresse"), [Optional(), short(254)])
    contact_phone = PhoneField(_l("Telefon"), [Optional(), short(40)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody known, or a name."""
        valid = bool(super().validate(extra_validators))
        if not self.person.data and not self.contact_name.data:
            self.contact_name.errors = [_("Wählen Sie jemanden aus, oder geben Sie einen Namen ein.")]
            return False
        return valid


VERB_FORMS: dict[str, type[VerbForm]] = {
    "geprueft": VerbForm,
    "kurztext": ShortTextForm,
    "oeffnen": VerbForm,
    "absenden": ConsentForm,
    "rueckfrage": QueryForm,
    "antwort-erfassen": QueryAnsweredForm,
    "ruhen": HoldForm,
    "weiter": VerbForm,
    "beantworten": AnswerForm,
    "verweisen": ReferForm,
    "vormerken": VerbForm,
    "nicht-moeglich": RejectForm,
    "zurueckziehen": VerbForm,
    "zusammenlegen": MergeForm,
    "ansprechperson": NewContactForm,
    "wieder-oeffnen": VerbForm,
}
