"""Who reaches whom, and on which way there is: by telephone, by mail, or through the office."""

from datetime import date

from flask_babel import gettext as _

from lotsen.core.clock import calendar, local_date
from lotsen.core.i18n import plain_date
from lotsen.core.states import deadline
from lotsen.municipality.queries import town
from lotsen.pilots.models import Pilot

from .. import rules
from ..models import Engagement
from ..rules import Side, State, Way
from .cases import contact, other_side, ways_to


def first_word(engagement: Engagement, side: Side | None) -> str:
    """How the pilot reaches the organisation first, as one side (or the office) reads it."""
    other = contact(engagement, Side.MEMBER)
    way = other.way
    if side is Side.PILOT:
        return {
            Way.PHONE: _("Bitte rufen Sie zuerst an und machen Sie einen Termin aus."),
            Way.EMAIL: _("Bitte schreiben Sie zuerst eine E-Mail und machen Sie einen Termin aus."),
            Way.OFFICE: _(
                "Bitte rufen Sie zuerst uns an: %(phone)s. "
                "Wir verbinden Sie mit %(name)s, und Sie machen einen Termin aus.",
                phone=town().phone,
                name=other.name,
            ),
        }[way]
    if side is Side.MEMBER:
        name = contact(engagement, Side.PILOT).name
        return {
            Way.PHONE: _("%(name)s ruft Sie an und macht einen Termin mit Ihnen aus.", name=name),
            Way.EMAIL: _("%(name)s schreibt Ihnen eine E-Mail und macht einen Termin mit Ihnen aus.", name=name),
            Way.OFFICE: _(
                "%(name)s ruft zuerst uns an. Dann rufen wir Sie an und verbinden Sie beide, "
                "und Sie machen einen Termin aus.",
                name=name,
            ),
        }[way]
    return {
        Way.PHONE: _("Die Lotsin oder der Lotse ruft als Erstes an."),
        Way.EMAIL: _("Die Lotsin oder der Lotse schreibt als Erstes eine E-Mail."),
        Way.OFFICE: _("Die Lotsin oder der Lotse ruft Sie an. Bitte verbinden Sie dann beide Seiten."),
    }[way]


def introduce_yourself(engagement: Engagement) -> str:
    """How a pilot reaches a new contact person."""
    return {
        Way.PHONE: _("Rufen Sie bitte kurz an und stellen Sie sich vor."),
        Way.EMAIL: _("Schreiben Sie bitte kurz eine E-Mail und stellen Sie sich vor."),
        Way.OFFICE: _("Bitte rufen Sie uns an, dann verbinden wir Sie: %(phone)s", phone=town().phone),
    }[contact(engagement, Side.MEMBER).way]


def no_way(engagement: Engagement, side: Side) -> str:
    """What one side does when it was given neither number nor address of the other; empty when it was."""
    other = contact(engagement, other_side(side))
    if other.way is not Way.OFFICE:
        return ""
    return _(
        "%(name)s ist über uns zu erreichen. Rufen Sie uns an, dann verbinden wir Sie: %(phone)s",
        name=other.name,
        phone=town().phone,
    )


def may_release(engagement: Engagement, side: Side) -> str:
    """That one side, which has released nothing, can be reached directly as soon as it does; else empty."""
    if contact(engagement, side).way is not Way.OFFICE or not any(ways_to(engagement, side)):
        return ""
    name = contact(engagement, other_side(side)).name
    return _("Soll %(name)s Sie direkt erreichen? Dann geben Sie Ihre Nummer oder Adresse frei.", name=name)


def shown_after_yes(pilot: Pilot) -> str:
    """What an organisation comes to know of a pilot who says yes: at once, and when it says yes too."""
    phone, email = pilot.release_phone and pilot.user.phone, pilot.release_email and pilot.user.email
    name, ways = pilot.public_name, ", ".join(way for way in (phone, email) if way)
    if not ways:
        return _(
            "Mit Ihrem Ja erfährt die Organisation Ihren Namen (%(name)s) und was für Sie spricht. "
            "Nummer und Adresse geben wir nicht weiter, wir verbinden Sie.",
            name=name,
        )
    return _(
        "Mit Ihrem Ja erfährt die Organisation Ihren Namen (%(name)s) und was für Sie spricht, "
        "nach ihrem Ja auch: %(ways)s.",
        name=name,
        ways=ways,
    )


def first_word_until(engagement: Engagement, side: Side) -> str:
    """The same with the last day for it."""
    last = _("Spätestens am %(day)s.", day=plain_date(first_word_by(engagement)))
    return f"{first_word(engagement, side)} {last}"


def first_word_by(engagement: Engagement) -> date:
    """Until when the pilot should have got in touch."""
    return calendar().nth_working_day(local_date(engagement.created_at), first_word_days())


def first_word_days() -> int:
    """How many working days the pilot has for it."""
    return deadline("engagement", State.AGREED, rules.TIMEOUTS[State.AGREED][0])
