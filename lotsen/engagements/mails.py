"""The mails about an engagement: contact data, only what was released; messages, pauses, ends, appointments."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lotsen.core.i18n import plain_date, plain_datetime, slots_in_words
from lotsen.municipality.queries import town
from lotsen.outbox.service import Action, Mail

from . import queries
from .models import Appointment, Engagement
from .rules import Side


def contact_data(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell one side whom it will meet, how to reach the other, and who calls first until when."""
    parts = _for_pilot(engagement) if side is Side.PILOT else _for_member(engagement)
    return Mail(
        kind="engagements.contact_data",
        subject=_subject(engagement, _("Es kann losgehen: So erreichen Sie sich")),
        paragraphs=(
            *parts,
            _("Tragen Sie den Termin bitte über den Link ein. Dort sagen Sie uns auch, wenn etwas dazwischenkommt.")
            if _by_mail(engagement, side)
            else _("Sagen Sie uns bitte am Telefon, wann Sie sich treffen und wenn etwas dazwischenkommt."),
        ),
        action=Action(_("Zur Begleitung"), url),
    )


def _for_pilot(engagement: Engagement) -> list[str]:
    request = engagement.help_request
    other = queries.contact(engagement, Side.MEMBER)
    times = slots_in_words(request.slots)
    return [
        _("Sie haben beide Ja gesagt. Vielen Dank!")
        if engagement.follows_id is None
        else _("Sie haben beide Ja gesagt. Sie führen eine Begleitung weiter, die schon begonnen hat. Vielen Dank!"),
        queries.first_word_until(engagement, Side.PILOT),
        "\n".join(
            [
                _("%(name)s (%(organisation)s)", name=other.name, organisation=other.organisation),
                *_ways(other),
                *([_("Gut zu erreichen: %(hint)s", hint=other.hint)] if other.hint else []),
                *([_("Passende Zeiten: %(times)s", times=times)] if times else []),
            ]
        ),
        _("Darum geht es: „%(text)s“", text=queries.told_to_pilot(engagement, request.short_text or request.title)),
    ]


def _for_member(engagement: Engagement) -> list[str]:
    other = queries.contact(engagement, Side.PILOT)
    return [
        _("Sie haben beide Ja gesagt. Darum geht es: „%(text)s“", text=engagement.help_request.title),
        *([_("%(name)s führt die Begleitung weiter.", name=other.name)] if engagement.follows_id is not None else []),
        queries.first_word_until(engagement, Side.MEMBER),
        queries.no_way(engagement, Side.MEMBER) or "\n".join(_ways(other)),
        *_release_by_link(engagement),
        _("Die Beratung ist ehrenamtlich und kostet nichts. Geben Sie bitte keine Passwörter weiter."),
    ]


def _release_by_link(engagement: Engagement) -> list[str]:
    word = queries.may_release(engagement, Side.MEMBER)
    way = _("Das geht über den Link.") if _by_mail(engagement, Side.MEMBER) else _("Sagen Sie es uns einfach.")
    return [f"{word} {way}"] if word else []


def _by_mail(engagement: Engagement, side: Side) -> bool:
    """Whether this side reads the words; else they are read aloud, and nobody hears of a link."""
    person = queries.person(engagement, side)
    return bool(person.email if person is not None else engagement.help_request.contact_email)


def _ways(other: queries.Contact) -> list[str]:
    ways = []
    if other.phone:
        ways.append(_("Telefon: %(phone)s", phone=other.phone))
    if other.email:
        ways.append(_("E-Mail: %(email)s", email=other.email))
    return ways


def paused(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell the other side that it rests, and until when."""
    until = engagement.paused_until
    return _told(
        "engagements.paused",
        engagement,
        _("Ihre Begleitung macht Pause"),
        url,
        _("Ihre Begleitung mit %(who)s macht eine Pause.", who=_them(engagement, side)),
        _("Am %(day)s fragen wir nach, ob es weitergehen kann.", day=plain_date(until))
        if until is not None
        else _("Sobald es weitergehen kann, sagen wir Ihnen Bescheid."),
        _("Über den Link können Sie die Pause beenden oder uns etwas anderes sagen."),
    )


def goes_on(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell the other side that the pause is over."""
    return _told(
        "engagements.goes_on",
        engagement,
        _("Ihre Begleitung geht weiter"),
        url,
        _("die Pause ist vorbei. Ihre Begleitung mit %(who)s geht weiter.", who=_them(engagement, side)),
        _("Machen Sie bitte miteinander den nächsten Termin aus."),
    )


def broken_off(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell the other side that it ended early, with thanks; the reason stays with the coordinator."""
    if side is Side.PILOT:
        words = (
            _("die Begleitung von %(who)s endet jetzt. Sie müssen nichts mehr tun.", who=_them(engagement, side)),
            _("Danke, dass Sie sich Zeit genommen haben. Ihre Stunden zählen, auch wenn es früher endet."),
            _("Fehlen noch Stunden? Über den Link tragen Sie sie ein."),
        )
    else:
        words = (
            _("die Begleitung mit %(who)s endet jetzt leider früher.", who=_them(engagement, side)),
            _("Wir melden uns bei Ihnen und besprechen, wie es weitergeht. Sie müssen nichts tun."),
            _("Möchten Sie gleich mit uns sprechen? Rufen Sie uns gern an: %(phone)s", phone=town().phone),
        )
    return _told("engagements.broken_off", engagement, _("Ihre Begleitung endet"), url, *words)


def handing_over(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell the organisation that the pilot cannot go on, and that somebody is sought who follows."""
    return _told(
        "engagements.handing_over",
        engagement,
        _("Wir suchen jemanden, der weitermacht"),
        url,
        _("%(who)s kann Ihre Begleitung leider nicht weiterführen.", who=_them(engagement, side)),
        _("Wir suchen jemanden, der weitermacht, und melden uns dann bei Ihnen."),
        _("Brauchen Sie niemanden mehr? Dann sagen Sie es uns über den Link."),
    )


def handed_over(engagement: Engagement, side: Side, url: str) -> Mail:
    """Thank the pilot whose engagement somebody else takes over."""
    return _told(
        "engagements.handed_over",
        engagement,
        _("Danke für Ihre Hilfe"),
        url,
        _("jemand anderes führt die Begleitung von %(who)s jetzt weiter.", who=_them(engagement, side)),
        _("Danke für Ihre Zeit und Ihre Geduld. Bitte löschen Sie die Kontaktdaten, die Sie bekommen haben."),
        _("Fehlen noch Stunden? Über den Link tragen Sie sie ein."),
    )


def contact_follows(engagement: Engagement, side: Side, url: str) -> Mail:
    """Tell the pilot who speaks for the organisation from now on."""
    other = queries.contact(engagement, Side.MEMBER)
    return _told(
        "engagements.contact_follows",
        engagement,
        _("Ihre neue Ansprechperson"),
        url,
        _(
            "Ihre neue Ansprechperson bei %(organisation)s ist %(name)s.",
            organisation=other.organisation,
            name=other.name,
        ),
        *(["\n".join(_ways(other))] if _ways(other) else []),
        queries.introduce_yourself(engagement),
    )


def message(engagement: Engagement, side: Side, texts: Sequence[str], url: str) -> Mail:
    """Pass on to one side what the other wrote, oldest first; who is told by telephone hears of no link."""
    name, by_mail = queries.known_as(engagement, queries.other_side(side)), _by_mail(engagement, side)
    return Mail(
        kind="engagements.message",
        subject=_subject(engagement, _("Nachricht von %(name)s", name=_them(engagement, side))),
        paragraphs=(
            _("%(name)s hat Ihnen geschrieben:", name=name),
            *(_("„%(text)s“", text=text if by_mail else text.replace("://", " ")) for text in texts),
            queries.readers(engagement, side),
            _("Über den Link antworten Sie direkt. Antworten Sie auf diese E-Mail, so geben wir es weiter.")
            if by_mail
            else _("Möchten Sie antworten? Sagen Sie es uns einfach, wir geben es weiter."),
        ),
        action=Action(_("Lesen und antworten"), url),
    )


def appointment(engagement: Engagement, side: Side, appointment: Appointment, at: datetime, url: str) -> Mail:
    """Send one side an appointment for the calendar, its change, or that it does not take place."""
    who, day = _them(engagement, side), plain_datetime(appointment.starts_at)
    if appointment.called_off_at is not None:
        subject = _("Termin abgesagt: %(day)s", day=day)
        words = [_("Ihr Termin mit %(who)s am %(day)s findet nicht statt.", who=who, day=day)]
    elif appointment.sequence:
        subject = _("Neuer Termin: %(day)s", day=day)
        words = [_("Ihr Termin mit %(who)s hat sich geändert. Sie treffen sich am %(day)s.", who=who, day=day)]
    else:
        subject = _("Ihr Termin: %(day)s", day=day)
        words = [_("Ihr Termin mit %(who)s steht: am %(day)s.", who=who, day=day)]
    if appointment.place and appointment.called_off_at is None:
        words.append(_("Ort: %(place)s", place=appointment.place))
    words.append(_("Die Datei im Anhang ist für Ihren Kalender."))
    person = queries.person(engagement, side)
    method = "CANCEL" if appointment.called_off_at is not None else "REQUEST"
    to = (person.email or "") if person is not None else ""
    return Mail(
        kind="engagements.appointment",
        subject=_subject(engagement, subject),
        paragraphs=tuple(words),
        action=Action(_("Zur Begleitung"), url),
        attachment=queries.calendar_file([appointment], at=at, method=method, to=to),
    )


def _told(kind: str, engagement: Engagement, subject: str, url: str, *paragraphs: str) -> Mail:
    return Mail(
        kind=kind,
        subject=_subject(engagement, subject),
        paragraphs=paragraphs,
        action=Action(_("Zur Begleitung"), url),
    )


def _subject(engagement: Engagement, words: str) -> str:
    return f"[{engagement.help_request.case_number}] {words}"


def _them(engagement: Engagement, side: Side) -> str:
    """The other side, as this one knows it."""
    other = queries.contact(engagement, queries.other_side(side))
    return other.organisation or other.name
