"""What the other side sees of a person, and when: "So sehen andere Sie"."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from lotsen.accounts import queries as people
from lotsen.accounts.rules import ConsentFor
from lotsen.core.extensions import db
from lotsen.core.i18n import language_names, mode_in_words, slots_in_words
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import LIVE
from lotsen.municipality.queries import place, town
from lotsen.organisations.queries import kind_label
from lotsen.pilots.models import Pilot
from lotsen.pilots.queries import topic_levels
from lotsen.privacy.register import Subject

SHOWN = 10
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Step:
    """What is seen at one moment; nothing when ``facts`` is empty."""

    title: str
    who: str
    facts: Pairs


@dataclass(frozen=True)
class View:
    """One profile or request, step by step."""

    title: str
    steps: list[Step]


def views(subject: Subject) -> list[View]:
    """The own profile and the live requests as others see them."""
    found = []
    pilot = db.session.scalar(select(Pilot).where(Pilot.user_id == subject.user_id))
    if pilot is not None:
        found.append(View(_("Sie als Lotsin oder Lotse"), _pilot_steps(pilot)))
    live = select(HelpRequest).where(HelpRequest.id.in_(subject.requests()), HelpRequest.state.in_(LIVE))
    for row in db.session.scalars(live.order_by(HelpRequest.id.desc()).limit(SHOWN)):
        found.append(View(_("Ihre Anfrage „%(title)s“", title=row.title), _request_steps(row)))
    return found


def _pilot_steps(pilot: Pilot) -> list[Step]:
    settings = town()
    title = {"female": settings.title_female, "male": settings.title_male}.get(pilot.title_form, settings.titles)
    profile = [
        (_("Titel"), title),
        (_("Kurztitel"), pilot.headline),
        (_("Text"), pilot.about),
        (_("Themen"), ", ".join(topic for topic, _level, _areas in topic_levels(pilot))),
        (_("Sprachen"), language_names(pilot.languages)),
        (_("Verbindungen zu Anbietern"), pilot.vendor_ties),
    ]
    after_the_yes = [
        (_("Name"), pilot.public_name),
        (_("Kurztitel"), pilot.headline),
        (_("Warum Sie passen"), _("in zwei Sätzen: Ihr Thema, gemeinsame Zeiten, vor Ort oder online")),
    ]
    contact = [
        (_("Telefon"), pilot.user.phone if pilot.release_phone else ""),
        (_("E-Mail-Adresse"), (pilot.user.email or "") if pilot.release_email else ""),
    ]
    public = people.consent(pilot.user_id, ConsentFor.PUBLIC_PROFILE) is not None
    return [
        Step(_("Solange wir Sie fragen"), _("die Organisation"), []),
        Step(_("Wenn Sie Ja gesagt haben"), _("die Organisation"), after_the_yes),
        Step(_("Wenn beide Ja gesagt haben"), _("die Organisation"), [(_("Name"), pilot.public_name), *contact]),
        Step(
            _("Öffentlich im Internet"),
            _("alle"),
            [(_("Name"), pilot.public_name), *profile[:5]] if public else [],
        ),
    ]


def _request_steps(row: HelpRequest) -> list[Step]:
    asked = [
        (_("Kurztext"), row.short_text or _("Den schreibt die Koordination noch.")),
        (_("Art"), kind_label(row.org_kind)),
        (_("Organisation"), row.organisation_name if row.name_may_be_shown else ""),
        (_("Ort"), place(row.postcode)),
        (_("Wie"), mode_in_words(row.mode.value)),
        (_("Zeiten"), slots_in_words(row.slots)),
        (_("Kinder oder Jugendliche dabei"), _("ja") if row.with_children else ""),
    ]
    contact = [
        (_("Ansprechperson"), row.contact_name),
        (_("Organisation"), row.organisation_name),
        (_("Telefon"), row.contact_phone if row.release_phone else ""),
        (_("E-Mail-Adresse"), row.contact_email if row.release_email else ""),
        (_("Erreichbarkeit"), row.contact_hint),
    ]
    return [
        Step(_("Solange wir fragen"), _("wer gefragt wird"), asked),
        Step(_("Wenn beide Ja gesagt haben"), _("wer Ihnen hilft"), contact),
        Step(_("Öffentlich im Internet"), _("alle"), []),
    ]
