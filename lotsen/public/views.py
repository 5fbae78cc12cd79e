"""Pages for everybody: landing page, Impressum, Leichte Sprache, robots."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template

from lotsen.core.access import public
from lotsen.core.clock import now
from lotsen.core.web import link
from lotsen.municipality.queries import town

from . import queries

bp = Blueprint("public", __name__)
FOR_EVERYBODY = (
    "public.landing",
    "help_requests.new",
    "pilots.apply",
    "pilots.public_list",
    "reports.numbers",
    "public.easy_language",
    "privacy.accessibility",
    "privacy.notice",
    "public.impressum",
)


@bp.get("/")
@public
def landing() -> Any:
    """What Lotsinnen und Lotsen do, in one minute."""
    return render_template("public/landing.html", numbers=queries.numbers())


@bp.get("/impressum")
@public
def impressum() -> Any:
    """Who is responsible (§ 5 DDG), from the settings."""
    return render_template("public/impressum.html")


@bp.get("/leichte-sprache")
@public
def easy_language() -> Any:
    """What the programme does, in Leichte Sprache; the town may write its own text."""
    return render_template("public/easy_language.html")


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Search engines see public pages only."""
    lines = [
        "User-agent: *",
        "Disallow: /antwort/",
        "Disallow: /zusage/",
        "Disallow: /begleitung",
        "Disallow: /nachfrage/",
        "Disallow: /meine-daten/",
        "Disallow: /anfragen/stand/",
        f"Sitemap: {link('public.sitemap')}",
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The pages that anybody may find."""
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    endpoints = [each for each in FOR_EVERYBODY if each != "reports.numbers" or town().numbers_public]
    pages = "".join(f"<url><loc>{link(endpoint)}</loc></url>" for endpoint in endpoints)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">{pages}</urlset>\n'
    return Response(text, mimetype="application/xml")


@bp.get("/favicon.ico")
@public
def favicon() -> Any:
    """Browsers ask for it unasked."""
    return current_app.send_static_file("favicon.svg")


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = now().replace(month=12, day=31, hour=0, minute=0, second=0, microsecond=0)
    mail = queries.security_contact()
    text = f"Contact: mailto:{mail}\nExpires: {expires.isoformat()}\nPreferred-Languages: de, en\n"
    return Response(text + f"Canonical: {link('public.security_txt')}\n", mimetype="text/plain")
