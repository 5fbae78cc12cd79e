"""The questions after the start, and the thanks at the end. One question a mail, answered through its link."""

from collections.abc import Sequence

from flask_babel import gettext as _

from lotsen.core.i18n import plain_datetime
from lotsen.engagements.models import Engagement
from lotsen.engagements.queries import contact, other_side
from lotsen.engagements.rules import Side
from lotsen.outbox.service import Action, Mail

from .models import FollowUp
from .queries import what_it_is_about
from .rules import Answer


def date_agreed(followup: FollowUp, url: str) -> Mail:
    """Ask one side whether they have a date."""
    if followup.side is Side.PILOT:
        line = _("haben Sie %(who)s schon erreicht und einen Termin ausgemacht?", who=_them(followup))
    else:
        line = _("hat sich %(who)s schon bei Ihnen gemeldet? Gibt es einen Termin?", who=_them(followup))
    return Mail(
        kind="followups.date_agreed",
        subject=_subject(followup.engagement, _("Haben Sie einen Termin?")),
        paragraphs=(line, _("Über den Link tragen Sie den Termin ein, oder Sie sagen uns, wie es steht.")),
        action=Action(_("Termin eintragen oder antworten"), url),
    )


def how_was_it(followup: FollowUp, url: str) -> Mail:
    """Ask one side how the meeting was; the pilot may log hours on the same page."""
    meeting = plain_datetime(followup.engagement.meeting_at)
    first = _("Sie und %(who)s wollten sich treffen: am %(day)s.", who=_them(followup), day=meeting)
    pilot = followup.side is Side.PILOT
    return Mail(
        kind="followups.how_was_it",
        subject=_subject(followup.engagement, _("Wie war es?")),
        paragraphs=(
            first,
            _("Passt es mit Ihnen beiden? Dann schreiben Sie uns bitte Ihr Ziel und Ihre Stunden.")
            if pilot
            else _("Passt es mit Ihnen beiden? Antworten Sie bitte über den Link. Wenn nicht, kümmern wir uns darum."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def monthly(followups: Sequence[FollowUp], url: str) -> Mail:
    """Ask a pilot once a month about all running cases, with hours."""
    return Mail(
        kind="followups.monthly",
        subject=_subject(followups[0].engagement, _("Wie läuft es? Ihre Stunden in diesem Monat")),
        paragraphs=(
            _("läuft alles gut? Bitte antworten Sie kurz und tragen Sie Ihre Stunden ein."),
            *(_("%(who)s: %(title)s", who=_them(row), title=row.engagement.help_request.title) for row in followups),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def monthly_member(followup: FollowUp, url: str) -> Mail:
    """Ask the organisation how it goes, because the pilot was silent."""
    return Mail(
        kind="followups.monthly_member",
        subject=_subject(followup.engagement, _("Wie läuft es?")),
        paragraphs=(
            _("wie läuft es mit %(who)s?", who=_them(followup)),
            *what_it_is_about(followup),
            _("Bitte wählen Sie über den Link eine Antwort. Wenn etwas hakt, helfen wir."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def feedback(followup: FollowUp, url: str) -> Mail:
    """Ask one side whether it is done, and for a word at the end; the pilot for the hours too."""
    pilot = followup.side is Side.PILOT
    return Mail(
        kind="followups.feedback",
        subject=_subject(followup.engagement, _("Ist es geschafft?")),
        paragraphs=(
            _("ist es geschafft?"),
            *what_it_is_about(followup),
            _("Bitte tragen Sie Ihre Stunden ein und sagen Sie uns kurz, wie es war.")
            if pilot
            else _("Was hat es Ihnen gebracht? Ihren Dank geben wir gern an %(who)s weiter.", who=_them(followup)),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def feedback_reminder(followup: FollowUp, url: str) -> Mail:
    """Remind one side of its word at the end, once."""
    return Mail(
        kind="followups.feedback_reminder",
        subject=_subject(followup.engagement, _("Kurze Erinnerung: Ist es geschafft?")),
        paragraphs=(
            _("wir würden gern noch von Ihnen hören, ob es geschafft ist."),
            *what_it_is_about(followup),
            _("Es sind nur wenige Fragen."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def still_in_use(followup: FollowUp, url: str) -> Mail:
    """Ask the organisation, some weeks later, what lasted."""
    return Mail(
        kind="followups.still_in_use",
        subject=_subject(followup.engagement, _("Nutzen Sie es noch?")),
        paragraphs=(
            _("vor einigen Wochen wurden Sie fertig. Was ist daraus geworden?"),
            *what_it_is_about(followup),
            _("Nutzen Sie noch, was dabei entstanden ist? Oder hakt etwas? Ihre Antwort geben wir gern weiter."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def still_in_use_reminder(followup: FollowUp, url: str) -> Mail:
    """Ask once more what lasted."""
    return Mail(
        kind="followups.still_in_use_reminder",
        subject=_subject(followup.engagement, _("Kurze Erinnerung: Nutzen Sie es noch?")),
        paragraphs=(
            _("nutzen Sie noch, was Sie und %(who)s geschafft haben?", who=_them(followup)),
            *what_it_is_about(followup),
            _("Bitte wählen Sie über den Link eine Antwort. Danach fragen wir nicht noch einmal."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def late_thanks(engagement: Engagement, answer: Answer, praise: Sequence[str], url: str) -> Mail:
    """Tell the pilot what lasted. ``praise``: what the organisation wrote at the end, and what it writes now."""
    then, now = praise
    who = engagement.help_request.organisation_name
    lines = {
        Answer.YES: _("%(who)s nutzt noch, was Sie zusammen geschafft haben. Vielen Dank!", who=who),
        Answer.STUCK: _("%(who)s nutzt es noch, aber etwas hakt. Wir sprechen Sie darauf an.", who=who),
        Answer.NO: _(
            "%(who)s hat geantwortet: Es wird gerade nicht genutzt. Ihre Hilfe war trotzdem viel wert.", who=who
        ),
    }
    return Mail(
        kind="followups.late_thanks",
        subject=_subject(engagement, _("Das ist daraus geworden")),
        paragraphs=(
            _("vor einigen Wochen haben Sie geholfen. Das ist daraus geworden:"),
            lines[answer],
            *([_("Jetzt steht dabei: „%(text)s“", text=now)] if now else []),
            *([_("Am Ende der Begleitung stand da: „%(text)s“", text=then)] if then else []),
        ),
        action=Action(_("Zur Begleitung"), url),
    )


def pause_over(followup: FollowUp, url: str) -> Mail:
    """Ask whoever paused whether it can go on."""
    return Mail(
        kind="followups.pause_over",
        subject=_subject(followup.engagement, _("Kann es weitergehen?")),
        paragraphs=(
            _("Ihre Begleitung mit %(who)s macht gerade Pause.", who=_them(followup)),
            _("Kann es weitergehen? Über den Link können Sie die Pause beenden oder verlängern."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def pilot_rests(followups: Sequence[FollowUp], url: str) -> Mail:
    """Ask a pilot who rests about each of the cases, with one mail."""
    return Mail(
        kind="followups.pilot_rests",
        subject=_subject(followups[0].engagement, _("Was wird in Ihrer Pause aus Ihren Begleitungen?")),
        paragraphs=(
            _("Sie machen Pause, das ist in Ordnung. Was wird so lange aus diesen Begleitungen?"),
            *(_("%(who)s: %(title)s", who=_them(row), title=row.engagement.help_request.title) for row in followups),
            _("Sagen Sie zu jeder kurz: Sie geht weiter, macht Pause, oder jemand anderes übernimmt."),
        ),
        action=Action(_("Kurz antworten"), url),
    )


def praise(engagement: Engagement, words: str, url: str) -> Mail:
    """Pass the organisation's thanks on to the pilot when no later answer brought them along."""
    return Mail(
        kind="followups.praise",
        subject=_subject(engagement, _("Danke, das kam an")),
        paragraphs=(
            _("Ihre Hilfe ist gut angekommen. %(who)s schreibt:", who=engagement.help_request.organisation_name),
            _("„%(text)s“", text=words),
            _("Auch wir sagen Danke."),
        ),
        action=Action(_("Zur Begleitung"), url),
    )


def _subject(engagement: Engagement, words: str) -> str:
    return f"[{engagement.help_request.case_number}] {words}"


def _them(followup: FollowUp) -> str:
    other = contact(followup.engagement, other_side(followup.side))
    return (
        _("%(name)s (%(organisation)s)", name=other.name, organisation=other.organisation)
        if other.organisation
        else other.name
    )
