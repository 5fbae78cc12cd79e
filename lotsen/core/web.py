"""The edge of the web: Jinja set-up, menu, pager, links that do not trust the Host header."""

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy import Select, func
from werkzeug.routing import IntegerConverter

from . import arriving, clock, cookies, error_pages, headers, health, i18n
from .access import Role, public, referring_page
from .errors import Conflict
from .extensions import db
from .menu import Menu, MenuItem

log = logging.getLogger(__name__)
bp = Blueprint("core", __name__)
T = TypeVar("T")
LARGEST_ROW = 2**31 - 1


class RowNumber(IntegerConverter):
    """``<int:...>`` in an address: at most what a database can keep; a longer number is a page that is not there."""

    def __init__(self, map: Any, fixed_digits: int = 0, min: int | None = None, max: int | None = None) -> None:
        super().__init__(map, fixed_digits, min, LARGEST_ROW if max is None else max)


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    items: Sequence[Any]
    number: int
    total: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    def url(self, number: int) -> str:
        """Address of another page of the same list."""
        args = {**request.args.to_dict(), **(request.view_args or {}), "seite": number}
        return url_for(request.endpoint or "", **args)


def paginate(statement: Select[Any], *, size: int = 20) -> Page:
    """Run a select for the page named by ``?seite=``; a page beyond the end shows the last one.

    ``statement``: each row once without DISTINCT or GROUP BY, so that counting reads no column.
    """
    run = db.session.scalars
    number = max(1, request.args.get("seite", 1, type=int) or 1)
    first = run(statement.limit(size + 1)).all() if number == 1 else ()
    if number == 1 and len(first) <= size:  # all there is: nothing to count, which takes as long as finding it
        return Page(items=first, number=1, total=len(first), size=size)
    counted = statement.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    total = db.session.scalar(counted) or 0
    number = min(number, max(1, -(-total // size)))
    items = first[:size] if number == 1 and first else run(statement.limit(size).offset((number - 1) * size)).all()
    return Page(items=items, number=number, total=total, size=size)


def get_or_404(model: type[T], row_id: int, *, version: str | int | None = None, load: Sequence[Any] = ()) -> T:
    """Load a row or answer 404; with ``version``, raise `Conflict` when somebody edited it since the form was shown.

    ``load``: options for what is read with it.
    """
    row = db.session.get(model, row_id, options=load) if 0 <= row_id <= LARGEST_ROW else None
    if row is None:
        abort(404)
    if version is not None and str(row.version) != str(version):  # type: ignore[attr-defined]
        raise Conflict(entity=row.entity, entity_id=row_id)  # type: ignore[attr-defined]
    return row


def link(endpoint: str, **values: Any) -> str:
    """An absolute link for mails, from the configured address."""
    parts = urlsplit(current_app.config["LOTSEN"].url)
    adapter = current_app.url_map.bind(parts.netloc, url_scheme=parts.scheme, script_name=parts.path or "/")
    return adapter.build(endpoint, values, force_external=True)


def browser_key() -> str:
    """A random word that tells this browser from others; in the one session cookie."""
    if "request_browser" not in session:
        session["request_browser"] = secrets.token_hex(16)
    return str(session["request_browser"])


def own_path(target: str | None, fallback: str = "/") -> str:
    """``target`` when it is a path of this site, else ``fallback``; hosts, back-slashes and controls are refused."""
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return fallback
    if "\\" in target or any(ord(c) < 32 or ord(c) == 127 for c in target):
        return fallback
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else fallback


@bp.get("/sprache/<lang>")
@public
def language(lang: str) -> Any:
    """Choose German or English for this browser; a link, so that a first visit needs no session cookie."""
    if lang not in i18n.LOCALES:
        abort(404)
    response = redirect(own_path(request.args.get("next")))
    cookies.keep(response, i18n.COOKIE, lang, seconds=365 * 86400)
    return response


@bp.get("/farbe.css")
@public
def colour() -> Response:
    """The town's colour as a style sheet of its own; the CSP allows no inline style."""
    value = current_app.extensions["lotsen.town"]().colour
    rule = f":root{{--kern-color-action-default:{value}}}\n" if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else ""
    return Response(rule, mimetype="text/css", headers={"Cache-Control": "public, max-age=300"})


def back_path() -> str:
    """Where a person came from: the page's own path after a GET, the referring page of this site after a POST."""
    if request.method == "GET":
        return request.path
    return own_path(referring_page().partition("?")[0])


def phone_link(number: str) -> Markup:
    """A number that a telephone can call, as it was typed."""
    return Markup('<a class="kern-link" href="tel:{}">{}</a>').format(re.sub(r"[^+\d]", "", number), number)


def mail_link(address: str) -> Markup:
    """An address one can write to; a narrow screen may break it after the @."""
    shown = Markup("@<wbr>").join(address.split("@"))
    return Markup('<a class="kern-link" href="mailto:{}">{}</a>').format(address, shown)


def init_app(app: Flask, *, menu: Sequence[MenuItem], town: Callable[[], Any], changes: Callable[..., Any]) -> None:
    """Wire templates, headers and error pages. ``changes`` tells what happened to a row (for the 409 page)."""
    arriving.init_app(app)
    app.url_map.converters["int"] = RowNumber
    app.url_map.merge_slashes = False  # it would answer with a redirect to whatever host the browser named
    app.register_blueprint(bp)
    app.register_blueprint(health.bp)
    app.extensions["lotsen.town"] = town
    app.after_request(headers.add)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        phone_link=phone_link,
        mail_link=mail_link,
        plain_date=i18n.plain_date,
        plain_number=i18n.plain_number,
        plain_datetime=i18n.plain_datetime,
        ago=lambda at: i18n.ago(at, clock.now()),
    )

    @app.context_processor
    def page_context() -> dict[str, Any]:
        if not has_request_context():  # a mail written by a job: nobody is logged in, there is no menu
            return {"locale": i18n.locale_code()}
        logged_in = current_user.is_authenticated
        roles = current_user.roles if logged_in else frozenset()
        return {
            "municipality": town(),
            "menu": Menu.of(menu, roles, logged_in=logged_in),
            "locale": i18n.locale_code(),
            "demo_clock": i18n.plain_datetime(clock.now()) if app.config["LOTSEN"].mode == "demo" else None,
            "Role": Role,
            "now": clock.now,
            "back_path": back_path,
        }

    error_pages.init_app(app, changes=changes)
