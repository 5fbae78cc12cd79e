"""A request without an account: one thing per page, kept on the server between the pages."""

import secrets
from datetime import timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.accounts.rules import MAIL_LIMIT, MAIL_WINDOW, network
from lotsen.core import throttle
from lotsen.core.access import SYSTEM, Role, public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.forms import Form
from lotsen.core.headers import shown_again
from lotsen.core.i18n import locale_code
from lotsen.core.web import browser_key
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import STEPS, Step, TopicsForm, WhichForm, topic_choices
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import person_asking
from lotsen.organisations import queries as organisations
from lotsen.organisations.models import Member
from lotsen.skills.suggest import suggest

from .answers import answers_of
from .blueprint import bp
from .summary import typed_rows

REQUESTS_AN_HOUR = 30  # from one network: a whole hall may share one
BY_SLUG = {step.slug: step for step in STEPS}


@bp.get("/anfragen/neu")
@public
def new() -> Any:
    """Begin a request; each tab has its own, so that two do not mix."""
    return redirect(url_for(".step", key=secrets.token_hex(16), slug=STEPS[0].slug))


@bp.route("/anfragen/neu/<string(length=32):key>/<any(worum, themen, wer, wie, kontakt):slug>", methods=["GET", "POST"])
@public
def step(key: str, slug: str) -> Any:
    """One page of the request; nothing typed is lost on the way back."""
    shown_again()
    intake = _intake(key)
    if intake is not None and intake.help_request_id:
        return redirect(url_for(".sent", key=key))
    answers = intake.answers if intake else {}
    wanted = _steps()
    if slug not in [s.slug for s in wanted]:
        abort(404)
    form = _form(BY_SLUG[slug], answers)
    if form.validate_on_submit():
        with transaction():
            service.keep_intake(key, browser_key(), slug, _typed(form), at=now())
        following = _next(slug)
        if following == "pruefen":
            return redirect(url_for(".review", key=key))
        return redirect(url_for(".step", key=key, slug=following))
    return _page(BY_SLUG[slug], form, key, answers), 400 if form.errors else 200


@bp.route("/anfragen/neu/<string(length=32):key>/pruefen", methods=["GET", "POST"])
@public
def review(key: str) -> Any:
    """Check your answers; then the draft is kept and the link sent, or a member's request is submitted at once."""
    shown_again()
    intake = _intake(key)
    if intake is not None and intake.help_request_id:
        return redirect(url_for(".sent", key=key))
    answers = intake.answers if intake else {}
    missing = [s.slug for s in _steps()[:-1] if s.slug not in answers.get("done", [])]
    if missing:
        return redirect(url_for(".step", key=key, slug=missing[0]))
    topics = [*answers.get("topics", ()), *answers.get("more", ())]
    asker = person_asking(answers.get("contact_name", ""), answers.get("organisation_name", ""))
    drafted = queries.drafted_title(answers["description"], topics, asker)
    form = STEPS[-1].form(data={"title": answers.get("title") or drafted})
    if form.validate_on_submit() and _may_send(form, answers):
        _send(key, {**answers, "title": form.title.data})
        return redirect(url_for(".sent", key=key))
    rows = typed_rows(answers, lambda slug: url_for(".step", key=key, slug=slug, zurueck="pruefen"), _member(answers))
    return render_template(
        "help_requests/review.html",
        form=form,
        rows=rows,
        number=len(_steps()),
        names=[s.name for s in _steps()],
        member=_person(),
        by_mail=bool(answers.get("contact_email")),
        back=url_for(".step", key=key, slug=_steps()[-2].slug),
    ), 400 if form.errors else 200


@bp.get("/anfragen/neu/<string(length=32):key>/fertig")
@public
def sent(key: str) -> Any:
    """What happens next."""
    intake = _intake(key)
    if intake is None or not intake.help_request_id:
        return redirect(url_for(".step", key=key, slug=STEPS[0].slug))
    row = db.session.get(HelpRequest, intake.help_request_id)
    if row is None:
        abort(404)
    return render_template(
        "help_requests/sent.html",
        row=row,
        called_on=queries.called_on(row),
        sentence=queries.status_sentence(row, now()),
    )


def _send(key: str, answers: dict[str, Any]) -> None:
    at, person = now(), _person()
    member = _member(answers)
    with transaction():
        intake = queries.find_intake(key, browser_key())
        if intake is None or intake.help_request_id:  # pressed twice: the first one counts
            return
        given = answers_of(answers, person=person, member=member)
        row = service.draft(given, by=person or SYSTEM, at=at, template_id=intake.answers.get(service.TEMPLATE))
        if person is not None:
            service.submit(row, by=person, at=at, channel="login")
        service.finish_intake(intake, row, at=at)


def _may_send(form: Form, answers: dict[str, Any]) -> bool:
    """Throttled by internet address and by mail address, so that nobody is flooded; said in the form."""
    place = throttle.key("request", network(request.remote_addr or ""))
    limits = [(place, REQUESTS_AN_HOUR, timedelta(hours=1))]
    if answers.get("contact_email") and _person() is None:
        limits.append((throttle.key("request-mail", answers["contact_email"].casefold()), MAIL_LIMIT, MAIL_WINDOW))
    with transaction(guarded=True):
        wait = max(throttle.allowed(key, limit=limit, window=window) for key, limit, window in limits)
    if wait:
        minutes = -(-wait // 60)
        form.form_errors.append(
            _("Von hier kamen gerade viele Anfragen. Bitte versuchen Sie es in %(n)d Minuten noch einmal.", n=minutes)
        )
    return not wait


def _steps() -> list[Step]:
    """The pages this person sees: what is known is skipped."""
    person = _person()
    if person is None:
        return list(STEPS)
    one = len(organisations.memberships(person.id)) == 1
    return [s for s in STEPS if not (s.slug == "wer" and one)]


def _next(slug: str) -> str:
    if request.args.get("zurueck") == "pruefen":
        return "pruefen"
    slugs = [s.slug for s in _steps()]
    return slugs[slugs.index(slug) + 1]


def _form(step: Step, answers: dict[str, Any]) -> Form:
    person = _person()
    if step.slug == "wer" and person is not None:
        which = WhichForm(data=answers)
        which.organisation_id.choices = [
            (str(m.organisation_id), m.organisation.name) for m in organisations.memberships(person.id)
        ]
        return which
    defaults: dict[str, Any] = {"languages": [locale_code()], "mode": "either"}
    if step.slug == "kontakt":
        defaults = {"contact_phone": person.phone} if person is not None else {}
    form = step.form(data={**defaults, **answers})
    if isinstance(form, TopicsForm):
        _suggest(form, answers.get("description", ""))
    if step.slug == "kontakt" and person is not None:
        del form.contact_name, form.contact_email
    return form


def _suggest(form: TopicsForm, text: str) -> None:
    every = dict(topic_choices())
    slugs = list(dict.fromkeys(row[0] for row in suggest(text, limit=5) if row[0] in every))
    form.topics.choices = [(slug, every[slug]) for slug in slugs]
    form.more.choices = [(slug, name) for slug, name in every.items() if slug not in slugs]
    kept = [*(form.topics.data or []), *(form.more.data or [])]
    form.topics.data = [slug for slug in kept if slug in slugs]
    form.more.data = [slug for slug in kept if slug not in slugs and slug in every]


def _typed(form: Form) -> dict[str, Any]:
    values = {name: value for name, value in form.data.items() if name not in ("csrf_token", "privacy")}
    if values.get("topics") or values.get("more"):
        values["unknown"] = False  # whoever ticked a topic as well knows something
    return values


def _page(step: Step, form: Form, key: str, answers: dict[str, Any]) -> str:
    steps = _steps()
    number = [s.slug for s in steps].index(step.slug) + 1
    back = None
    if request.args.get("zurueck") == "pruefen":
        back = url_for(".review", key=key)
    elif number > 1:
        back = url_for(".step", key=key, slug=steps[number - 2].slug)
    return render_template(
        "help_requests/step.html",
        step=step,
        form=form,
        number=number,
        names=[s.name for s in steps],
        back=back,
        description=answers.get("description", ""),
        member=_person(),
    )


def _intake(key: str) -> Intake | None:
    found = queries.find_intake_by_key(key)
    if found is not None and found.browser != browser_key():
        abort(404)
    return found


def _person() -> User | None:
    """The logged-in contact person, whose name, address and organisation are known; else None."""
    known = current_user.is_authenticated and Role.MEMBER in current_user.roles
    if known and organisations.memberships(current_user.id):
        return current_user._get_current_object()  # type: ignore[no-any-return]
    return None


def _member(answers: dict[str, Any]) -> Member | None:
    person = _person()
    if person is None:
        return None
    mine = organisations.memberships(person.id)
    chosen = str(answers.get("organisation_id", ""))
    return next((m for m in mine if str(m.organisation_id) == chosen), mine[0])
