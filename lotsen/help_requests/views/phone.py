"""A request by telephone: the coordinator types, the consent is recorded, it is submitted at once."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import PhoneRequestForm
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations import queries as organisations
from lotsen.organisations.models import Organisation
from lotsen.pilots.models import Pilot

from .answers import answers_of
from .blueprint import bp


@bp.route("/anfragen/telefon", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def record() -> Any:
    """Take a request on the telephone."""
    form = PhoneRequestForm(data=_known())
    if form.validate_on_submit():
        with transaction():
            template_id = request.args.get("vorlage", type=int)
            row = service.take_call(answers_of(form.data), by=current_user, at=now(), template_id=template_id)
            request_id, case_number = row.id, row.case_number
        flash(_("Die Anfrage ist aufgenommen. Vorgangsnummer: %(number)s", number=case_number))
        return redirect(url_for(".detail", request_id=request_id))
    return render_template("help_requests/phone.html", form=form), 400 if form.errors else 200


def _known() -> dict[str, Any]:
    """What need not be asked: an old request as a template and whom it wishes for, or who rings and for whom."""
    known: dict[str, Any] = {"languages": ["de"], "urgency": "normal"}
    old, wished_id, person_id, organisation_id = (
        request.args.get(name, type=int) for name in ("vorlage", "wunsch", "person", "organisation")
    )
    if old is not None:
        template = get_or_404(HelpRequest, old)
        known |= {} if template.is_emptied else queries.answers_from(template)
    if wished_id is not None:
        known["wished_pilot"] = get_or_404(Pilot, wished_id).user.name
    organisation = get_or_404(Organisation, organisation_id) if organisation_id is not None else None
    if person_id is not None:
        person = get_or_404(User, person_id)
        known |= {"contact_name": person.name, "contact_phone": person.phone, "contact_email": person.email}
        acts_for = organisations.memberships(person.id)
        organisation = organisation or (acts_for[0].organisation if acts_for else None)
    if organisation is not None:
        known |= {"organisation_name": organisation.name, "org_kind": organisation.kind.value}
        known |= {"postcode": organisation.postcode}
    return known
