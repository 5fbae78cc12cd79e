"""The coordinator's pages about organisations."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from lotsen.accounts import queries as people
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404, paginate

from . import queries, service
from .forms import OrganisationForm
from .models import Member, Organisation
from .rules import Kind

bp = Blueprint("organisations", __name__)
# no inner join inside an outer one: SQLite would read all members and all people of the town for it
WITH_MEMBERS = (joinedload(Organisation.members).joinedload(Member.user, innerjoin=False),)


@bp.get("/organisationen")
@requires(Role.COORDINATOR)
def overview() -> Any:
    """All organisations, with search and the ones still to be verified."""
    text, unverified = request.args.get("suche", ""), request.args.get("ungeprueft") == "1"
    page = paginate(queries.found(text=text, unverified=unverified))
    return render_template(
        "organisations/overview.html",
        page=page,
        text=text,
        unverified=unverified,
        kind_label=queries.kind_label,
    )


@bp.route("/organisationen/<int:organisation_id>", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def detail(organisation_id: int) -> Any:
    """One organisation: correct it, see and verify its contact persons."""
    row = get_or_404(Organisation, organisation_id, load=WITH_MEMBERS)
    form = OrganisationForm(obj=row, kind=row.kind.value)
    if request.method == "POST" and form.validate():
        with transaction():
            service.edit(
                get_or_404(Organisation, organisation_id),
                name=form.name.data,
                kind=Kind(form.kind.data),
                postcode=form.postcode.data,
                municipal=form.municipal.data,
                version=form.version.data,
                by=current_user,
                at=now(),
            )
        flash(_("Ihre Änderung ist gespeichert."))
        return redirect(url_for(".detail", organisation_id=organisation_id))
    history = people.history(row.entity, row.id)
    page = render_template(
        "organisations/detail.html", row=row, form=form, kind_label=queries.kind_label, history=history
    )
    return page, 400 if form.errors else 200


@bp.post("/organisationen/<int:organisation_id>/personen/<int:member_id>/pruefen")
@requires(Role.COORDINATOR)
def verify(organisation_id: int, member_id: int) -> Any:
    """The organisation and this contact person are verified."""
    with transaction():
        member = _member(organisation_id, member_id)
        service.verify(member.organisation, member, by=current_user, at=now())
    flash(_("Organisation und Ansprechperson sind geprüft."))
    return redirect(url_for(".detail", organisation_id=organisation_id))


@bp.post("/organisationen/<int:organisation_id>/personen/<int:member_id>/ausgeschieden")
@requires(Role.COORDINATOR)
def leave(organisation_id: int, member_id: int) -> Any:
    """This person does not act for the organisation any more."""
    with transaction():
        service.leave(_member(organisation_id, member_id), by=current_user, at=now())
    flash(_("Die Ansprechperson ist ausgetragen."))
    return redirect(url_for(".detail", organisation_id=organisation_id))


def _member(organisation_id: int, member_id: int) -> Member:
    member = get_or_404(Member, member_id)
    if member.organisation_id != organisation_id:
        abort(404)
    return member
