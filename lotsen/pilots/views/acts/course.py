"""The course of a pilot's work as acts: talk, title, pause, suspension, end."""

from datetime import datetime, time
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lotsen.accounts.queries import who_decides_instead
from lotsen.core.clock import at_local, local_date, now, today
from lotsen.core.forms import read_time
from lotsen.pilots import queries, service
from lotsen.pilots.forms import AwardForm, EndForm, PauseForm, RejectForm, SuspendForm, TalkForm
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, RejectReason, State

from .base import IN_TALKS, WITH_US, Act, by_now, plain

DEFAULT_TALK = time(15, 0)


def _talk_form(pilot: Pilot) -> TalkForm:
    return TalkForm(version=pilot.visit, clock=f"{DEFAULT_TALK:%H:%M}")


def _talk(pilot: Pilot, form: TalkForm, at: datetime) -> None:
    talk_at = at_local(form.day.data, read_time(form.clock.data or "") or DEFAULT_TALK) if form.day.data else None
    service.arrange_talk(pilot, talk_at, **by_now(at))


def _award_form(pilot: Pilot) -> AwardForm:
    planned = local_date(pilot.talk_at) if pilot.talk_at is not None and pilot.talk_at <= now() else None
    form = AwardForm(
        version=pilot.visit,
        talk_held_on=pilot.talk_held_on or planned,
        duties_signed_on=pilot.duties_signed_on,
        cover_explained=pilot.cover_explained,
        ceremony_on=pilot.ceremony_on,
    )
    if pilot.user_id != current_user.id or who_decides_instead(pilot.user_id):
        del form.own_case_reason
    return form


def _award(pilot: Pilot, form: AwardForm, at: datetime) -> None:
    service.record_conditions(
        pilot,
        talk_held_on=form.talk_held_on.data,
        duties_signed_on=form.duties_signed_on.data,
        cover_explained=form.cover_explained.data,
        **by_now(at),
    )
    service.set_ceremony(pilot, form.ceremony_on.data, **by_now(at))
    if request.form.get("then") != "keep":
        reason = form.own_case_reason.data if form.own_case_reason else ""
        service.award(pilot, own_case_reason=reason or "", **by_now(at))


def _reject_form(pilot: Pilot) -> RejectForm:
    form = RejectForm(version=pilot.visit)
    form.reason.choices = [(reason.value, queries.reject_reason_label(reason)) for reason in RejectReason]
    return form


def _pause_form(pilot: Pilot) -> PauseForm:
    start = pilot.pause_from or today()
    return PauseForm(version=pilot.visit, start=max(start, today()), until=pilot.paused_until)


def _pause(pilot: Pilot, form: PauseForm, at: datetime) -> None:
    service.pause(pilot, form.start.data or today(), form.until.data, **by_now(at))


def _end_form(pilot: Pilot) -> EndForm:
    form = EndForm(version=pilot.visit)
    form.reason.choices = [(reason.value, queries.end_reason_label(reason)) for reason in EndReason]
    return form


def _end(pilot: Pilot, form: EndForm, at: datetime) -> None:
    service.end(pilot, EndReason(form.reason.data), thank=form.thank.data, **by_now(at))


def _after_a_death(pilot: Pilot, form: EndForm) -> list[Any]:
    if form.reason.data != EndReason.DECEASED:
        return []
    return [
        _l("Keine E-Mail geht mehr hinaus, auch keine, die schon wartet. Alle Links und der Zugang gelten nicht mehr."),
        _l("Für jede laufende Begleitung wird jemand gesucht, der sie weiterführt. Die Organisation erfährt davon."),
        _l("Wo die Person Ansprechperson einer Organisation ist, wird jemand anderes gesucht."),
        _l("Auf der Seite der Person können Sie den Eintrag zurücknehmen, wenn er ein Irrtum war."),
    ]


def _rests_or_will(pilot: Pilot) -> bool:
    return pilot.state is State.PAUSED or pilot.pause_from is not None


_PAUSE = Act(
    "pause",
    _l("Pause"),
    _l("In der Pause wird niemand gefragt. Was schon läuft, bleibt, wie es verabredet ist. Ein Grund ist nicht nötig."),
    _l("Pause eintragen"),
    _l("Die Pause ist eingetragen."),
    WITH_US,
    _pause_form,
    _pause,
    to=State.PAUSED,
)
_BACK = Act(
    "wieder-da",
    _l("Wieder dabei"),
    _l("Die Pause endet jetzt. Eine angekündigte Pause ist damit abgesagt."),
    _l("Pause beenden"),
    _l("Die Pause ist beendet."),
    WITH_US,
    plain,
    lambda pilot, form, at: service.resume(pilot, **by_now(at)),
    to=State.AWARDED,
    fits=_rests_or_will,
)
_WITHDRAW = Act(
    "zurueckziehen",
    _l("Bewerbung zurückziehen"),
    _l("Die Bewerbung wird nicht weiter bearbeitet. Eine neue Bewerbung ist jederzeit möglich."),
    _l("Bewerbung zurückziehen"),
    _l("Die Bewerbung ist zurückgezogen."),
    IN_TALKS,
    plain,
    lambda pilot, form, at: service.withdraw(pilot, **by_now(at)),
    to=State.WITHDRAWN,
)

STAFF = (
    Act(
        "absenden",
        _l("Bewerbung abschließen"),
        _l("Nur, wenn Sie mit der Person gesprochen haben. Sie bekommt dann eine Bestätigung."),
        _l("Bewerbung abschließen"),
        _l("Die Bewerbung ist abgesendet."),
        frozenset({State.DRAFT}),
        plain,
        lambda pilot, form, at: service.submit_after_call(pilot, **by_now(at)),
        to=State.SUBMITTED,
        fits=service.needs_no_link,
        style="primary",
    ),
    Act(
        "gespraech",
        _l("Gespräch verabreden"),
        _l("Die Person bekommt den Termin per E-Mail. Ohne Tag erinnern wir Sie nach einiger Zeit."),
        _l("Termin eintragen"),
        _l("Das Gespräch ist eingetragen."),
        frozenset({State.SUBMITTED, State.INTERVIEW, State.ENDED}),
        _talk_form,
        _talk,
        to=State.INTERVIEW,
        fits=lambda pilot: pilot.anonymised_at is None and not pilot.has_died,
        style="primary",
    ),
    Act(
        "irrtum",
        _l("Irrtum: Die Person lebt"),
        _l("Zugang und E-Mails gelten wieder, auch als Ansprechperson. Der Titel folgt nach einem neuen Gespräch."),
        _l("Eintrag zurücknehmen"),
        _l("Der Eintrag ist zurückgenommen. Rufen Sie die Person bitte an."),
        frozenset({State.ENDED}),
        plain,
        lambda pilot, form, at: service.arrange_talk(pilot, None, **by_now(at)),
        to=State.INTERVIEW,
        fits=lambda pilot: pilot.anonymised_at is None and pilot.has_died,
    ),
    Act(
        "titel",
        _l("Titel verleihen"),
        _l("Alle Angaben werden gespeichert. Verliehen wird erst, wenn nichts mehr fehlt."),
        _l("Titel verleihen"),
        _l("Der Titel ist verliehen."),
        frozenset({State.INTERVIEW}),
        _award_form,
        _award,
        to=State.AWARDED,
        style="primary",
        by_others=True,
        or_alone=True,
    ),
    Act(
        "nicht-aufnehmen",
        _l("Nicht aufnehmen"),
        _l("Sagen Sie es der Person am Telefon. Es geht keine E-Mail hinaus."),
        _l("Nicht aufnehmen"),
        _l("Die Bewerbung ist abgeschlossen."),
        IN_TALKS,
        _reject_form,
        lambda pilot, form, at: service.reject(pilot, RejectReason(form.reason.data), **by_now(at)),
        to=State.REJECTED,
    ),
    _WITHDRAW,
    _PAUSE,
    _BACK,
    Act(
        "sperren",
        _l("Sofort sperren"),
        _l("Ab sofort wird die Person nicht mehr gefragt und nicht mehr vorgeschlagen. Rufen Sie sie an."),
        _l("Sofort sperren"),
        _l("Die Person ist gesperrt."),
        WITH_US,
        lambda pilot: SuspendForm(version=pilot.visit),
        lambda pilot, form, at: service.suspend(pilot, form.reason.data, **by_now(at)),
        to=State.SUSPENDED,
    ),
    Act(
        "freigeben",
        _l("Sperre aufheben"),
        _l("Die Person kann wieder gefragt werden."),
        _l("Sperre aufheben"),
        _l("Die Sperre ist aufgehoben."),
        frozenset({State.SUSPENDED}),
        plain,
        lambda pilot, form, at: service.reinstate(pilot, **by_now(at)),
        to=State.AWARDED,
        style="primary",
    ),
    Act(
        "beenden",
        _l("Beenden"),
        _l("Die Person gehört danach nicht mehr zum Kreis. Ist sie verstorben, geht keine Nachricht mehr hinaus."),
        _l("Beenden"),
        _l("Eingetragen."),
        WITH_US | {State.SUSPENDED},
        _end_form,
        _end,
        to=State.ENDED,
        ask_again=_after_a_death,
    ),
)
OWN = (
    _PAUSE,
    _BACK,
    Act(
        "aufhoeren",
        _l("Aufhören"),
        _l("Möchten Sie nicht mehr mitmachen? Wir rufen Sie an und klären, was noch läuft. Eine Pause geht auch."),
        _l("Ich möchte aufhören"),
        _l("Danke für die Nachricht. Wir melden uns bei Ihnen."),
        WITH_US,
        plain,
        lambda pilot, form, at: service.wish_to_end(pilot, **by_now(at)),
        fits=lambda pilot: pilot.wishes_to_end_at is None,
    ),
    _WITHDRAW,
)
