"""The mails about help requests. Every subject carries the case number."""

from collections.abc import Sequence

from flask_babel import gettext as _

from lotsen.core.clock import now
from lotsen.core.i18n import plain_date
from lotsen.outbox.service import Action, Mail

from .models import HelpRequest
from .queries import status_sentence


def confirm(request: HelpRequest, url: str) -> Mail:
    """Ask for the one click that submits the request; the same link shows the status afterwards."""
    return Mail(
        kind="help_requests.confirm",
        subject=_subject(request, _("Bitte bestätigen Sie Ihre Anfrage")),
        paragraphs=(
            _("danke für Ihre Anfrage: „%(title)s“.", title=request.title),
            _("Ein Klick fehlt noch. Erst danach lesen wir sie und suchen jemanden für Sie."),
            _("Heben Sie diese E-Mail gut auf. Derselbe Link zeigt Ihnen später jederzeit, wie es steht."),
            _("Sie haben nichts angefragt? Dann löschen Sie diese E-Mail einfach."),
        ),
        action=Action(_("Anfrage absenden"), url),
    )


def brought(request: HelpRequest, url: str) -> Mail:
    """Ask an organisation whether a pilot told us right that it would like this pilot's help."""
    name = request.brought_by.public_name if request.brought_by is not None else ""
    return Mail(
        kind="help_requests.brought",
        subject=_subject(request, _("%(name)s möchte Ihnen helfen", name=name)),
        paragraphs=(
            _("%(name)s hat uns erzählt, dass Sie sich Hilfe wünschen. Es geht um:", name=name),
            _("„%(text)s“", text=request.description),
            _("Stimmt das? Dann bestätigen Sie es bitte über den Link. Danach kann es losgehen."),
            _("Sie wissen nichts davon? Dann löschen Sie diese E-Mail einfach."),
        ),
        action=Action(_("Ansehen und bestätigen"), url),
    )


def confirm_reminder(request: HelpRequest, url: str) -> Mail:
    """Remind somebody who has not clicked yet."""
    return Mail(
        kind="help_requests.confirm_reminder",
        subject=_subject(request, _("Brauchen Sie noch Hilfe?")),
        paragraphs=(
            _("vor einer Woche haben Sie uns geschrieben: „%(title)s“.", title=request.title),
            _("Ihre Anfrage ist noch nicht abgesendet. Ein Klick genügt."),
            _("Hat es sich erledigt? Dann müssen Sie nichts tun. Wir löschen Ihre Angaben in gut drei Wochen."),
        ),
        action=Action(_("Anfrage absenden"), url),
    )


def still_checking(request: HelpRequest, url: str) -> Mail:
    """Tell the requester that the check takes longer than promised."""
    return _told(
        "help_requests.still_checking",
        request,
        url,
        _("Wir brauchen noch etwas Zeit"),
        _("Ihre Anfrage ist bei uns, aber wir sind noch nicht dazu gekommen. Bitte entschuldigen Sie."),
        _("Sie müssen nichts tun. Wir melden uns, sobald wir sie angesehen haben."),
    )


def still_searching(request: HelpRequest, url: str) -> Mail:
    """Tell the requester that the search goes on."""
    return _told(
        "help_requests.still_searching",
        request,
        url,
        _("Wir suchen noch für Sie"),
        _("wir haben noch niemanden gefunden, der gut zu Ihrer Anfrage passt. Wir suchen weiter."),
        _("Hat es sich erledigt? Dann sagen Sie uns das bitte. Sonst müssen Sie nichts tun."),
    )


def query(request: HelpRequest, url: str) -> Mail:
    """Ask the requester something."""
    return Mail(
        kind="help_requests.query",
        subject=_subject(request, _("Wir haben eine Frage")),
        paragraphs=(
            _("zu Ihrer Anfrage „%(title)s“ möchten wir gern noch etwas wissen:", title=request.title),
            _("„%(text)s“", text=request.query_text),
            _("Sobald wir Ihre Antwort haben, geht es weiter."),
        ),
        action=Action(_("Frage beantworten"), url),
    )


def query_reminder(request: HelpRequest, url: str) -> Mail:
    """Remind the requester of the question."""
    return Mail(
        kind="help_requests.query_reminder",
        subject=_subject(request, _("Kurze Erinnerung: unsere Frage")),
        paragraphs=(
            _("wir warten noch auf Ihre Antwort:"),
            _("„%(text)s“", text=request.query_text),
            _("Ein kurzer Satz genügt. Sie können uns auch einfach anrufen."),
        ),
        action=Action(_("Frage beantworten"), url),
    )


def put_aside(request: HelpRequest, url: str) -> Mail:
    """Tell the requester that the request rests until a click."""
    return Mail(
        kind="help_requests.put_aside",
        subject=_subject(request, _("Wir haben Ihre Anfrage zur Seite gelegt")),
        paragraphs=(
            _("wir haben länger nichts von Ihnen gehört. Deshalb haben wir Ihre Anfrage zur Seite gelegt."),
            _("Das macht nichts: Ein Klick öffnet sie wieder."),
        ),
        action=Action(_("Anfrage wieder öffnen"), url),
    )


def answered(request: HelpRequest, url: str) -> Mail:
    """Give the coordinator's answer, which was all that was needed."""
    return Mail(
        kind="help_requests.answered",
        subject=_subject(request, _("Unsere Antwort auf Ihre Anfrage")),
        paragraphs=(
            _("zu Ihrer Anfrage „%(title)s“ können wir Ihnen gleich antworten:", title=request.title),
            request.answer_text,
            _("Hilft Ihnen das noch nicht? Dann öffnen Sie die Anfrage mit einem Klick wieder."),
        ),
        action=Action(_("Anfrage ansehen"), url),
    )


def referred(request: HelpRequest, url: str) -> Mail:
    """Name the place that can help better."""
    return Mail(
        kind="help_requests.referred",
        subject=_subject(request, _("Hier bekommen Sie Hilfe")),
        paragraphs=(
            _("bei Ihrer Anfrage „%(title)s“ hilft Ihnen eine andere Stelle besser weiter:", title=request.title),
            "\n".join(part for part in (request.referred_to, request.answer_text) if part),
            _("Kommen Sie dort nicht weiter? Dann öffnen Sie die Anfrage mit einem Klick wieder."),
        ),
        action=Action(_("Anfrage ansehen"), url),
    )


def not_for_us(request: HelpRequest, reason: str, url: str) -> Mail:
    """Say kindly that the programme cannot help here, and why."""
    return Mail(
        kind="help_requests.not_for_us",
        subject=_subject(request, _("Zu Ihrer Anfrage")),
        paragraphs=(
            _("danke für Ihr Vertrauen. Bei „%(title)s“ können wir leider nicht helfen.", title=request.title),
            _("Der Grund: %(reason)s", reason=reason),
            *([request.answer_text] if request.answer_text else []),
            _("Haben wir etwas falsch verstanden? Dann rufen Sie uns bitte an."),
        ),
        action=Action(_("Anfrage ansehen"), url),
    )


def nobody_free(request: HelpRequest, url: str) -> Mail:
    """Tell the requester once that nobody fits at the moment."""
    return _told(
        "help_requests.nobody_free",
        request,
        url,
        _("Gerade ist niemand frei"),
        _("im Moment ist niemand frei, der zu Ihrer Anfrage passt. Das tut uns leid."),
        _("Wir merken uns Ihre Anfrage und melden uns, sobald jemand da ist."),
    )


def still_wanted(request: HelpRequest, url: str) -> Mail:
    """Ask whether the waiting request is still wanted; no answer keeps it."""
    return _told(
        "help_requests.still_wanted",
        request,
        url,
        _("Sollen wir weiter suchen?"),
        _("wir haben noch niemanden gefunden, der zu Ihrer Anfrage passt. Wir suchen weiter."),
        _("Hat es sich erledigt? Dann sagen Sie uns das bitte. Sonst müssen Sie nichts tun."),
    )


def hold_over(request: HelpRequest, url: str) -> Mail:
    """Ask on the named date whether the request should go on."""
    return _told(
        "help_requests.hold_over",
        request,
        url,
        _("Soll es weitergehen?"),
        _("so wie vereinbart ruht Ihre Anfrage bis %(day)s.", day=plain_date(request.hold_until)),
        _("Möchten Sie, dass es weitergeht? Ein Klick genügt."),
    )


def split(request: HelpRequest, titles: list[str], url: str) -> Mail:
    """Tell the requester that each of her matters is looked after on its own."""
    return _told(
        "help_requests.split",
        request,
        url,
        _("Wir kümmern uns um jedes Anliegen einzeln"),
        _("in Ihrer Anfrage „%(title)s“ stecken mehrere Anliegen.", title=request.title),
        _("Damit es schneller geht, suchen wir für jedes jemanden:"),
        "\n".join(f"– {title}" for title in titles),
        _("Sie müssen nichts tun. Ein Link zeigt Ihnen, wie es um alle steht."),
    )


def parts_told(request: HelpRequest, parts: Sequence[HelpRequest], url: str) -> Mail:
    """Tell the requester in one mail where each part of her request stands."""
    return _told(
        "help_requests.parts_told",
        request,
        url,
        _("So steht es um Ihre Anliegen"),
        _("es dauert ein wenig länger als gedacht. So steht es im Moment:"),
        "\n".join(f"– {part.title}: {status_sentence(part, now())}" for part in parts),
        _("Hat sich etwas erledigt? Dann sagen Sie uns das bitte. Sonst müssen Sie nichts tun."),
    )


def merged(request: HelpRequest, into: HelpRequest, url: str) -> Mail:
    """Tell the requester that her request goes on together with another one of her organisation."""
    return _told(
        "help_requests.merged",
        request,
        url,
        _("Wir haben zwei Anfragen zusammengelegt"),
        _("aus Ihrem Haus kamen zwei Anfragen zum selben Anliegen."),
        _(
            "Wir machen mit „%(title)s“ weiter. Das hat uns %(person)s geschrieben.",
            title=into.title,
            person=into.contact_name,
        ),
        _("So müssen Sie nichts doppelt erzählen. Der Link zeigt Ihnen weiter, wie es steht."),
        _("Geht es doch um etwas anderes? Dann öffnen Sie Ihre Anfrage mit einem Klick wieder."),
    )


def took_over(request: HelpRequest, other: HelpRequest, url: str) -> Mail:
    """Tell the requester that a second request of her organisation was joined to hers."""
    return _told(
        "help_requests.took_over",
        request,
        url,
        _("Wir haben zwei Anfragen zusammengelegt"),
        _("auch %(person)s aus Ihrem Haus hat uns zum selben Anliegen geschrieben.", person=other.contact_name),
        _("Wir machen mit Ihrer Anfrage „%(title)s“ weiter und fragen nur Sie.", title=request.title),
        _("Sie müssen nichts tun."),
    )


def withdrawn(request: HelpRequest, url: str) -> Mail:
    """Thank somebody who does not need help any more."""
    return _told(
        "help_requests.withdrawn",
        request,
        url,
        _("Danke, dass Sie Bescheid gesagt haben"),
        _("Sie haben Ihre Anfrage zurückgezogen. Wir fragen nun niemanden mehr."),
        _("Brauchen Sie doch noch Hilfe? Ein Klick öffnet die Anfrage wieder."),
    )


def new_link(request: HelpRequest, url: str) -> Mail:
    """Send a fresh link to the status page."""
    return _told(
        "help_requests.new_link",
        request,
        url,
        _("Ihr neuer Link"),
        _("hier ist Ihr neuer Link zu Ihrer Anfrage „%(title)s“.", title=request.title),
        _("Er zeigt Ihnen jederzeit, wie es steht."),
    )


def _told(kind: str, request: HelpRequest, url: str, subject: str, *paragraphs: str) -> Mail:
    return Mail(
        kind=kind,
        subject=_subject(request, subject),
        paragraphs=paragraphs,
        action=Action(_("Stand der Anfrage ansehen"), url),
    )


def _subject(request: HelpRequest, text: str) -> str:
    return f"[{request.case_number}] {text}"
