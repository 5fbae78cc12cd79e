"""The mail about an engagement: both sides get each other's contact data, only what was released."""

from flask_babel import gettext as _

from lotsen.core.clock import calendar, local_date
from lotsen.core.i18n import plain_date, slots_in_words
from lotsen.core.states import deadline
from lotsen.municipality.queries import town
from lotsen.outbox.service import Action, Mail

from . import queries, rules
from .models import Engagement
from .rules import Side, State


def contact_data(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell one side whom it will meet, how to reach the other, and who calls first until when."""
    request = engagement.help_request
    parts = _for_pilot(engagement) if side is Side.PILOT else _for_member(engagement)
    return Mail(
        kind="engagements.contact_data",
        subject=f"[{request.case_number}] " + _("Es kann losgehen: Ihre Kontaktdaten"),
        paragraphs=(
            *parts,
            _("Tragen Sie den Termin bitte über den Link ein. Dort sagen Sie uns auch, wenn etwas dazwischenkommt."),
        ),
        action=Action(_("Zur Begleitung"), url),
    )


def _for_pilot(engagement: Engagement) -> list[str]:
    request = engagement.help_request
    other = queries.contact(engagement, Side.MEMBER)
    times = slots_in_words(request.slots)
    return [
        _("beide Seiten haben Ja gesagt. Vielen Dank!"),
        _("Sie rufen zuerst an, bitte bis %(day)s.", day=_call_until(engagement)),
        "\n".join(
            [
                _("%(name)s (%(organisation)s)", name=other.name, organisation=other.organisation),
                *_ways(other),
                *([_("Gut zu erreichen: %(hint)s", hint=other.hint)] if other.hint else []),
                *([_("Passende Zeiten: %(times)s", times=times)] if times else []),
            ]
        ),
        _("Darum geht es: „%(text)s“", text=request.short_text or request.title),
    ]


def _for_member(engagement: Engagement) -> list[str]:
    other = queries.contact(engagement, Side.PILOT)
    return [
        _("beide Seiten haben Ja gesagt. Darum geht es: „%(text)s“", text=engagement.help_request.title),
        _(
            "%(name)s meldet sich bei Ihnen, spätestens am %(day)s.",
            name=other.name,
            day=_call_until(engagement),
        ),
        "\n".join(_ways(other)),
        _("Die Beratung ist ehrenamtlich und kostet nichts. Geben Sie bitte keine Passwörter weiter."),
    ]


def _ways(other: queries.Contact) -> list[str]:
    ways = []
    if other.phone:
        ways.append(_("Telefon: %(phone)s", phone=other.phone))
    if other.email:
        ways.append(_("E-Mail: %(email)s", email=other.email))
    if not ways:
        ways.append(
            _("Telefon und E-Mail geben wir hier nicht weiter. Wir verbinden Sie gern: %(phone)s", phone=town().phone)
        )
    return ways


def _call_until(engagement: Engagement) -> str:
    first = rules.TIMEOUTS[State.AGREED][0]
    days = deadline("engagement", State.AGREED, first)
    return plain_date(calendar().nth_working_day(local_date(engagement.created_at), days))
