"""How much each component of the score counts: tried out before it is saved, one step back at any time."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.forms import Form, Required
from lotsen.core.web import get_or_404
from lotsen.proposals import queries, service, sweep
from lotsen.proposals.models import Weighting

from .blueprint import bp
from .what_else import COMPONENTS

STAFF = (Role.COORDINATOR, Role.ADMINISTRATOR)


class WeightsForm(Form):
    """Six numbers; only their ratio counts. ``seen``: the weights in use when the page was shown."""

    seen = HiddenField()
    topics = IntegerField(COMPONENTS["topics"], [Required(), NumberRange(0, 100)])
    text = IntegerField(COMPONENTS["text"], [Required(), NumberRange(0, 100)])
    availability = IntegerField(COMPONENTS["availability"], [Required(), NumberRange(0, 100)])
    distance = IntegerField(COMPONENTS["distance"], [Required(), NumberRange(0, 100)])
    org_kind = IntegerField(COMPONENTS["org_kind"], [Required(), NumberRange(0, 100)])
    record = IntegerField(COMPONENTS["record"], [Required(), NumberRange(0, 100)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Not all of them zero."""
        fine = super().validate(extra_validators)
        if fine and not any(self._fields[name].data for name in COMPONENTS):
            self.form_errors.append(_("Geben Sie mindestens einem Teil mehr als 0 Punkte."))
            return False
        return fine

    def weights(self) -> dict[str, float]:
        """The numbers as weights that sum to 1."""
        total = sum(self._fields[name].data for name in COMPONENTS)
        return {name: self._fields[name].data / total for name in COMPONENTS}


@bp.get("/vorschlaege/gewichte")
@requires(*STAFF)
def weights() -> str:
    """What counts how much now, and what the machine would propose."""
    active = queries.active_weighting()
    return _page(WeightsForm(formdata=None, data=_numbers(active)))


@bp.post("/vorschlaege/gewichte")
@requires(*STAFF)
def change_weights() -> Any:
    """Try the numbers out, or save them."""
    form = WeightsForm()
    if not form.validate():
        return _page(form), 400
    chosen = form.weights()
    if "speichern" not in request.form:
        return _page(form, effect=sweep.preview.of_weights(chosen))
    with transaction():
        row = service.keep_weighting(chosen, "hand", by=current_user, at=now())
        service.activate_weighting(row, by=current_user, at=now(), seen=_seen(form.seen.data))
    flash(_("Gespeichert. Die offenen Anfragen werden neu berechnet."))
    return redirect(url_for(".weights"))


@bp.post("/vorschlaege/gewichte/<int:weighting_id>/nutzen")
@requires(*STAFF)
def use_weights(weighting_id: int) -> Any:
    """Use a set of weights from the list, such as the one that was learned."""
    with transaction():
        row = get_or_404(Weighting, weighting_id)
        service.activate_weighting(row, by=current_user, at=now(), seen=_seen(request.form.get("seen")))
    flash(_("Gespeichert. Die offenen Anfragen werden neu berechnet."))
    return redirect(url_for(".weights"))


@bp.post("/vorschlaege/gewichte/zurueck")
@requires(*STAFF)
def roll_back_weights() -> Any:
    """One step back."""
    with transaction():
        service.roll_back_weighting(by=current_user, at=now(), seen=_seen(request.form.get("seen")))
    flash(_("Es gelten wieder die Gewichte von vorher."))
    return redirect(url_for(".weights"))


def _page(form: WeightsForm, effect: Any = None) -> str:
    active = queries.active_weighting()
    looked_at, effects = effect or (0, [])
    return render_template(
        "proposals/weights.html",
        form=form,
        parts=list(COMPONENTS),
        active=active,
        rows=queries.weightings(),
        components=COMPONENTS,
        tried=effect is not None,
        looked_at=looked_at,
        effects=in_words(effects),
    )


def in_words(effects: Sequence[sweep.preview.Effect]) -> list[dict[str, Any]]:
    """Requests whose first three change, with the names of the pilots."""
    names = queries.pilot_names(key for row in effects for key in (*row.before, *row.after))
    return [
        {
            "request": row.request,
            "before": ", ".join(names[key] for key in row.before if key in names),
            "after": ", ".join(names[key] for key in row.after if key in names),
        }
        for row in effects
    ]


def _numbers(active: Weighting | None) -> dict[str, Any]:
    weights = active.weights if active else sweep.preview.shipped_weights()
    return {**{name: round(100 * value) for name, value in weights.items()}, "seen": str(active.id if active else "")}


def _seen(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
