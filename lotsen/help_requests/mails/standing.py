"""Where a request stands, and how it ends."""

from flask_babel import gettext as _

from lotsen.core.i18n import plain_date
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.service import Action, Mail

from .layout import letter, subject


def still_checking(request: HelpRequest, url: str) -> Mail:
    """Tell the requester that the check takes longer than promised."""
    return letter(
        "help_requests.still_checking",
        request,
        url,
        _("Wir brauchen noch etwas Zeit"),
        _("Ihre Anfrage ist bei uns, aber wir sind noch nicht dazu gekommen. Bitte entschuldigen Sie."),
        _("Sie müssen nichts tun. Wir melden uns, sobald wir sie angesehen haben."),
    )


def still_searching(request: HelpRequest, url: str) -> Mail:
    """Tell the requester that the search goes on."""
    return letter(
        "help_requests.still_searching",
        request,
        url,
        _("Wir suchen noch für Sie"),
        _("wir haben noch niemanden gefunden, der gut zu Ihrer Anfrage passt. Wir suchen weiter."),
        _("Hat es sich erledigt? Dann sagen Sie uns das bitte. Sonst müssen Sie nichts tun."),
    )


def put_aside(request: HelpRequest, url: str) -> Mail:
    """Tell the requester that the request rests until a click."""
    return Mail(
        kind="help_requests.put_aside",
        subject=subject(request, _("Wir haben Ihre Anfrage zur Seite gelegt")),
        paragraphs=(
            _("wir haben länger nichts von Ihnen gehört. Deshalb haben wir Ihre Anfrage zur Seite gelegt."),
            _("Das macht nichts: Über den Link öffnen Sie sie wieder."),
        ),
        action=Action(_("Anfrage wieder öffnen"), url),
    )


def answered(request: HelpRequest, url: str) -> Mail:
    """Give the coordinator's answer, which was all that was needed."""
    return Mail(
        kind="help_requests.answered",
        subject=subject(request, _("Unsere Antwort auf Ihre Anfrage")),
        paragraphs=(
            _("zu Ihrer Anfrage „%(title)s“ können wir Ihnen gleich antworten:", title=request.title),
            request.answer_text,
            _("Hilft Ihnen das noch nicht? Über den Link öffnen Sie die Anfrage wieder."),
        ),
        action=Action(_("Anfrage ansehen"), url),
    )


def referred(request: HelpRequest, url: str) -> Mail:
    """Name the place that can help better."""
    return Mail(
        kind="help_requests.referred",
        subject=subject(request, _("Hier bekommen Sie Hilfe")),
        paragraphs=(
            _("bei Ihrer Anfrage „%(title)s“ hilft Ihnen eine andere Stelle besser weiter:", title=request.title),
            "\n".join(part for part in (request.referred_to, request.answer_text) if part),
            _("Kommen Sie dort nicht weiter? Über den Link öffnen Sie die Anfrage wieder."),
        ),
        action=Action(_("Anfrage ansehen"), url),
    )


def not_for_us(request: HelpRequest, reason: str, url: str) -> Mail:
    """Say kindly that the programme cannot help here, and why."""
    return Mail(
        kind="help_requests.not_for_us",
        subject=subject(request, _("Zu Ihrer Anfrage")),
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
    return letter(
        "help_requests.nobody_free",
        request,
        url,
        _("Gerade ist niemand frei"),
        _("im Moment ist niemand frei, der zu Ihrer Anfrage passt. Das tut uns leid."),
        _("Wir merken uns Ihre Anfrage und melden uns, sobald jemand da ist."),
    )


def still_wanted(request: HelpRequest, url: str) -> Mail:
    """Ask whether the waiting request is still wanted; no answer keeps it."""
    return letter(
        "help_requests.still_wanted",
        request,
        url,
        _("Sollen wir weiter suchen?"),
        _("wir haben noch niemanden gefunden, der zu Ihrer Anfrage passt. Wir suchen weiter."),
        _("Hat es sich erledigt? Dann sagen Sie uns das bitte. Sonst müssen Sie nichts tun."),
    )


def hold_over(request: HelpRequest, url: str) -> Mail:
    """Ask on the named date whether the request should go on."""
    return letter(
        "help_requests.hold_over",
        request,
        url,
        _("Soll es weitergehen?"),
        _("so wie vereinbart ruht Ihre Anfrage bis %(day)s.", day=plain_date(request.hold_until)),
        _("Möchten Sie, dass es weitergeht? Dann sagen Sie es uns über den Link."),
    )


def withdrawn(request: HelpRequest, url: str) -> Mail:
    """Thank somebody who does not need help any more."""
    return letter(
        "help_requests.withdrawn",
        request,
        url,
        _("Danke, dass Sie Bescheid gesagt haben"),
        _("Sie haben Ihre Anfrage zurückgezogen. Wir fragen nun niemanden mehr."),
        _("Brauchen Sie doch noch Hilfe? Über den Link öffnen Sie die Anfrage wieder."),
    )
