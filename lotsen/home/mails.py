"""Mails to the office: the morning's decisions, what lies untouched; and a word to who waits."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from lotsen.core.web import link
from lotsen.outbox.service import Action, Mail

MOST_NAMED = 8


def decisions(choices: Sequence[Action], total: int) -> Mail:
    """On an office day: at most five decisions, each with a link that answers it."""
    more = _("Insgesamt warten %(total)d Aufgaben, das sind die dringendsten.", total=total)
    return Mail(
        kind="home.decisions",
        subject=ngettext("Heute: eine Entscheidung", "Heute: %(num)d Entscheidungen", len(choices)),
        paragraphs=(
            _("das steht heute als Erstes an. Auf der Seite hinter jedem Link entscheiden Sie oder finden alles dazu."),
            *([more] if total > len(choices) else []),
            _("Die Links gelten bis zum Ende des nächsten Bürotags. Bitte leiten Sie diese E-Mail nicht weiter."),
        ),
        choices=tuple(choices),
        action=Action(_("Zu allen Aufgaben"), link("home.start")),
    )


def for_the_deputy(task_titles: Sequence[str], days: int) -> Mail:
    """To whoever stands in: this lies there untouched."""
    return Mail(
        kind="home.for_the_deputy",
        subject=ngettext("Eine Aufgabe liegt seit Tagen", "%(num)d Aufgaben liegen seit Tagen", len(task_titles)),
        paragraphs=(
            _("seit %(days)d Arbeitstagen hat sich hier nichts bewegt:", days=days),
            _listed(task_titles),
            _("Bitte übernehmen Sie, wenn sonst niemand da ist."),
        ),
        action=Action(_("Zu allen Aufgaben"), link("home.start")),
    )


def for_the_administrator(task_titles: Sequence[str], days: int) -> Mail:
    """To the administration: nobody does it, the deputy neither."""
    return Mail(
        kind="home.for_the_administrator",
        subject=ngettext("Eine Aufgabe liegt sehr lange", "%(num)d Aufgaben liegen sehr lange", len(task_titles)),
        paragraphs=(
            _("seit %(days)d Arbeitstagen hat sich in der Koordination hier nichts bewegt:", days=days),
            _listed(task_titles),
            _("Bitte klären Sie, wer sich darum kümmert. Wer auf uns wartet, hat eine Nachricht bekommen."),
            _("Auf der Seite können Sie die Koordination erinnern, eine Vertretung nennen oder selbst einspringen."),
        ),
        action=Action(_("Ansehen, was liegt"), link("home.untouched")),
    )


def please_look(task_titles: Sequence[str], days: int) -> Mail:
    """To who coordinates, sent by the administration: this lies there."""
    return Mail(
        kind="home.please_look",
        subject=ngettext(
            "Bitte schauen Sie auf eine Aufgabe", "Bitte schauen Sie auf %(num)d Aufgaben", len(task_titles)
        ),
        paragraphs=(
            _("seit mindestens %(days)d Arbeitstagen hat sich hier nichts bewegt:", days=days),
            _listed(task_titles),
            _("Schaffen Sie es gerade nicht? Dann antworten Sie kurz, damit jemand einspringen kann."),
        ),
        action=Action(_("Zu allen Aufgaben"), link("home.start")),
    )


def not_forgotten(case_number: str) -> Mail:
    """To who waits, once: it takes longer than it should."""
    subject = _("Wir haben Sie nicht vergessen")
    return Mail(
        kind="home.not_forgotten",
        subject=f"[{case_number}] {subject}" if case_number else subject,
        paragraphs=(
            _("es dauert bei uns gerade länger, als wir möchten. Das tut uns leid."),
            _("Ihr Anliegen liegt bei uns, und wir melden uns. Sie müssen nichts tun."),
        ),
    )


def _listed(titles: Sequence[str]) -> str:
    lines = [f"– {title}" for title in titles[:MOST_NAMED]]
    left = len(titles) - len(lines)
    if left:
        lines.append(ngettext("– und eine weitere", "– und %(num)d weitere", left))
    return "\n".join(lines)
