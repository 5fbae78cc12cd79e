"""Pages for everybody: landing page, Impressum, privacy, accessibility, robots."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from lotsen.core.access import public
from lotsen.core.clock import now
from lotsen.core.web import link

from . import queries

bp = Blueprint("public", __name__)


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


@bp.get("/datenschutz")
@public
def privacy() -> Any:
    """What is kept about whom, why and for how long."""
    return render_template("public/privacy.html", entries=queries.privacy_entries())


@bp.get("/barrierefreiheit")
@public
def accessibility() -> Any:
    """The statement on accessibility, from the settings."""
    return render_template("public/accessibility.html")


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
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@bp.get("/favicon.ico")
@public
def favicon() -> Any:
    """Browsers ask for it unasked."""
    return redirect(url_for("static", filename="favicon.svg"))


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = now().replace(month=12, day=31, hour=0, minute=0, second=0, microsecond=0)
    mail = queries.security_contact()
    text = f"Contact: mailto:{mail}\nExpires: {expires.isoformat()}\nPreferred-Languages: de, en\n"
    return Response(text + f"Canonical: {link('public.security_txt')}\n", mimetype="text/plain")
