"""A closed request as the template of a new one: the form of the wizard, filled."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import current_user

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.web import browser_key, get_or_404
from lotsen.help_requests import queries, service
from lotsen.help_requests.models import HelpRequest

from .blueprint import bp


@bp.post("/anfragen/<int:request_id>/als-vorlage")
@requires(Role.MEMBER)
def own_use_again(request_id: int) -> Any:
    """A new request with the words of an old one, for the logged-in contact person."""
    row = get_or_404(HelpRequest, request_id)
    if not queries.may_see(row, current_user.id):
        abort(404)
    return use_again(row, row.organisation_id, url_for(".own_detail", request_id=request_id))


def use_again(row: HelpRequest, organisation_id: int | None, home: str) -> Any:
    """Fill the wizard with what an ended request said, and show the first page that is asked anew."""
    try:
        with transaction():
            key = service.use_again(row, browser=browser_key(), organisation_id=organisation_id, at=now())
    except InvalidInput as error:
        flash(str(queries.NO_TEMPLATE[error.code]), "info")
        return redirect(home)
    return redirect(url_for(".review", key=key))
