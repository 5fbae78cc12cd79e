"""A request by telephone: the coordinator types, the consent is recorded, it is submitted at once."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.help_requests import service
from lotsen.help_requests.forms import PhoneRequestForm
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Channel

from .answers import answers_of
from .blueprint import bp
from .template import answers_from


@bp.route("/anfragen/telefon", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def record() -> Any:
    """Take a request on the telephone."""
    known = {"languages": ["de"], "releases": ["phone", "email"], "name_may_be_shown": True, "urgency": "normal"}
    old = request.args.get("vorlage", type=int)
    if old is not None:
        known |= answers_from(get_or_404(HelpRequest, old))
    form = PhoneRequestForm(data=known)
    if form.validate_on_submit():
        with transaction():
            row = service.draft(answers_of(form.data), by=current_user, at=now(), channel=Channel.PHONE)
            service.submit(row, by=current_user, at=now(), channel="phone")
            request_id, case_number = row.id, row.case_number
        flash(_("Die Anfrage ist aufgenommen. Vorgangsnummer: %(number)s", number=case_number))
        return redirect(url_for(".detail", request_id=request_id))
    return render_template("help_requests/phone.html", form=form), 400 if form.errors else 200
