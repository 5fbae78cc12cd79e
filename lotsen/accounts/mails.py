"""Mails about one's own account."""

from flask_babel import gettext as _
from flask_babel import ngettext

from lotsen.core.access import ROLE_LABELS, Role
from lotsen.core.web import link
from lotsen.municipality.queries import town
from lotsen.outbox.service import Action, Mail


def confirm_address(token: str) -> Mail:
    """Somebody registered: is it you?"""
    return Mail(
        kind="accounts.confirm_address",
        subject=_("Bitte bestätigen Sie Ihre E-Mail-Adresse"),
        paragraphs=(
            _("jemand hat sich mit dieser Adresse bei den %(programme)s angemeldet.", programme=town().programme),
            _("Waren Sie das? Dann bestätigen Sie bitte Ihre Adresse. Der Link gilt 48 Stunden."),
            _("Wenn Sie es nicht waren, müssen Sie nichts tun. Wir schreiben Ihnen dann nicht mehr."),
        ),
        action=Action(_("Adresse bestätigen"), link("accounts.confirm", token=token)),
    )


def confirm_known(token: str) -> Mail:
    """Somebody registered with an address that has an account already: is it you?"""
    return Mail(
        kind="accounts.confirm_known",
        subject=_("Sie haben schon ein Konto"),
        paragraphs=(
            _(
                "jemand hat sich mit dieser Adresse bei den %(programme)s angemeldet. "
                "Unter dieser Adresse haben Sie schon ein Konto.",
                programme=town().programme,
            ),
            _("Waren Sie das? Dann bestätigen Sie bitte die Anmeldung. Der Link gilt 48 Stunden."),
            _("Wenn Sie es nicht waren, müssen Sie nichts tun. Ihr Konto bleibt, wie es ist."),
        ),
        action=Action(_("Anmeldung bestätigen"), link("accounts.confirm", token=token)),
    )


def already_known() -> Mail:
    """Somebody wanted an account for an address that has one."""
    return Mail(
        kind="accounts.already_known",
        subject=_("Sie haben schon ein Konto"),
        paragraphs=(
            _(
                "jemand wollte mit dieser Adresse ein Konto bei den %(programme)s anlegen. Sie haben schon eines.",
                programme=town().programme,
            ),
            _("Melden Sie sich einfach an. Passwort vergessen? Auf der Seite können Sie ein neues wählen."),
            _("Wenn Sie es nicht waren, müssen Sie nichts tun. Ihr Konto bleibt, wie es ist."),
        ),
        action=Action(_("Zur Anmeldung"), link("accounts.login")),
    )


def choose_password(token: str) -> Mail:
    """An account without a password may get one."""
    return Mail(
        kind="accounts.choose_password",
        subject=_("Wählen Sie ein Passwort für Ihr Konto"),
        paragraphs=(
            _(
                "wir kennen diese Adresse schon. Mit einem Passwort können Sie sich anmelden. "
                "Dann sehen Sie alles auf einer Seite."
            ),
            _("Der Link gilt eine Stunde und nur einmal."),
            _("Sie können auch ohne Passwort alles über die Links in unseren E-Mails erledigen."),
        ),
        action=Action(_("Passwort wählen"), link("accounts.reset", token=token)),
    )


def reset_password(token: str) -> Mail:
    """The link for a new password."""
    return Mail(
        kind="accounts.reset_password",
        subject=_("Neues Passwort wählen"),
        paragraphs=(
            _("jemand möchte für Ihr Konto ein neues Passwort wählen."),
            _("Waren Sie das? Dann wählen Sie hier ein neues. Der Link gilt eine Stunde und nur einmal."),
            _("Wenn Sie es nicht waren, müssen Sie nichts tun. Ihr Passwort bleibt, wie es ist."),
        ),
        action=Action(_("Neues Passwort wählen"), link("accounts.reset", token=token)),
    )


def password_changed() -> Mail:
    """The password was changed."""
    settings = town()
    return Mail(
        kind="accounts.password_changed",
        subject=_("Ihr Passwort wurde geändert"),
        paragraphs=(
            _("Ihr Passwort wurde gerade geändert. Auf allen anderen Geräten sind Sie abgemeldet."),
            _(
                "Wenn Sie das nicht waren, wählen Sie bitte gleich ein neues Passwort. "
                "Oder rufen Sie uns an: %(phone)s.",
                phone=settings.phone,
            ),
        ),
        action=Action(_("Neues Passwort wählen"), link("accounts.forgot")),
    )


def confirm_new_address(token: str) -> Mail:
    """To the new address: is it yours?"""
    return Mail(
        kind="accounts.confirm_new_address",
        subject=_("Bitte bestätigen Sie Ihre neue E-Mail-Adresse"),
        paragraphs=(
            _("Sie möchten, dass wir Ihnen künftig an diese Adresse schreiben."),
            _("Bitte bestätigen Sie das. Der Link gilt 48 Stunden. Bis dahin gilt Ihre bisherige Adresse."),
        ),
        action=Action(_("Neue Adresse bestätigen"), link("accounts.confirm_address", token=token)),
    )


def address_change_asked(new: str) -> Mail:
    """To the old address: somebody wants to change it."""
    return Mail(
        kind="accounts.address_change_asked",
        subject=_("Ihre E-Mail-Adresse soll geändert werden"),
        paragraphs=(
            _("in Ihrem Konto steht eine neue E-Mail-Adresse: %(new)s.", new=new),
            _("Sie gilt erst, wenn sie bestätigt ist."),
            _("Waren Sie das nicht? Dann wählen Sie bitte gleich ein neues Passwort. Ihre Adresse bleibt dann."),
        ),
        action=Action(_("Neues Passwort wählen"), link("accounts.forgot")),
    )


def address_changed(new: str) -> Mail:
    """To the old address: it was changed."""
    return Mail(
        kind="accounts.address_changed",
        subject=_("Ihre E-Mail-Adresse wurde geändert"),
        paragraphs=(
            _("wir schreiben Ihnen ab jetzt an diese Adresse: %(new)s.", new=new),
            _("Wenn Sie das nicht waren, rufen Sie uns bitte gleich an: %(phone)s.", phone=town().phone),
        ),
    )


def two_steps_on() -> Mail:
    """The log-in has a second step from now on."""
    return Mail(
        kind="accounts.two_steps_on",
        subject=_("Ihre Anmeldung hat jetzt zwei Schritte"),
        paragraphs=(
            _("Sie melden sich ab jetzt mit Ihrem Passwort und einem Code aus Ihrer App an."),
            _("Waren Sie das nicht? Dann rufen Sie uns bitte gleich an: %(phone)s.", phone=town().phone),
        ),
        action=Action(_("Mein Konto ansehen"), link("accounts.two_steps")),
    )


def two_steps_removed(own: bool) -> Mail:
    """The log-in has one step again: the person did it, or the administrator."""
    sentence = (
        _("Sie haben den Code aus der App für Ihre Anmeldung ausgeschaltet.")
        if own
        else _("Sie brauchen für Ihre Anmeldung keinen Code aus der App mehr. Die Verwaltung hat ihn zurückgesetzt.")
    )
    return Mail(
        kind="accounts.two_steps_removed",
        subject=_("Ihre Anmeldung hat nur noch einen Schritt"),
        paragraphs=(
            sentence,
            _("Richten Sie den Code bitte bald neu ein. So bleibt Ihr Konto gut geschützt."),
            _("Haben Sie nicht darum gebeten? Dann rufen Sie uns bitte gleich an: %(phone)s.", phone=town().phone),
        ),
        action=Action(_("Mein Konto ansehen"), link("accounts.two_steps")),
    )


def recovery_code_used(left: int) -> Mail:
    """Somebody logged in with a recovery code."""
    return Mail(
        kind="accounts.recovery_code_used",
        subject=_("Ein Notfall-Code wurde benutzt"),
        paragraphs=(
            _("jemand hat sich mit einem Ihrer Notfall-Codes angemeldet."),
            ngettext("Sie haben noch einen Notfall-Code.", "Sie haben noch %(num)d Notfall-Codes.", left),
            _("Waren Sie das nicht? Dann rufen Sie uns bitte gleich an: %(phone)s.", phone=town().phone),
        ),
        action=Action(_("Mein Konto ansehen"), link("accounts.two_steps")),
    )


def role_changed(granted: bool, role: Role) -> Mail:
    """The administrator gave or took a role."""
    name = str(ROLE_LABELS[role])
    sentence = (
        _("Sie haben jetzt die Rolle „%(role)s“.", role=name)
        if granted
        else _("Sie haben die Rolle „%(role)s“ nicht mehr.", role=name)
    )
    return Mail(
        kind="accounts.role_changed",
        subject=_("Ihre Rolle hat sich geändert"),
        paragraphs=(
            sentence,
            _("Haben Sie Fragen dazu? Antworten Sie einfach auf diese E-Mail."),
        ),
        action=Action(_("Zur Anmeldung"), link("accounts.login")),
    )


def invited(token: str, role: Role) -> Mail:
    """The administrator made an account for a new colleague."""
    return Mail(
        kind="accounts.invited",
        subject=_("Ihr Zugang zu den %(programme)s", programme=town().programme),
        paragraphs=(
            _("wir haben ein Konto für Sie angelegt. Ihre Rolle ist „%(role)s“.", role=str(ROLE_LABELS[role])),
            _("Bitte wählen Sie ein Passwort. Der Link gilt 48 Stunden und nur einmal."),
        ),
        action=Action(_("Passwort wählen"), link("accounts.reset", token=token)),
    )
