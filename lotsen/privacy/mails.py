"""Mails of the privacy desk."""

from flask_babel import gettext as _

from lotsen.core.web import link
from lotsen.municipality.queries import town
from lotsen.outbox.service import Action, Mail


def own_data(token: str) -> Mail:
    """The link to everything that is kept about the person."""
    return Mail(
        kind="privacy.own_data",
        subject=_("Ihr Link zu Ihren Daten"),
        paragraphs=(
            _("hinter diesem Link sehen Sie, was wir über Sie gespeichert haben."),
            _("Sie können Ihre Daten dort herunterladen, Ihr Einverständnis zurücknehmen und alles löschen."),
            _("Der Link gilt 48 Stunden. Geben Sie ihn bitte nicht weiter."),
            _("Wenn Sie ihn nicht bestellt haben, müssen Sie nichts tun."),
        ),
        action=Action(_("Meine Daten ansehen"), link("privacy.by_link", token=token)),
    )


def erased() -> Mail:
    """What was kept about the person is gone; the last mail."""
    return Mail(
        kind="privacy.erased",
        subject=_("Ihre Daten sind gelöscht"),
        paragraphs=(
            _("wir haben Ihren Namen, Ihre Kontaktdaten und Ihre Texte gelöscht."),
            _("Links und Anmeldungen gelten nicht mehr."),
            _("Zahlen ohne Namen bleiben, zum Beispiel Stunden. In Sicherungen verschwinden die Daten mit der Zeit."),
            _("Dies ist unsere letzte E-Mail. Fragen beantworten wir gern: %(phone)s.", phone=town().phone),
            _("Danke, dass Sie dabei waren."),
        ),
    )


def barrier(text: str, page: str, contact: str) -> Mail:
    """To the programme's mailbox: somebody could not go on."""
    return Mail(
        kind="privacy.barrier",
        subject=_("Jemand hat eine Barriere gemeldet"),
        paragraphs=(
            _("auf der Seite %(page)s kam jemand nicht weiter.", page=page or _("ohne Angabe")),
            text,
            _("Antwort an: %(contact)s", contact=contact or _("keine gewünscht")),
        ),
        action=Action(_("Ansehen und erledigen"), link("privacy.barriers")),
    )
