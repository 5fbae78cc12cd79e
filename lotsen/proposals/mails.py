"""The mails about proposals. The asked pilot reads the short text only, never a person's name."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from lotsen.core.clock import calendar, local_date, now
from lotsen.core.i18n import locale_code, plain_date
from lotsen.core.steps import Step
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import field_names
from lotsen.municipality.queries import deadline, town
from lotsen.organisations.rules import Kind
from lotsen.outbox.service import Action, Mail

from . import queries, rules
from .models import Proposal
from .rules import State


def ask(proposal: Proposal, url: str, answer_by: date | None = None) -> Mail:
    """Ask a pilot: may we bring you together? ``answer_by``: the last day for an answer, where it is said aloud."""
    request = proposal.help_request
    reasons = proposal.reasons.get("pilot", {}).get(locale_code(), [])
    return Mail(
        kind="proposals.ask",
        subject=f"[{request.case_number}] " + _("Können Sie helfen?"),
        paragraphs=(
            _("wir haben eine Anfrage, die zu Ihnen passen könnte."),
            _about(request),
            _("„%(text)s“", text=request.short_text),
            *([_("Warum Sie? %(reasons)s", reasons=" ".join(reasons))] if reasons else []),
            _(
                "Bitte antworten Sie bis %(day)s. Ein Nein ist völlig in Ordnung.",
                day=plain_date(answer_by or _answer_by(request)),
            ),
        ),
        action=Action(_("Ansehen und antworten"), url),
    )


def ask_reminder(proposal: Proposal, url: str, answer_by: date | None = None) -> Mail:
    """Remind a pilot kindly."""
    request = proposal.help_request
    return Mail(
        kind="proposals.ask_reminder",
        subject=f"[{request.case_number}] " + _("Kurze Erinnerung: Können Sie helfen?"),
        paragraphs=(
            _("vor einigen Tagen haben wir Sie gefragt, ob Sie helfen können."),
            _about(request),
            _("„%(text)s“", text=request.short_text),
            _(
                "Wir warten noch bis %(day)s. Passt es gerade nicht? Ein kurzes Nein hilft uns auch.",
                day=plain_date(answer_by or _last_day(State.ASKED, rules.TIMEOUTS[State.ASKED][1:])),
            ),
        ),
        action=Action(_("Ansehen und antworten"), url),
    )


def still_yes(proposal: Proposal, url: str, answer_by: date | None = None) -> Mail:
    """Ask a pilot whether the yes still holds, because the request was changed."""
    request = proposal.help_request
    return Mail(
        kind="proposals.still_yes",
        subject=f"[{request.case_number}] " + _("Es hat sich etwas geändert: Passt es noch?"),
        paragraphs=(
            _("danke noch einmal für Ihr Ja. An der Anfrage hat sich inzwischen etwas geändert."),
            _("„%(text)s“", text=request.short_text),
            _("Das ist neu: %(fields)s.", fields=field_names(proposal.changed)),
            _(
                "Bitte sagen Sie uns bis %(day)s, ob es noch passt.",
                day=plain_date(answer_by or _last_day(State.ASKED)),
            ),
        ),
        action=Action(_("Ansehen und antworten"), url),
    )


def pilot_says_yes(proposal: Proposal, url: str, answer_by: date | None = None) -> Mail:
    """Tell the organisation that somebody would come."""
    request, pilot = proposal.help_request, proposal.pilot
    reasons = queries.what_the_pilot_can_do(proposal, locale_code())
    start = proposal.available_from
    return Mail(
        kind="proposals.pilot_says_yes",
        subject=f"[{request.case_number}] " + _("Wir haben jemanden für Sie gefunden"),
        paragraphs=(
            _("%(name)s möchte Ihnen helfen. Es geht um „%(title)s“.", name=pilot.public_name, title=request.title),
            *([_("Das steht im Profil: „%(headline)s“", headline=pilot.headline)] if pilot.headline else []),
            *(["\n".join([_("Das spricht dafür:"), *(f"– {reason}" for reason in reasons)])] if reasons else []),
            *(_instead_of_the_wish(proposal)),
            *([_("Möglich ist es ab %(day)s.", day=plain_date(start))] if start else []),
            _(
                "Bitte antworten Sie bis %(day)s. So lange halten wir das Angebot für Sie frei.",
                day=plain_date(answer_by or _last_day(State.ACCEPTED, rules.TIMEOUTS[State.ACCEPTED][:2])),
            ),
            _("Sagen Sie Ja? Dann erfahren Sie von uns, wer sich bei wem meldet und bis wann."),
        ),
        action=Action(_("Ansehen und zusagen"), url),
    )


def yes_holds(proposal: Proposal, url: str) -> Mail:
    """Tell the organisation that has read of a yes that it still holds, after a change on either side."""
    request, name, start = proposal.help_request, proposal.pilot.public_name, proposal.available_from
    return Mail(
        kind="proposals.yes_holds",
        subject=f"[{request.case_number}] " + _("Es bleibt beim Ja"),
        paragraphs=(
            _("bei Ihrer Anfrage „%(title)s“ gab es eine Änderung.", title=request.title),
            _("%(name)s möchte Ihnen weiter gern helfen.", name=name),
            *([_("Möglich ist es ab %(day)s.", day=plain_date(start))] if start else []),
            _("Der Link in unserer früheren E-Mail gilt nicht mehr. Bitte nehmen Sie diesen."),
        ),
        action=Action(_("Ansehen und zusagen"), url),
    )


def _instead_of_the_wish(proposal: Proposal) -> list[str]:
    wish, name = proposal.help_request.wished_pilot, proposal.pilot.user.name
    if not wish or rules.likeness(wish, name):
        return []
    if not queries.wished(wish):
        return [
            _("Sie hatten sich „%(wish)s“ gewünscht. Unter diesem Namen kennen wir hier leider niemanden.", wish=wish)
        ]
    return [_("Sie hatten sich „%(wish)s“ gewünscht. Das ging diesmal leider nicht.", wish=wish)]


def confirm_reminder(proposal: Proposal, url: str, answer_by: date | None = None) -> Mail:
    """Remind the organisation that somebody is waiting for its word."""
    request = proposal.help_request
    return Mail(
        kind="proposals.confirm_reminder",
        subject=f"[{request.case_number}] " + _("Kurze Erinnerung: Es wartet jemand auf Ihr Ja"),
        paragraphs=(
            _("%(name)s möchte Ihnen gern helfen und wartet auf Ihre Antwort.", name=proposal.pilot.public_name),
            _(
                "Es geht um „%(title)s“. Bitte antworten Sie bis %(day)s.",
                title=request.title,
                day=plain_date(answer_by or _last_day(State.ACCEPTED, rules.TIMEOUTS[State.ACCEPTED][1:2])),
            ),
            _("Hat sich die Sache erledigt? Dann sagen Sie uns das bitte auf derselben Seite."),
        ),
        action=Action(_("Ansehen und antworten"), url),
    )


def still_waiting(proposal: Proposal) -> Mail:
    """Tell the pilot that the organisation takes its time."""
    return Mail(
        kind="proposals.still_waiting",
        subject=f"[{proposal.help_request.case_number}] " + _("Wir warten noch auf die Antwort"),
        paragraphs=(
            _("Sie haben Ihre Hilfe zugesagt. Vielen Dank dafür!"),
            _("Die Organisation hat sich noch nicht gemeldet. Wir fragen nach und melden uns bei Ihnen."),
        ),
    )


def thanks_for_yes(proposal: Proposal) -> Mail:
    """Thank a pilot who had said yes already, in person: it is not needed after all."""
    return Mail(
        kind="proposals.thanks_for_yes",
        subject=f"[{proposal.help_request.case_number}] " + _("Danke für Ihr Ja"),
        paragraphs=(
            _("Sie hatten schon Ja gesagt. Das war sehr freundlich von Ihnen."),
            _("Nun wird die Hilfe doch nicht gebraucht, jedenfalls im Moment. Das liegt nicht an Ihnen."),
            _("Sie müssen nichts tun. Wir melden uns gern wieder bei Ihnen."),
        ),
    )


def yes_is_gone(proposal: Proposal) -> Mail:
    """Tell the organisation that the pilot who said yes cannot come after all, and that the search goes on."""
    return Mail(
        kind="proposals.yes_is_gone",
        subject=f"[{proposal.help_request.case_number}] " + _("Es ist etwas dazwischengekommen"),
        paragraphs=(
            _("%(name)s kann Ihnen nun leider doch nicht helfen. Das tut uns leid.", name=proposal.pilot.public_name),
            _("Wir suchen gleich weiter und melden uns bei Ihnen. Sie müssen nichts tun."),
        ),
    )


def own_organisation(proposal: Proposal) -> Mail:
    """Tell a pilot who said yes and speaks for the organisation by now that somebody else is asked."""
    request = proposal.help_request
    return Mail(
        kind="proposals.own_organisation",
        subject=f"[{request.case_number}] " + _("Wir fragen jemand anderen"),
        paragraphs=(
            _("Sie hatten Ja gesagt. Vielen Dank dafür!"),
            _("Inzwischen sprechen Sie selbst für %(who)s.", who=request.organisation_name),
            _("Für die eigene Organisation vermitteln wir niemanden. Deshalb fragen wir jemand anderen."),
            _("Sie müssen nichts tun."),
        ),
    )


def thanks_not_needed(proposal: Proposal) -> Mail:
    """Thank a pilot who is not needed this time."""
    return Mail(
        kind="proposals.thanks_not_needed",
        subject=f"[{proposal.help_request.case_number}] " + _("Danke für Ihre Bereitschaft"),
        paragraphs=(
            _("diesmal wird Ihre Hilfe nicht gebraucht. Das hat nichts mit Ihnen zu tun."),
            _("Vielen Dank, dass Sie da sind. Wir melden uns gern wieder."),
        ),
    )


def _about(request: HelpRequest) -> str:
    kinds = {
        Kind.BUSINESS: _("Ein Unternehmen"),
        Kind.CLUB: _("Ein Verein"),
        Kind.INSTITUTION: _("Eine Einrichtung"),
    }
    who = request.organisation_name if request.name_may_be_shown else kinds[request.org_kind]
    if request.postcode == town().postcode:
        return _("%(who)s in %(place)s bittet um Hilfe:", who=who, place=town().name)
    return _("%(who)s (Postleitzahl %(postcode)s) bittet um Hilfe:", who=who, postcode=request.postcode)


def _answer_by(request: HelpRequest) -> date:
    """The last day for an answer; when it is urgent, nobody is reminded and the time is short."""
    if request.urgency == "high":
        return calendar().nth_working_day(_leaves(), town().urgent_days)
    return _last_day(State.ASKED)


def _last_day(state: State, steps: Sequence[Step] = ()) -> date:
    days = sum(deadline(f"proposal.{state.value}.{step.name}", step.after) for step in steps or rules.TIMEOUTS[state])
    return calendar().nth_working_day(_leaves(), days)


def _leaves() -> date:
    """The day on which a mail written now goes out: from then on the time to answer counts."""
    return local_date(calendar().send_time(now() + timedelta(minutes=town().hold_minutes)))
