"""Mails to administrators about the installation."""

from flask_babel import gettext as _

from lotsen.core.i18n import plain_datetime
from lotsen.core.web import link
from lotsen.outbox.service import Action, Mail

from .models import Incident
from .queries.words import alarm_remedy, alarm_title


def alarm(incident: Incident) -> Mail:
    """Something is not in order."""
    return Mail(
        kind="admin.alarm",
        subject=_("Störung: %(what)s", what=alarm_title(incident.kind, incident.subject)),
        paragraphs=(
            _("Ihre Hilfe ist gefragt. Das hat Lotsen gerade bemerkt:"),
            f"{alarm_title(incident.kind, incident.subject)}.",
            alarm_remedy(incident.kind),
            _("Sie bekommen zu dieser Störung nur diese E-Mail, und noch eine, wenn sie behoben ist."),
        ),
        action=Action(_("Zustand ansehen"), link("admin.health_page")),
    )


def alarm_over(incident: Incident) -> Mail:
    """It is in order again."""
    return Mail(
        kind="admin.alarm_over",
        subject=_("Behoben: %(what)s", what=alarm_title(incident.kind, incident.subject)),
        paragraphs=(
            _("Sie müssen nichts mehr tun. Diese Störung ist behoben:"),
            f"{alarm_title(incident.kind, incident.subject)}.",
            _("Sie begann: %(when)s", when=plain_datetime(incident.opened_at)),
        ),
        action=Action(_("Zustand ansehen"), link("admin.health_page")),
    )
