"""The request without an account, one thing per page."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lotsen.accounts.queries import CONSENT_TEXTS
from lotsen.accounts.rules import ConsentFor
from lotsen.core.forms import EmailField, Form, MultiCheckboxField, PhoneField, PostcodeField, Required, TicksField
from lotsen.core.i18n import language_choices
from lotsen.help_requests.rules import MAX_NAME, MAX_TITLE
from lotsen.organisations.forms import KINDS, known_postcode
from lotsen.organisations.rules import MAX_NAME as MAX_ORGANISATION

from .choices import (
    CARRIER,
    CHILDREN,
    CHILDREN_SAID,
    MODES,
    OR_CONNECTED,
    RELEASES,
    CarrierKnown,
    description_rules,
    short,
    way_exists,
)


class WhatForm(Form):
    """Worum geht es?"""

    description = TextAreaField(
        _l("Worum geht es?"),
        description_rules(),
        description=_l("Schreiben Sie in Ihren eigenen Worten, 20 bis 4.000 Zeichen. Fachwörter brauchen Sie nicht."),
    )


class TopicsForm(Form):
    """Topics from her own words; not knowing is an answer."""

    topics = MultiCheckboxField(_l("Das könnte passen"), choices=())
    more = MultiCheckboxField(_l("Weitere Themen"), choices=())
    unknown = BooleanField(_l("Das weiß ich nicht"))


class WhoForm(Form):
    """Who asks."""

    organisation_name = StringField(
        _l("Name Ihrer Organisation"),
        [Required(_l("Geben Sie den Namen Ihrer Organisation ein.")), short(MAX_ORGANISATION)],
        render_kw={"autocomplete": "organization"},
    )
    org_kind = RadioField(
        _l("Art der Organisation"), [InputRequired(_l("Wählen Sie die Art der Organisation aus."))], choices=KINDS
    )
    postcode = PostcodeField(_l("Postleitzahl"), [Required(_l("Geben Sie Ihre Postleitzahl ein.")), known_postcode])


class WhichForm(Form):
    """For which of her organisations a logged-in contact person asks."""

    organisation_id = RadioField(
        _l("Für welche Organisation fragen Sie?"), [InputRequired(_l("Wählen Sie eine Organisation aus."))], choices=()
    )


class HowForm(Form):
    """How and when help suits."""

    mode = RadioField(_l("Wo soll die Hilfe stattfinden?"), choices=MODES, default=MODES[0][0])
    ticks = TicksField(_l("Wann passt es Ihnen?"), description=_l("Kreuzen Sie nichts an, wenn es Ihnen egal ist."))
    languages = MultiCheckboxField(
        _l("In welcher Sprache können wir sprechen?"),
        [InputRequired(_l("Wählen Sie mindestens eine Sprache aus."))],
        choices=language_choices(),
    )
    with_children = RadioField(
        _l("Sind Kinder oder Jugendliche dabei, wenn die Lotsin oder der Lotse kommt?"),
        [CHILDREN_SAID],
        choices=CHILDREN,
    )
    carrier = RadioField(_l("Ist der Träger einverstanden?"), [CarrierKnown()], choices=CARRIER, validate_choice=False)
    wished_pilot = StringField(
        _l("Wünschen Sie sich jemand Bestimmtes?"),
        [short(MAX_NAME)],
        description=_l("Zum Beispiel den Namen einer Lotsin oder eines Lotsen, den Sie kennen."),
    )
    takes_whoever = BooleanField(_l("Ich nehme, wen Sie vorschlagen. Sie müssen mich nicht noch einmal fragen."))


class ContactForm(Form):
    """How to reach her, what may be passed on."""

    contact_name = StringField(
        _l("Ihr Name"),
        [Required(_l("Geben Sie Ihren Namen ein.")), short(MAX_NAME)],
        render_kw={"autocomplete": "name"},
    )
    contact_email = EmailField(
        _l("E-Mail-Adresse"), [Optional(), short(254)], description=_l("Dorthin schicken wir einen Link.")
    )
    contact_phone = PhoneField(
        _l("Telefon"), [Optional(), short(40)], description=_l("Ohne E-Mail-Adresse rufen wir Sie an.")
    )
    contact_hint = StringField(
        _l("Wann erreichen wir Sie gut?"), [short(200)], description=_l("Zum Beispiel: nach 18 Uhr.")
    )
    releases = MultiCheckboxField(
        _l("Was dürfen wir weitergeben, wenn beide Seiten Ja gesagt haben?"), choices=RELEASES, description=OR_CONNECTED
    )
    hide_name = BooleanField(
        _l("Bitte nennen Sie unsere Organisation erst, wenn beide Seiten Ja gesagt haben."),
        description=_l("Sonst liest jede Person, die wir fragen, ihren Namen. Wie Sie heißen, liest vorher niemand."),
    )
    privacy = BooleanField(
        CONSENT_TEXTS[ConsentFor.HELP_REQUEST],
        [InputRequired(_l("Bitte setzen Sie den Haken, sonst dürfen wir Ihre Anfrage nicht bearbeiten."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """One of mail and telephone is enough, none is not; a release needs something to release."""
        valid = bool(super().validate(extra_validators))
        if "contact_email" in self and not self.contact_email.data and not self.contact_phone.data:
            if not self.contact_email.errors and not self.contact_phone.errors:
                message = _("Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein, damit wir Sie erreichen.")
                self.contact_email.errors = [message]
            return False
        return way_exists(self) and valid


class TitleForm(Form):
    """The last page: the title may still be changed."""

    title = StringField(
        _l("Überschrift"),
        [Required(_l("Geben Sie eine Überschrift ein.")), short(MAX_TITLE)],
        description=_l("Ein Vorschlag aus Ihren Angaben. Sie können ihn ändern."),
    )


@dataclass(frozen=True)
class Step:
    """One page: its place in the address, its heading, its short name."""

    slug: str
    heading: Any
    name: Any
    form: type[Form]


STEPS = (
    Step("worum", _l("Worum geht es?"), _l("Anliegen"), WhatForm),
    Step("themen", _l("Welche Themen passen dazu?"), _l("Themen"), TopicsForm),
    Step("wer", _l("Wer fragt?"), _l("Organisation"), WhoForm),
    Step("wie", _l("Wie und wann passt es Ihnen?"), _l("Ort und Zeit"), HowForm),
    Step("kontakt", _l("Wie erreichen wir Sie?"), _l("Kontakt"), ContactForm),
    Step("pruefen", _l("Stimmt alles so?"), _l("Prüfen"), TitleForm),
)
