"""Several needs in one request, several requests of one organisation."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.audit.queries import moved_by
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput, TransitionForbidden
from lotsen.core.i18n import mode_in_words
from lotsen.core.web import get_or_404, paginate
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import SplitForm, refuse_text
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CAN_BE_JOINED, State
from lotsen.organisations.models import Organisation

from .blueprint import bp
from .summary import times_of


@bp.route("/anfragen/<int:request_id>/aufteilen", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def split(request_id: int) -> Any:
    """Make two or three requests out of one; each gets its own text, topics and order."""
    row = get_or_404(HelpRequest, request_id)
    if row.state not in CAN_BE_JOINED and request.method == "GET":
        flash(_("Diese Anfrage lässt sich gerade nicht aufteilen."), "info")
        return redirect(url_for(".detail", request_id=request_id))
    form = SplitForm(row)
    if form.validate_on_submit() and _split(request_id, form):
        return redirect(url_for(".detail", request_id=request_id))
    return render_template("help_requests/split.html", row=row, form=form), 400 if form.errors else 200


def _split(request_id: int, form: SplitForm) -> bool:
    parts = form.parts()
    try:
        with transaction():
            row = get_or_404(HelpRequest, request_id, version=form.version.data)
            service.split(row, parts, by=current_user, at=now(), name_is_fine=bool(form.name_is_fine.data))
    except InvalidInput as error:
        refuse_text(
            form, error.code, queries.GIVES_AWAY.get(error.code, _("Schreiben Sie mindestens zwei Anliegen auf."))
        )
        return False
    except (Conflict, TransitionForbidden) as error:
        if not moved_by(HelpRequest.entity, request_id, (State.SPLIT,), current_user.id):
            raise Conflict(entity=HelpRequest.entity, entity_id=request_id) from error
    flash(_("Aus einer Anfrage sind %(number)d geworden. Die Organisation bekommt Bescheid.", number=len(parts)))
    return True


@bp.get("/organisationen/<int:organisation_id>/anfragen")
@requires(Role.COORDINATOR)
def of_organisation(organisation_id: int) -> Any:
    """The requests of one organisation side by side."""
    organisation = get_or_404(Organisation, organisation_id)
    page = paginate(queries.side_by_side(organisation_id))
    return render_template(
        "help_requests/of_organisation.html",
        organisation=organisation,
        page=page,
        mode_in_words=mode_in_words,
        times_of=times_of,
        sentences={row.id: queries.status_sentence(row, now()) for row in page.items},
        stands_label=queries.stands_label,
        state_tone=queries.state_tone,
    )
