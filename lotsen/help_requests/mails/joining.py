"""Several needs in one request, one need in two."""

from collections.abc import Sequence

from flask_babel import gettext as _

from lotsen.core.clock import now
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import status_sentence
from lotsen.outbox.service import Mail

from .layout import letter


def split(request: HelpRequest, titles: list[str], url: str) -> Mail:
    """Tell the requester that each of her matters is looked after on its own."""
    return letter(
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
    return letter(
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
    return letter(
        "help_requests.merged",
        request,
        url,
        _("Wir haben zwei Anfragen zusammengelegt"),
        _("bei uns kamen zwei Anfragen zu Ihrem Anliegen an."),
        _(
            "Wir machen mit „%(title)s“ weiter. Das hat uns %(person)s geschrieben.",
            title=into.title,
            person=into.contact_name,
        ),
        _("So müssen Sie nichts doppelt erzählen. Der Link zeigt Ihnen weiter, wie es steht."),
        _("Geht es doch um etwas anderes? Über den Link öffnen Sie Ihre Anfrage wieder."),
    )


def took_over(request: HelpRequest, other: HelpRequest, url: str) -> Mail:
    """Tell the requester that a second request of her organisation was joined to hers."""
    return letter(
        "help_requests.took_over",
        request,
        url,
        _("Wir haben zwei Anfragen zusammengelegt"),
        _("auch %(person)s hat uns zum selben Anliegen geschrieben.", person=other.contact_name),
        _("Wir machen mit Ihrer Anfrage „%(title)s“ weiter und fragen nur Sie.", title=request.title),
        _("Sie müssen nichts tun."),
    )
