"""How much each component of the score counts: tried out before it is saved, one step back at any time."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import STAFF, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.proposals import queries, service, sweep
from lotsen.proposals.forms import COMPONENTS, LEARNED, WeightsForm
from lotsen.proposals.models import Weighting

from .blueprint import bp


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
        service.activate_weighting(row, by=current_user, at=now(), seen=request.form.get("seen", type=int))
    flash(_("Gespeichert. Die offenen Anfragen werden neu berechnet."))
    return redirect(url_for(".weights"))


@bp.post("/vorschlaege/gewichte/<int:weighting_id>/nutzen")
@requires(*STAFF)
def use_weights(weighting_id: int) -> Any:
    """Use a set of weights from the list, such as the one that was learned."""
    with transaction():
        row = get_or_404(Weighting, weighting_id)
        service.activate_weighting(row, by=current_user, at=now(), seen=request.form.get("seen", type=int))
    flash(_("Gespeichert. Die offenen Anfragen werden neu berechnet."))
    return redirect(url_for(".weights"))


@bp.post("/vorschlaege/gewichte/zurueck")
@requires(*STAFF)
def roll_back_weights() -> Any:
    """One step back."""
    with transaction():
        service.roll_back_weighting(by=current_user, at=now(), seen=request.form.get("seen", type=int))
    flash(_("Es gelten wieder die Zahlen von vorher."))
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
        learned=LEARNED,
        tried=effect is not None,
        looked_at=looked_at,
        effects=sweep.preview.in_words(effects),
    )


def _numbers(active: Weighting | None) -> dict[str, Any]:
    weights = active.weights if active else sweep.preview.shipped_weights()
    return {**{name: round(100 * value) for name, value in weights.items()}, "seen": str(active.id if active else "")}
