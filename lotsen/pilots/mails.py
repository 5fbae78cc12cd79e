"""What pilots are written: one function a mail, in the recipient's language."""

from datetime import date, datetime

from flask_babel import gettext as _

from lotsen.core.clock import MORNING, at_local, local_date, today
from lotsen.core.i18n import plain_date, plain_datetime
from lotsen.core.states import due
from lotsen.core.web import link
from lotsen.municipality.queries import town
from lotsen.outbox.service import Action, Mail

from .models import Pilot
from .rules import State, step_of


def _words() -> dict[str, str]:
    settings = town()
    return {"programme": settings.programme, "town": settings.name, "phone": settings.phone}


def send_application(token: str) -> Mail:
    """Somebody applied: with the button behind the link the application is sent, and the address confirmed."""
    return Mail(
        kind="pilots.send_application",
        subject=_("Bitte senden Sie Ihre Bewerbung ab"),
        paragraphs=(
            _("Sie möchten bei den %(programme)s in %(town)s mitmachen. Darüber freuen wir uns.", **_words()),
            _("Bitte öffnen Sie den Link, und drücken Sie dort auf den Knopf. Dann ist Ihre Bewerbung bei uns."),
            _("Der Link gilt 48 Stunden. Waren Sie das nicht? Dann müssen Sie nichts tun."),
        ),
        action=Action(_("Bewerbung absenden"), link("accounts.confirm", token=token, fuer="bewerbung")),
    )


def known_already(pilot: Pilot) -> Mail:
    """Somebody applied with the address of a person who is further already: where she stands; nothing changes."""
    words: tuple[str, ...]
    action: Action | None = Action(_("Mein Profil"), link("pilots.profile"))
    if pilot.state in (State.SUBMITTED, State.INTERVIEW):
        words = (
            _("Ihre Bewerbung bei den %(programme)s in %(town)s ist schon bei uns.", **_words()),
            _("Sie müssen sie nicht noch einmal schicken. Wir melden uns bei Ihnen und verabreden ein Gespräch."),
            _("Möchten Sie etwas nachtragen? In Ihrem Profil geht das jederzeit."),
        )
    elif pilot.state in (State.AWARDED, State.PAUSED):
        words = (
            _("Sie gehören schon zu den %(programme)s in %(town)s. Schön, dass Sie dabei sind!", **_words()),
            _("Sie brauchen sich nicht noch einmal zu bewerben."),
            _("Können Sie etwas Neues? Dann tragen Sie es in Ihr Profil ein."),
        )
    else:
        action = None
        words = (
            _("wir kennen uns schon von den %(programme)s in %(town)s.", **_words()),
            _("Möchten Sie wieder mitmachen? Ein Anruf genügt, dann besprechen wir alles: %(phone)s.", **_words()),
        )
    return Mail(
        kind="pilots.known_already",
        subject=_("Wir kennen Sie schon"),
        paragraphs=(*words, _("Haben Sie gar nichts geschickt? Dann müssen Sie nichts tun.")),
        action=action,
    )


def confirm_reminder(pilot: Pilot, url: str, deleted_on: date) -> Mail:
    """The application still waits for the link; when it will be deleted."""
    return Mail(
        kind="pilots.confirm_reminder",
        subject=_("Ihre Bewerbung wartet noch auf Sie"),
        paragraphs=(
            _("Sie haben angefangen, sich bei den %(programme)s in %(town)s zu bewerben.", **_words()),
            _("Ihre Bewerbung ist noch nicht bei uns. Bitte öffnen Sie den Link, und drücken Sie dort auf den Knopf."),
            _("Möchten Sie nicht mehr? Dann löschen wir die Angaben am %(day)s.", day=plain_date(deleted_on)),
        ),
        action=Action(_("Bewerbung absenden"), url),
    )


def received(pilot: Pilot) -> Mail:
    """Receipt of an application, with what comes next."""
    return Mail(
        kind="pilots.received",
        subject=_("Ihre Bewerbung ist angekommen"),
        paragraphs=(
            _("vielen Dank für Ihre Bewerbung bei den %(programme)s in %(town)s.", **_words()),
            _("Wir lesen sie und rufen Sie an oder schreiben Ihnen. Dann verabreden wir ein Gespräch."),
            _("Wenn Sie mögen, füllen Sie schon Ihr Profil aus. Wir können das auch im Gespräch zusammen tun."),
        ),
        action=Action(_("Profil ausfüllen"), link("pilots.profile")),
    )


def still_reading(pilot: Pilot) -> Mail:
    """The talk is not arranged after some days: say so."""
    return Mail(
        kind="pilots.still_reading",
        subject=_("Ihre Bewerbung: Wir sind noch dran"),
        paragraphs=(
            _("Ihre Bewerbung liegt bei uns. Wir haben noch keinen Termin für das Gespräch gefunden."),
            _("Bitte entschuldigen Sie, dass es dauert. Wir melden uns."),
            _("Es geht schneller, wenn Sie anrufen: %(phone)s.", **_words()),
        ),
    )


def talk_date(pilot: Pilot, talk_at: datetime) -> Mail:
    """When the talk takes place."""
    when = plain_datetime(talk_at)
    return Mail(
        kind="pilots.talk_date",
        subject=_("Unser Gespräch am %(when)s", when=when),
        paragraphs=(
            _("wir freuen uns auf das Gespräch mit Ihnen am %(when)s.", when=when),
            _("Wir sprechen darüber, was Sie gern weitergeben und wie viel Zeit Sie haben."),
            _("Auch Verschwiegenheit und Versicherung erklären wir dann."),
            _("Passt der Termin nicht? Antworten Sie einfach, oder rufen Sie an: %(phone)s.", **_words()),
        ),
    )


def awarded(pilot: Pilot) -> Mail:
    """Congratulations, and what happens next."""
    title, day = title_words(pilot), pilot.ceremony_on
    ahead = day is not None and day >= today()
    return Mail(
        kind="pilots.awarded",
        subject=_("Herzlichen Glückwunsch, Sie sind jetzt %(title)s", title=title),
        paragraphs=(
            _(
                "die Stadt %(town)s hat Ihnen den Titel %(title)s verliehen. Schön, dass Sie dabei sind!",
                **_words(),
                title=title,
            ),
            *([_("Feierlich überreichen wir Ihnen den Titel am %(day)s.", day=plain_date(day))] if ahead else []),
            _("Braucht jemand Hilfe, die zu Ihnen passt? Dann schreiben wir Ihnen und fragen."),
            _("Sie entscheiden jedes Mal selbst. Ein Nein ist immer in Ordnung."),
            _("In Ihrem Profil ändern Sie Themen und Zeiten. Dort können Sie auch eine Pause einlegen."),
        ),
        action=Action(_("Mein Profil"), link("pilots.profile")),
    )


def pause_confirmed(pilot: Pilot, start: date, until: date | None) -> Mail:
    """The pause is noted: from when, until when."""
    begin = _("Ihre Pause gilt ab %(day)s.", day=plain_date(start))
    end = (
        _("Ab %(day)s sind Sie von selbst wieder dabei.", day=plain_date(until))
        if until
        else _("Ein Ende haben Sie nicht genannt. Am %(day)s fragen wir einmal nach.", day=_asked_back_on(start))
    )
    return Mail(
        kind="pilots.pause_confirmed",
        subject=_("Ihre Pause ist notiert"),
        paragraphs=(
            begin,
            end,
            _("In der Pause fragen wir Sie nicht. Was schon läuft, bleibt, wie es verabredet ist."),
        ),
        action=Action(_("Pause ändern"), link("pilots.own", action="pause")),
    )


def _asked_back_on(start: date) -> str:
    asks = due(step_of(State.PAUSED, "ask_back"), Pilot.entity, State.PAUSED, at_local(start, MORNING))
    return plain_date(local_date(asks))


def still_paused(pilot: Pilot, since: date, url: str) -> Mail:
    """An open pause lasts eight weeks: a friendly question, nothing happens without an answer."""
    return Mail(
        kind="pilots.still_paused",
        subject=_("Wie sieht es bei Ihnen aus?"),
        paragraphs=(
            _("Sie machen seit %(day)s Pause. Das ist völlig in Ordnung.", day=plain_date(since)),
            _("Möchten Sie wieder dabei sein? Dann sagen Sie es uns über den Link. Sonst brauchen Sie nichts zu tun."),
        ),
        action=Action(_("Ich bin wieder da"), url),
    )


def still_right(pilot: Pilot, url: str) -> Mail:
    """A year without a sign: is everything still right? Nothing is changed without an answer."""
    return Mail(
        kind="pilots.still_right",
        subject=_("Stimmt noch alles?"),
        paragraphs=(
            _("wir haben lange nichts voneinander gehört. Darum fragen wir einmal nach."),
            _("Stimmen Ihre Themen und Zeiten noch? Dann sagen Sie es uns über den Link."),
            _("Auf derselben Seite kommen Sie zu Ihrem Profil. Dort können Sie alles ändern oder eine Pause einlegen."),
            _("Hören wir nichts, rufen wir Sie in den nächsten Wochen an."),
        ),
        action=Action(_("Alles stimmt noch"), url),
    )


def welcome_back(pilot: Pilot) -> Mail:
    """The pause is over."""
    return Mail(
        kind="pilots.welcome_back",
        subject=_("Willkommen zurück"),
        paragraphs=(
            _("Ihre Pause ist zu Ende. Schön, dass Sie wieder dabei sind."),
            _("Stimmen Ihre Themen und Zeiten noch? Ein kurzer Blick in Ihr Profil genügt."),
        ),
        action=Action(_("Mein Profil"), link("pilots.profile")),
    )


def thanks(pilot: Pilot) -> Mail:
    """Thanks at the end."""
    return Mail(
        kind="pilots.thanks",
        subject=_("Danke für Ihre Zeit"),
        paragraphs=(
            _(
                "Sie haben anderen in %(town)s mit dem Digitalen geholfen. Dafür danken wir Ihnen.",
                **_words(),
            ),
            _("Wir fragen Sie ab jetzt nicht mehr. Ihre Stunden gehen nicht verloren."),
            _("Möchten Sie irgendwann wieder mitmachen? Ein Anruf genügt: %(phone)s.", **_words()),
        ),
    )


def title_words(pilot: Pilot) -> str:
    """The form of the title that the person chose; both when none was chosen."""
    settings = town()
    return {"female": settings.title_female, "male": settings.title_male}.get(pilot.title_form, settings.titles)
