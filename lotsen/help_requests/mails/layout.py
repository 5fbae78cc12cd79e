"""What all mails about requests share."""

from flask_babel import gettext as _

from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.service import Action, Mail


def letter(kind: str, request: HelpRequest, url: str, about: str, *paragraphs: str) -> Mail:
    return Mail(
        kind=kind,
        subject=subject(request, about),
        paragraphs=paragraphs,
        action=Action(_("Stand der Anfrage ansehen"), url),
    )


def subject(request: HelpRequest, text: str) -> str:
    return f"[{request.case_number}] {text}"
