"""States and reasons as people say them."""

from flask_babel import gettext as _

from lotsen.core.states import names_states_of
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, RejectReason, State
from lotsen.skills.queries import label

STATE_TONES = {
    State.SUBMITTED: "warning",
    State.INTERVIEW: "warning",
    State.AWARDED: "success",
    State.SUSPENDED: "danger",
}


@names_states_of("pilot")
def state_label(state: State) -> str:
    """Where a pilot stands, in words."""
    return {
        State.DRAFT: _("E-Mail noch nicht bestätigt"),
        State.SUBMITTED: _("Bewerbung neu"),
        State.INTERVIEW: _("im Gespräch"),
        State.AWARDED: _("dabei"),
        State.PAUSED: _("macht Pause"),
        State.SUSPENDED: _("gesperrt"),
        State.ENDED: _("nicht mehr dabei"),
        State.REJECTED: _("nicht aufgenommen"),
        State.WITHDRAWN: _("Bewerbung zurückgezogen"),
    }[state]


def stands_label(pilot: Pilot) -> str:
    """Where this pilot stands, in words; of somebody who has died the page says so."""
    return _("verstorben") if pilot.has_died else state_label(pilot.state)


def reject_reason_label(reason: str) -> str:
    """Why an application was not taken up."""
    return {
        RejectReason.NO_FIELD: _("Kein Thema, das hier gebraucht wird"),
        RejectReason.SELLS: _("Möchte vor allem verkaufen"),
        RejectReason.NOT_REACHED: _("Mehrmals nicht erreicht"),
        RejectReason.CONDITIONS: _("Möchte die Pflichten nicht übernehmen"),
        RejectReason.OTHER: _("Anderer Grund"),
    }[RejectReason(reason)]


def end_reason_label(reason: str) -> str:
    """Why the work ended."""
    return {
        EndReason.WISH: _("Auf eigenen Wunsch"),
        EndReason.MOVED: _("Weggezogen"),
        EndReason.DECEASED: _("Verstorben"),
        EndReason.TITLE_WITHDRAWN: _("Titel entzogen"),
    }[EndReason(reason)]


def block_label(reason: str) -> str:
    """Why a pilot is not proposed to an organisation."""
    return {
        "refused": _("die Organisation wollte jemand anderen"),
        "conflict": _("es gibt einen Interessenkonflikt"),
        "not_this_organisation": _("nicht mit dieser Organisation"),
        "own_wish": _("eigener Wunsch"),
    }.get(reason, _("anderer Grund"))


def missing_label(code: str) -> str:
    """What the award still needs."""
    return {
        "talk": _("Es ist nicht eingetragen, wann das Gespräch war."),
        "profile": _("Im Profil fehlt noch etwas: Kurztitel, Text, Themen, Postleitzahl, vor Ort oder online."),
        "duties": _("Es ist nicht eingetragen, dass die Pflichten unterschrieben sind."),
        "cover": _("Es ist nicht angekreuzt, dass die Versicherung erklärt ist."),
    }[code]


def topic_levels(pilot: Pilot) -> list[tuple[str, str, list[str]]]:
    """Topics in use with level and ticked sub-areas, in words, best first."""
    levels = {1: _("kenne ich"), 2: _("mache ich selbst"), 3: _("bringe ich anderen bei")}
    areas: dict[int, list[str]] = {}
    for row in pilot.areas:
        areas.setdefault(row.area.topic_id, []).append(label(row.area))
    rows = sorted((row for row in pilot.topics if row.topic.active), key=lambda row: (-row.level, row.topic.position))
    return [(label(row.topic), levels[row.level], areas.get(row.topic_id, [])) for row in rows]
