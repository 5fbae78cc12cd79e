"""The blueprint, and what its pages share."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.audit.queries import moved_by
from lotsen.core.clock import today
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.forms import VersionedForm
from lotsen.pilots import queries
from lotsen.pilots.mails import title_words
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.skills import queries as skills

from . import names

bp = Blueprint("pilots", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """Words and rules that the templates of pilots need."""
    return {
        "state_label": queries.state_label,
        "stands_label": queries.stands_label,
        "state_tones": queries.STATE_TONES,
        "topic_levels": queries.topic_levels,
        "title_words": title_words,
        "today": today,
        "PilotState": State,
        "names": names,
        "topic_label": skills.label,
        "topic_description": skills.description,
        "own_edit": lambda section: url_for("pilots.own_section", section=section),
        "staff_edit": lambda pilot: lambda section: url_for("pilots.section", pilot_id=pilot.id, section=section),
    }


bp.add_app_template_filter(skills.label, "topic_label")


def done_already(pilot: Pilot, form: VersionedForm, to: State | None) -> bool:
    """True when this person pressed the same button before.

    Raises
    ------
    Conflict
        Somebody else moved the pilot since the form was shown.
    """
    if pilot.visit == form.version.data:
        return False
    if to is not None and moved_by(pilot.entity, pilot.id, (to,), current_user.actor_id):
        return True
    raise Conflict(entity=pilot.entity, entity_id=pilot.id)


def tell(form: Any, error: InvalidInput) -> None:
    """Put a refusal of the service beside its field, or on top of the form."""
    sentences = {
        "past": _("Das liegt in der Vergangenheit. Geben Sie einen späteren Zeitpunkt ein."),
        "future": _("Geben Sie heute oder einen früheren Tag ein."),
        "years_away": _("Dieser Tag liegt Jahre entfernt. Bitte prüfen Sie das Jahr."),
        "start_past": _("Geben Sie heute oder einen späteren Tag ein."),
        "until_before_start": _("Das Ende liegt vor dem Anfang. Geben Sie einen späteren Tag ein."),
        "postcode_unknown": _("Diese Postleitzahl kennen wir nicht. Bitte prüfen Sie sie."),
        "reason_missing": _("Nennen Sie kurz den Grund."),
        "clearance_old": _("Dieses Führungszeugnis ist zu alt. Bitten Sie um ein neues."),
        "has_applied": _("Diese Person hat sich schon beworben. Suchen Sie sie in der Liste."),
    }
    field = {"talk_at": "clock"}.get(error.field, error.field)
    if field and field in form:
        form[field].errors = [*form[field].errors, sentences.get(error.code, error.message)]
        return
    texts = [error.message] if error.message else [queries.missing_label(code) for code in error.code.split(",")]
    form.form_errors = [*form.form_errors, *texts]
