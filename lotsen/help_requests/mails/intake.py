"""Getting a request: the button that sends it, what is missing, our question."""

from datetime import date

from flask_babel import gettext as _

from lotsen.core.i18n import plain_date
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.service import Action, Mail

from .layout import letter, subject


def confirm(request: HelpRequest, url: str) -> Mail:
    """Ask for the button that submits the request; the same link shows the status afterwards."""
    return Mail(
        kind="help_requests.confirm",
        subject=subject(request, _("Bitte bestätigen Sie Ihre Anfrage")),
        paragraphs=(
            _("danke für Ihre Anfrage: „%(title)s“.", title=request.title),
            _("Bitte öffnen Sie den Link, und drücken Sie dort auf den Knopf. Dann suchen wir jemanden für Sie."),
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
        subject=subject(request, _("%(name)s möchte Ihnen helfen", name=name)),
        paragraphs=(
            _("%(name)s hat uns erzählt, dass Sie sich Hilfe wünschen. Es geht um:", name=name),
            _("„%(text)s“", text=request.description),
            _("Stimmt das? Dann bestätigen Sie es bitte über den Link. Danach kann es losgehen."),
            _("Sie wissen nichts davon? Dann löschen Sie diese E-Mail einfach."),
        ),
        action=Action(_("Ansehen und bestätigen"), url),
    )


def confirm_reminder(request: HelpRequest, url: str, deleted_on: date) -> Mail:
    """Remind somebody who has not clicked yet; when the draft will be deleted."""
    return Mail(
        kind="help_requests.confirm_reminder",
        subject=subject(request, _("Brauchen Sie noch Hilfe?")),
        paragraphs=(
            _(
                "am %(day)s haben Sie uns geschrieben: „%(title)s“.",
                day=plain_date(request.created_at),
                title=request.title,
            ),
            _("Ihre Anfrage ist noch nicht bei uns. Bitte öffnen Sie den Link, und drücken Sie dort auf den Knopf."),
            _("Hat es sich erledigt? Dann müssen Sie nichts tun."),
            _("Am %(day)s löschen wir Ihre Angaben.", day=plain_date(deleted_on)),
        ),
        action=Action(_("Anfrage absenden"), url),
    )


def brought_reminder(request: HelpRequest, url: str, deleted_on: date) -> Mail:
    """Remind an organisation that has not said yet whether a pilot told us right; it has written nothing itself."""
    name = request.brought_by.public_name if request.brought_by is not None else ""
    return Mail(
        kind="help_requests.brought_reminder",
        subject=subject(request, _("%(name)s möchte Ihnen helfen", name=name)),
        paragraphs=(
            _("am %(day)s haben wir Sie gefragt, ob Sie sich Hilfe wünschen.", day=plain_date(request.created_at)),
            _("%(name)s hat uns davon erzählt. Es geht um:", name=name),
            _("„%(text)s“", text=request.description),
            _("Stimmt das? Dann bestätigen Sie es bitte über den Link. Danach kann es losgehen."),
            _("Möchten Sie das nicht? Dann müssen Sie nichts tun."),
            _("Am %(day)s löschen wir die Angaben.", day=plain_date(deleted_on)),
        ),
        action=Action(_("Ansehen und bestätigen"), url),
    )


def brought_in_vain(request: HelpRequest) -> Mail:
    """Tell the pilot who told us of an organisation that it has confirmed nothing and that nothing comes of it."""
    return Mail(
        kind="help_requests.brought_in_vain",
        subject=subject(request, _("%(name)s hat sich nicht gemeldet", name=request.organisation_name)),
        paragraphs=(
            _(
                "am %(day)s haben Sie uns von „%(name)s“ erzählt. Es ging um:",
                day=plain_date(request.created_at),
                name=request.organisation_name,
            ),
            _("„%(text)s“", text=request.description),
            _("Eine Bestätigung kam nicht. Deshalb geht es damit bei uns nicht weiter, und Sie müssen nichts tun."),
            _("Wünscht man sich dort doch Hilfe? Dann erzählen Sie uns einfach noch einmal davon."),
        ),
    )


def query(request: HelpRequest, url: str) -> Mail:
    """Ask the requester something."""
    return Mail(
        kind="help_requests.query",
        subject=subject(request, _("Wir haben eine Frage")),
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
        subject=subject(request, _("Kurze Erinnerung: unsere Frage")),
        paragraphs=(
            _("wir warten noch auf Ihre Antwort:"),
            _("„%(text)s“", text=request.query_text),
            _("Ein kurzer Satz genügt. Sie können uns auch einfach anrufen."),
        ),
        action=Action(_("Frage beantworten"), url),
    )


def new_link(request: HelpRequest, url: str) -> Mail:
    """Send a fresh link to the status page."""
    return letter(
        "help_requests.new_link",
        request,
        url,
        _("Ihr neuer Link"),
        _("hier ist Ihr neuer Link zu Ihrer Anfrage „%(title)s“.", title=request.title),
        _("Er zeigt Ihnen jederzeit, wie es steht."),
    )
