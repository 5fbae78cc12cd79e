"""For the administrator: retention with its report, consents, who read which file."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts import queries as people
from lotsen.accounts.rules import ConsentFor
from lotsen.audit import queries as audit
from lotsen.audit.queries.words import ENTITIES, entity_word
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import paginate
from lotsen.municipality import service as municipality
from lotsen.municipality.queries import town, version_of
from lotsen.privacy import rules
from lotsen.privacy.forms import retention_form
from lotsen.privacy.queries import consents, report

from .base import bp


@bp.route("/verwaltung/aufbewahrung", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def retention() -> Any:
    """How long things are kept, what went last night, what goes next month."""
    own = town().retention
    numbers = {kind.name: rules.months(kind.name, own) for kind in rules.RETENTION if not kind.by_lifecycle}
    form = retention_form()(version=version_of(["retention"]), **numbers)
    if form.validate_on_submit():
        usual = {kind.name: kind.months for kind in rules.RETENTION}
        typed = {name: form[name].data for name in numbers if form[name].data != usual[name]}
        actor, version = current_user._get_current_object(), form.version.data or 0
        with transaction():
            municipality.change_group({"retention": typed}, version=version, by=actor, at=now())
        flash(_("Gespeichert. Die neuen Fristen gelten ab der nächsten Nacht."))
        return redirect(url_for(".retention"))
    page = {"rows": report.report(now()), "last": report.last_run(), "at_once": report.at_once()}
    return render_template("privacy/retention.html", form=form, **page), 400 if form.errors else 200


@bp.get("/verwaltung/einwilligungen")
@requires(Role.ADMINISTRATOR)
def consent_log() -> str:
    """Every consent: what for, in which words, on which way, recorded by whom, taken back."""
    purpose, withdrawn = request.args.get("wozu", ""), request.args.get("zurueck") == "1"
    page = paginate(consents.log(purpose, withdrawn=withdrawn))
    names = people.names(i for row in page.items for i in (row.user_id, row.recorded_by, row.withdrawn_by))
    words = {purpose.value: str(texts.title) for purpose, texts in consents.WORDS.items()}
    context = {"page": page, "names": names, "words": words, "purposes": list(ConsentFor)}
    return render_template("privacy/consents.html", purpose=purpose, withdrawn=withdrawn, **context)


@bp.get("/verwaltung/einsicht")
@requires(Role.ADMINISTRATOR)
def readings() -> str:
    """Who of the office opened which file on which day."""
    entity, person = request.args.get("art", ""), request.args.get("person", "").strip()
    readers = people.ids_by_name(person) if person else None
    page = paginate(audit.readings(entity if entity in ENTITIES else "", readers))
    names = people.names(row.reader_id for row in page.items)
    context = {"page": page, "names": names, "entities": ENTITIES, "entity_word": entity_word}
    return render_template("privacy/readings.html", entity=entity, person=person, **context)
