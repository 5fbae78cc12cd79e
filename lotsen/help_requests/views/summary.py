"""What was typed, as rows of key and value."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from lotsen.core.i18n import language_names, mode_in_words, slots_in_words
from lotsen.core.web import mail_link, phone_link
from lotsen.help_requests.forms import topic_choices
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.organisations.queries import kind_label
from lotsen.organisations.rules import Kind
from lotsen.skills.queries import label

Row = dict[str, Any]


def tick_names(ticks: list[str]) -> str:
    """The four ticks as people say them."""
    names = {
        "morning": _("werktags vormittags"),
        "afternoon": _("werktags nachmittags"),
        "evening": _("werktags abends"),
        "weekend": _("am Wochenende"),
    }
    return ", ".join(names[tick] for tick in names if tick in ticks) or _("egal")


def times_of(row: HelpRequest) -> str:
    """When it suits the requester."""
    return slots_in_words(row.slots) or _("egal")


def yes(value: Any) -> str:
    """Ja or nein."""
    return _("ja") if value else _("nein")


def children(with_children: bool, carrier: str) -> str:
    """The two questions about children in one line."""
    if not with_children:
        return _("nein")
    return _("ja, der Träger ist einverstanden") if carrier == "yes" else _("ja, der Träger wird noch gefragt")


def releases(names: list[str]) -> str:
    """What may be passed on."""
    words = {"phone": _("Telefonnummer"), "email": _("E-Mail-Adresse")}
    return ", ".join(words[name] for name in words if name in names) or _(
        "nichts – wir rufen an und bringen Sie beide zusammen"
    )


def name_shown(shown: bool) -> str:
    """From when on a pilot reads the organisation's name."""
    return _("jede Person, die wir fragen, liest ihn") if shown else _("erst, wenn beide Seiten Ja gesagt haben")


def typed_rows(answers: Mapping[str, Any], change: Callable[[str], str], member: Member | None) -> list[Row]:
    """The rows of "check your answers", each with the link that changes it."""
    topics = dict(topic_choices())
    chosen = [topics[slug] for slug in [*(answers.get("topics") or []), *(answers.get("more") or [])] if slug in topics]
    none = _("weiß ich nicht") if answers.get("unknown") else _("nichts angekreuzt – das sehen wir uns an")
    rows: list[tuple[str, Any, str]] = [
        (_("Worum es geht"), answers["description"], "worum"),
        (_("Themen"), ", ".join(chosen) or none, "themen"),
    ]
    if member is None:
        who = f"{answers['organisation_name']} ({kind_label(Kind(answers['org_kind']))}), {answers['postcode']}"
        rows.append((_("Organisation"), who, "wer"))
    else:
        rows.append((_("Organisation"), member.organisation.name, "wer" if "wer" in answers.get("done", []) else ""))
    rows += [
        (_("Wie"), mode_in_words(answers["mode"]), "wie"),
        (_("Zeiten"), tick_names(answers.get("ticks") or []), "wie"),
        (_("Sprachen"), language_names(answers.get("languages") or []), "wie"),
        (
            _("Kinder oder Jugendliche dabei"),
            children(answers.get("with_children") == "ja", answers.get("carrier") or ""),
            "wie",
        ),
        (_("Wunschperson"), answers.get("wished_pilot") or "", "wie"),
        (_("Ich nehme, wen Sie vorschlagen"), _("ja") if answers.get("takes_whoever") else "", "wie"),
        (_("Ihr Name"), member.user.name if member else answers["contact_name"], "" if member else "kontakt"),
        (
            _("E-Mail-Adresse"),
            member.user.email if member else answers.get("contact_email"),
            "" if member else "kontakt",
        ),
        (_("Telefon"), answers.get("contact_phone"), "kontakt"),
        (_("Erreichbar"), answers.get("contact_hint"), "kontakt"),
        (_("Weitergeben dürfen wir"), releases(answers.get("releases") or []), "kontakt"),
        (_("Name der Organisation"), name_shown(not answers.get("hide_name")), "kontakt"),
    ]
    return [{"key": key, "value": value, "url": change(slug) if slug else ""} for key, value, slug in rows if value]


def _phone(number: str) -> str:
    return phone_link(number) if number else ""


def _mail(address: str) -> str:
    return mail_link(address) if address else ""


def request_rows(row: HelpRequest, *, contact: bool = True) -> list[tuple[str, Any]]:
    """What a request says, for its pages. Without ``contact`` where the page says above whom to call."""
    told = [name for name in ("phone", "email") if getattr(row, f"release_{name}")]
    rows: list[tuple[str, Any]] = [
        (_("Organisation"), f"{row.organisation_name} ({kind_label(row.org_kind)}), {row.postcode}"),
        (_("Themen"), ", ".join(label(t.topic) for t in row.topics) or _("keine angekreuzt")),
        (_("Wie"), mode_in_words(row.mode.value)),
        (_("Zeiten"), times_of(row)),
        (_("Sprachen"), language_names(row.languages)),
        (_("Kinder oder Jugendliche dabei"), children(row.with_children, row.carrier)),
        (_("Wunschperson"), row.wished_pilot),
        (_("Ich nehme, wen Sie vorschlagen"), yes(row.takes_whoever)),
    ]
    if contact:
        rows += [
            (_("Ansprechperson"), row.contact_name),
            (_("E-Mail-Adresse"), _mail(row.contact_email or (row.contact.email if row.contact else "") or "")),
            (_("Telefon"), _phone(row.contact_phone or (row.contact.phone if row.contact else ""))),
            (_("Erreichbar"), row.contact_hint),
        ]
    return [
        *rows,
        (_("Weitergeben dürfen wir"), releases(told)),
        (_("Name der Organisation"), name_shown(row.name_may_be_shown)),
    ]
