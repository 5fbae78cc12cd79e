"""The town's own part of the catalogue: words, situations, sub-areas and topics, tried out before they are added."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.admin.forms import AreaForm, TopicForm, WordForm
from lotsen.admin.queries.catalogue import own_topics
from lotsen.core.access import STAFF, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.web import get_or_404
from lotsen.proposals import sweep
from lotsen.skills import queries, service, suggest
from lotsen.skills.models import Area, CatalogueWord, Topic

from .base import bp


@bp.route("/verwaltung/katalog", methods=["GET", "POST"])
@requires(*STAFF)
def catalogue() -> Any:
    """What the town added, and one more word or situation."""
    form = WordForm()
    if not form.validate_on_submit():
        return _page(form), 400 if form.is_submitted() else 200
    area, text = get_or_404(Area, int(form.area.data)), " ".join((form.text.data or "").split())
    if "hinzufuegen" not in request.form:
        return _page(form, sweep.preview.of_catalogue(suggest.with_word(area, form.kind.data, text)))
    with transaction():
        service.add_word(get_or_404(Area, area.id), form.kind.data, text, by=current_user, at=now())
    flash(_("Hinzugefügt. Die offenen Anfragen werden neu berechnet."))
    return redirect(url_for(".catalogue"))


@bp.post("/verwaltung/katalog/teilgebiet")
@requires(*STAFF)
def add_area() -> Any:
    """A sub-area of the town's own."""
    form = AreaForm()
    if not form.validate():
        return _page(WordForm(formdata=None), area_form=form), 400
    with transaction():
        topic = get_or_404(Topic, int(form.topic.data))
        service.add_area(topic, form.label_de.data or "", form.label_en.data or "", by=current_user, at=now())
    flash(_("Das Teilgebiet ist da. Lotsinnen und Lotsen können es jetzt ankreuzen."))
    return redirect(url_for(".catalogue"))


@bp.route("/verwaltung/katalog/thema", methods=["GET", "POST"])
@requires(*STAFF)
def add_topic() -> Any:
    """A topic of the town's own, tried out before it is added."""
    form = TopicForm()
    if not form.validate_on_submit():
        return _topic_page(form), 400 if form.is_submitted() else 200
    name, english, about = (
        " ".join((field.data or "").split()) for field in (form.label_de, form.label_en, form.description)
    )
    if "hinzufuegen" not in request.form:
        return _topic_page(form, sweep.preview.of_catalogue(suggest.with_topic(name, english, about, form.lines())))
    with transaction():
        service.add_topic(name, english, about, form.lines(), by=current_user, at=now())
    flash(_("Das Thema ist da. Lotsinnen und Lotsen können es jetzt ankreuzen."))
    return redirect(url_for(".catalogue"))


@bp.post("/verwaltung/katalog/thema/<int:topic_id>/ruhen")
@requires(*STAFF)
def rest_topic(topic_id: int) -> Any:
    """Take an own topic out of use; what was ticked stays on record."""
    with transaction():
        service.rest_topic(get_or_404(Topic, topic_id), by=current_user, at=now())
    flash(_("Das Thema ruht. Wer es angekreuzt hat, bleibt vermerkt."))
    return redirect(url_for(".catalogue"))


@bp.post("/verwaltung/katalog/thema/<int:topic_id>/aufnehmen")
@requires(*STAFF)
def resume_topic(topic_id: int) -> Any:
    """Use a resting topic again."""
    with transaction():
        service.resume_topic(get_or_404(Topic, topic_id), by=current_user, at=now())
    flash(_("Das Thema ist wieder da."))
    return redirect(url_for(".catalogue"))


@bp.post("/verwaltung/katalog/<int:word_id>/entfernen")
@requires(*STAFF)
def remove_word(word_id: int) -> Any:
    """Take one of the town's own words out again."""
    with transaction():
        service.remove_word(get_or_404(CatalogueWord, word_id), by=current_user, at=now())
    flash(_("Entfernt. Die offenen Anfragen werden neu berechnet."))
    return redirect(url_for(".catalogue"))


def _topic_page(form: TopicForm, effect: Any = None) -> str:
    looked_at, effects = effect or (0, [])
    return render_template(
        "admin/topic.html",
        form=form,
        tried=effect is not None,
        looked_at=looked_at,
        effects=sweep.preview.in_words(effects),
    )


def _page(form: WordForm, effect: Any = None, area_form: AreaForm | None = None) -> str:
    looked_at, effects = effect or (0, [])
    return render_template(
        "admin/catalogue.html",
        form=form,
        area_form=area_form or AreaForm(formdata=None),
        failed=area_form is not None,
        rows=queries.own_rows(),
        own_topics=own_topics(),
        tried=effect is not None,
        looked_at=looked_at,
        effects=sweep.preview.in_words(effects),
        label=queries.label,
        full_label=queries.full_label,
    )
