"""Where a request stands, in words: one sentence for the member, one or two words for lists."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.core.clock import calendar, local_date
from lotsen.core.i18n import plain_date
from lotsen.core.states import names_states_of
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import LIVE, RejectReason, State

GIVES_AWAY: dict[str, Any] = {  # what a short text must not say, by the code of the service
    "person": _l("Nehmen Sie Namen, Telefonnummern und E-Mail-Adressen aus dem Kurztext."),
    "someone": _l("Im Kurztext steht wohl ein Name. Nehmen Sie ihn heraus; darf er bleiben, setzen Sie den Haken."),
    "organisation": _l("Die Organisation möchte nicht genannt werden. Nehmen Sie ihren Namen aus dem Kurztext."),
}
REJECT_REASONS: dict[str, Any] = {
    RejectReason.NOT_DIGITAL.value: _l("Das Anliegen hat mit digitalen Dingen wenig zu tun."),
    RejectReason.PAID_WORK.value: _l("Das ist ein Auftrag für einen Fachbetrieb. Wir beraten, setzen aber nicht um."),
    RejectReason.LEGAL_ADVICE.value: _l("Dafür braucht es Rechts- oder Steuerberatung. Die dürfen wir nicht geben."),
    RejectReason.ELSEWHERE.value: _l("Der Ort liegt außerhalb unseres Gebiets."),
    RejectReason.NOT_REACHED.value: _l("Wir haben Sie mehrmals nicht erreicht."),
    RejectReason.OTHER.value: _l("Das können wir mit unseren Freiwilligen nicht leisten."),
}

LABELS: dict[State, Any] = {
    State.DRAFT: _l("noch nicht bestätigt"),
    State.SUBMITTED: _l("zu prüfen"),
    State.QUERY: _l("Rückfrage gestellt"),
    State.ON_HOLD: _l("ruht"),
    State.OPEN: _l("Suche läuft"),
    State.WAITING: _l("niemand frei"),
    State.ASKING: _l("wird gefragt"),
    State.MATCHED: _l("gefunden"),
    State.RUNNING: _l("läuft"),
    State.COMPLETED: _l("abgeschlossen"),
    State.ANSWERED: _l("beantwortet"),
    State.REFERRED: _l("weitergeleitet"),
    State.REJECTED: _l("nicht möglich"),
    State.MERGED: _l("zusammengelegt"),
    State.SPLIT: _l("aufgeteilt"),
    State.WITHDRAWN: _l("zurückgezogen"),
    State.PUT_ASIDE: _l("zur Seite gelegt"),
}

_TONES = {State.SUBMITTED: "warning", State.WAITING: "warning", State.DRAFT: "warning", State.QUERY: "warning"}
_GOOD = frozenset({State.MATCHED, State.RUNNING, State.COMPLETED, State.ANSWERED})


@names_states_of("help_request")
def state_label(state: State) -> str:
    """One or two words for a list."""
    return str(LABELS[state])


def stands_label(request: HelpRequest) -> str:
    """Where a request stands, for a list: also that somebody said yes and the organisation's word is waited for."""
    if request.state is State.ASKING and request.yes_since is not None:
        return _("Zusage da, Organisation am Zug")
    return state_label(request.state)


def state_tone(state: State) -> str:
    """The tone of the badge."""
    return "success" if state in _GOOD else _TONES.get(state, "info")


def reject_reason(code: str) -> str:
    """The reason as a sentence."""
    return str(REJECT_REASONS.get(code, REJECT_REASONS[RejectReason.OTHER.value]))


def status_sentence(request: HelpRequest, at: datetime) -> str:
    """The one plain sentence that tells the member where the request stands, in the language of the page."""
    return _SENTENCES[request.state](request, at)


def _draft(request: HelpRequest, at: datetime) -> str:
    if request.contact_email:
        return _("Sie ist noch nicht abgesendet: Öffnen Sie bitte den Link in unserer E-Mail an Sie.")
    return _("Wir rufen Sie an und nehmen Ihre Anfrage dann auf.")


def _submitted(request: HelpRequest, at: datetime) -> str:
    day = calendar().next_office_day(local_date(request.state_since))
    if day >= local_date(at):
        return _("Ihre Anfrage ist da, und wir sehen sie uns bis %(day)s an.", day=plain_date(day))
    return _("Ihre Anfrage ist da; wir brauchen noch etwas Zeit und melden uns bei Ihnen.")


def _on_hold(request: HelpRequest, at: datetime) -> str:
    if request.hold_until is None:
        return _("Ihre Anfrage ruht, bis Sie uns sagen, dass es weitergehen soll.")
    return _("Ihre Anfrage ruht bis %(day)s, dann fragen wir bei Ihnen nach.", day=plain_date(request.hold_until))


def _asking(request: HelpRequest, at: datetime) -> str:
    if request.yes_since is not None:
        return _("Jemand möchte Ihnen helfen und wartet auf Ihr Ja; der Link dazu steht in unserer Mail.")
    day = request.answer_expected_on
    if day is not None and day >= local_date(at):
        return _(
            "Wir fragen jemanden für Sie; spätestens am %(day)s wissen Sie mehr.",
            day=plain_date(day),
        )
    return _("Wir fragen jemanden für Sie und melden uns, sobald die Antwort da ist.")


def _referred(request: HelpRequest, at: datetime) -> str:
    if request.referred_to:
        return _(
            "Bei Ihrem Anliegen hilft Ihnen diese Stelle weiter: %(where)s.", where=request.referred_to.rstrip(".")
        )
    return _("Bei Ihrem Anliegen hilft Ihnen eine andere Stelle weiter; welche, steht in unserer Nachricht.")


def _rejected(request: HelpRequest, at: datetime) -> str:
    reason = reject_reason(request.reject_reason).rstrip(".")
    return _("Hier können wir leider nicht helfen: %(reason)s.", reason=reason)


def _merged(request: HelpRequest, at: datetime) -> str:
    into = request.merged_into
    if into is not None and into.state not in LIVE:
        return status_sentence(into, at)
    return _("Ihre Anfrage läuft zusammen mit einer zweiten zum selben Anliegen weiter.")


def _fixed(say: Callable[[], str]) -> Callable[[HelpRequest, datetime], str]:
    return lambda request, at: say()


_SENTENCES: dict[State, Callable[[HelpRequest, datetime], str]] = {
    State.DRAFT: _draft,
    State.SUBMITTED: _submitted,
    State.QUERY: _fixed(lambda: _("Wir haben eine Frage an Sie und machen weiter, sobald Sie geantwortet haben.")),
    State.ON_HOLD: _on_hold,
    State.OPEN: _fixed(lambda: _("Wir suchen gerade jemanden, der gut zu Ihrem Anliegen passt.")),
    State.WAITING: _fixed(
        lambda: _("Im Moment ist niemand frei, der zu Ihrem Anliegen passt; wir suchen weiter für Sie.")
    ),
    State.ASKING: _asking,
    State.MATCHED: _fixed(
        lambda: _("Wir haben jemanden für Sie gefunden; die Kontaktdaten haben wir Ihnen geschickt.")
    ),
    State.RUNNING: _fixed(lambda: _("Ihre Begleitung läuft; wenn etwas hakt, melden Sie sich gern bei uns.")),
    State.COMPLETED: _fixed(lambda: _("Ihre Begleitung ist abgeschlossen; wir hoffen, sie hat Ihnen geholfen.")),
    State.ANSWERED: _fixed(lambda: _("Wir haben Ihnen geantwortet; unsere Antwort steht auf dieser Seite.")),
    State.REFERRED: _referred,
    State.REJECTED: _rejected,
    State.MERGED: _merged,
    State.SPLIT: _fixed(lambda: _("Ihre Anfrage enthält mehrere Anliegen; wir suchen für jedes jemanden.")),
    State.WITHDRAWN: _fixed(lambda: _("Sie haben Ihre Anfrage zurückgezogen. Sie können sie wieder öffnen.")),
    State.PUT_ASIDE: _fixed(lambda: _("Ihre Anfrage liegt zur Seite. Sie können sie wieder öffnen.")),
}
