"""The profile in sections, edited by the pilot or by a coordinator on behalf."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lotsen.accounts import queries as people
from lotsen.accounts.rules import ConsentFor
from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.forms import VersionedForm
from lotsen.core.i18n import language_choices
from lotsen.core.web import get_or_404
from lotsen.municipality.queries import town
from lotsen.pilots import queries, service
from lotsen.pilots.forms import AboutForm, ContactForm, ExclusionForm, TimesForm, TopicFields, WorkForm, topics_form
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.skills import queries as skills
from lotsen.skills import suggest

from .blueprint import bp, tell


@dataclass(frozen=True)
class Section:
    """One part of the profile: its heading and form."""

    title: Any
    form: Callable[[Pilot], VersionedForm]
    lead: Any = ""


def _about(pilot: Pilot) -> VersionedForm:
    form = AboutForm(obj=pilot)
    settings = town()
    form.title_form.choices = [
        ("female", settings.title_female),
        ("male", settings.title_male),
        ("", _("beides ist mir recht")),
    ]
    return form


def _work(pilot: Pilot) -> VersionedForm:
    modes = [name for name in ("on_site", "remote") if getattr(pilot, name)]
    form = WorkForm(obj=pilot, modes=modes)
    form.languages.choices = language_choices(pilot.languages)
    return form


def _contact(pilot: Pilot) -> VersionedForm:
    """Nobody is asked whether a number may be passed on that was never given."""
    form = ContactForm(obj=pilot)
    for way in ("phone", "email"):
        if not getattr(pilot.user, way):
            del form[f"release_{way}"]
    return form


SECTIONS = {
    "ueber-mich": Section(_l("Über mich"), _about),
    "einsatz": Section(_l("Wo und für wen"), _work),
    "zeiten": Section(_l("Zeiten und Umfang"), lambda pilot: TimesForm(obj=pilot)),
    "kontakt": Section(_l("Was andere sehen"), _contact),
}
SECTION_RULE = f"<any({', '.join(repr(name) for name in SECTIONS)}):section>"


@bp.get("/profil")
@requires(Role.PILOT)
def profile() -> Any:
    """The own profile: everything at a glance, each part with its link."""
    pilot = _own()
    asked = queries.asks_this_month([pilot], now()).get(pilot.id, 0)
    return render_template("pilots/profile.html", pilot=pilot, asked=asked)


@bp.get("/profil/vorschau")
@requires(Role.PILOT)
def preview() -> Any:
    """How an organisation sees the pilot after the yes."""
    pilot = _own()
    public = people.consent(pilot.user_id, ConsentFor.PUBLIC_PROFILE) is not None
    return render_template("pilots/preview.html", pilot=pilot, public=public)


@bp.route(f"/profil/{SECTION_RULE}", methods=["GET", "POST"])
@requires(Role.PILOT)
def own_section(section: str) -> Any:
    """Edit one part of the own profile."""
    return _edit(_own(), section, url_for(".profile"))


@bp.route(f"/lotsen/<int:pilot_id>/profil/{SECTION_RULE}", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def section(pilot_id: int, section: str) -> Any:
    """Edit one part of a profile on behalf."""
    return _edit(get_or_404(Pilot, pilot_id), section, url_for(".detail", pilot_id=pilot_id))


@bp.route("/profil/themen", methods=["GET", "POST"])
@requires(Role.PILOT)
def own_topics() -> Any:
    """Choose the own topics; those that the own words speak of come first."""
    return _edit_topics(_own(), url_for(".profile"))


@bp.route("/lotsen/<int:pilot_id>/profil/themen", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def topics(pilot_id: int) -> Any:
    """Choose topics on behalf."""
    return _edit_topics(get_or_404(Pilot, pilot_id), url_for(".detail", pilot_id=pilot_id))


@bp.route("/profil/ausnahmen", methods=["GET", "POST"])
@requires(Role.PILOT)
def own_exclusions() -> Any:
    """Organisations that the pilot does not want to work with."""
    pilot, form = _own(), ExclusionForm()
    if form.validate_on_submit():
        with transaction():
            service.exclude_by_name(_own(), form.name.data, by=current_user, at=now())
        flash(_("Notiert. Dort schlagen wir Sie nicht vor."))
        return redirect(url_for(".own_exclusions"))
    return render_template("pilots/exclusions.html", form=form, pilot=pilot)


@bp.post("/profil/ausnahmen/aufheben")
@requires(Role.PILOT)
def allow_name() -> Any:
    """Take a name off the own list."""
    with transaction():
        service.allow_name(_own(), request.form.get("name", ""), by=current_user, at=now())
    flash(_("Die Ausnahme ist aufgehoben."))
    return redirect(url_for(".own_exclusions"))


@bp.post("/lotsen/<int:pilot_id>/ausnahmen/<int:exclusion_id>/aufheben")
@requires(Role.COORDINATOR)
def lift_exclusion(pilot_id: int, exclusion_id: int) -> Any:
    """A coordinator lifts a block."""
    with transaction():
        row = get_or_404(Exclusion, exclusion_id)
        if row.pilot_id != pilot_id:
            abort(404)
        service.lift_exclusion(get_or_404(Pilot, pilot_id), row, by=current_user, at=now())
    flash(_("Die Ausnahme ist aufgehoben."))
    return redirect(url_for(".detail", pilot_id=pilot_id))


def _own() -> Pilot:
    return queries.of_user_or_404(current_user.id)


def _edit(pilot: Pilot, name: str, back: str) -> Any:
    part = SECTIONS[name]
    form, status = part.form(pilot), 200
    if form.validate_on_submit():
        status = _save(pilot, form, lambda row: service.change(row, _values(form), **_stamp(form)))
        if not status:
            return redirect(back)
    return render_template("pilots/section.html", form=form, pilot=pilot, section=part, back=back), status or 200


def _edit_topics(pilot: Pilot, back: str) -> Any:
    every = skills.topics()
    values: dict[str, Any] = {f"level_{row.topic_id}": str(row.level) for row in pilot.topics}
    ticked = {row.area_id for row in pilot.areas}
    for topic in every:
        values[f"areas_{topic.id}"] = [str(area.id) for area in topic.areas if area.id in ticked]
    form, status = topics_form(every)(version=pilot.version, **values), 200
    if form.validate_on_submit():
        areas = {t.id: [int(a) for a in form[f"areas_{t.id}"].data or ()] for t in every}
        levels = {
            t.id: int(form[f"level_{t.id}"].data or 2) for t in every if form[f"level_{t.id}"].data or areas[t.id]
        }
        chosen = frozenset(area for ids in areas.values() for area in ids)
        status = _save(pilot, form, lambda row: service.set_topics(row, levels, chosen, **_stamp(form)))
        if not status:
            return redirect(back)
    first, others = _sorted_topics(pilot, form, every)
    return (
        render_template("pilots/topics.html", form=form, pilot=pilot, first=first, others=others, back=back),
        status or 200,
    )


def _sorted_topics(pilot: Pilot, form: Any, every: Any) -> tuple[list[TopicFields], list[TopicFields]]:
    """The topics that are chosen or that the texts speak of, best first; and all the others."""
    texts = "\n".join((pilot.own_words, pilot.headline, pilot.about))
    evidence: dict[str, tuple[str, ...]] = {}
    for slug, _area, _score, words in suggest.suggest(texts, limit=6):
        evidence.setdefault(slug, tuple(words))
    rank = {slug: place for place, slug in enumerate(evidence)}
    rows = [TopicFields(t, form[f"level_{t.id}"], form[f"areas_{t.id}"], evidence.get(t.slug, ())) for t in every]
    first = [row for row in rows if row.level.data or row.areas.data or row.topic.slug in rank]
    first.sort(key=lambda row: (not row.level.data, rank.get(row.topic.slug, len(rank))))
    return first, [row for row in rows if row not in first]


def _values(form: VersionedForm) -> Mapping[str, Any]:
    values = {f.name: f.data for f in form if f.name not in ("csrf_token", "version")}
    if "modes" in values:
        modes = values.pop("modes")
        values["on_site"], values["remote"] = "on_site" in modes, "remote" in modes
    return {name: "" if value is None else value for name, value in values.items()}


def _stamp(form: VersionedForm) -> dict[str, Any]:
    return {"version": form.version.data, "by": current_user, "at": now()}


def _save(pilot: Pilot, form: VersionedForm, change: Callable[[Pilot], bool]) -> int:
    """Run the change; 0 when it is kept, else the status of the page that shows the form again, texts kept."""
    pilot_id = pilot.id
    try:
        with transaction():
            change(get_or_404(Pilot, pilot_id))
    except InvalidInput as error:
        tell(form, error)
        return 200
    except Conflict:
        version = get_or_404(Pilot, pilot_id).version
        form.version.data, form.version.raw_data = version, [str(version)]
        form.form_errors = [
            _("Inzwischen hat jemand anderes dieses Profil geändert. Ihre Angaben stehen noch hier."),
            _("Prüfen Sie sie. Wenn Sie noch einmal speichern, gilt Ihre Fassung."),
        ]
        return 409
    flash(_("Gespeichert."))
    return 0
