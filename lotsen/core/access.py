"""Who may do what: every endpoint declares its access, one that declares none answers 403."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from . import typed

F = TypeVar("F", bound=Callable[..., Any])


class Role(StrEnum):
    """What a person may be; one person may be several."""

    PILOT = "pilot"
    MEMBER = "member"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.PILOT: _l("Lotsin oder Lotse"),
    Role.MEMBER: _l("Ansprechperson"),
    Role.COORDINATOR: _l("Koordination"),
    Role.ADMINISTRATOR: _l("Verwaltung"),
}
STAFF = (Role.COORDINATOR, Role.ADMINISTRATOR)


class Actor(Protocol):
    """Whoever acts: a logged-in person, a person known by a mail link, or the system."""

    @property
    def actor_id(self) -> int | None:
        """Id of the person in the audit log; None for the system."""
        ...

    @property
    def roles(self) -> frozenset[Role]:
        """The roles the person has now."""
        ...


class System:
    """The scheduler acting by itself."""

    actor_id: int | None = None
    roles: frozenset[Role] = frozenset()


SYSTEM = System()


def public(view: F) -> F:
    """Open the endpoint to everybody."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(*roles: Role) -> Callable[[F], F]:
    """Open the endpoint to people who hold one of the roles; without roles, to everybody who is logged in."""

    def mark(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if roles and not current_user.roles.intersection(roles):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = tuple(roles)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def requires_unless_demo(*roles: Role) -> Callable[[F], F]:
    """Open the endpoint to the roles, in the demo town to everybody."""

    def mark(view: F) -> F:
        guarded = requires(*roles)(view)

        @wraps(view)
        def either(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs) if current_app.config["LOTSEN"].demo else guarded(*args, **kwargs)

        either.access = tuple(roles)  # type: ignore[attr-defined]
        either.open_in_demo = True  # type: ignore[attr-defined]
        return either  # type: ignore[return-value]

    return mark


def endpoint_access(app: Flask, endpoint: str) -> str | tuple[Role, ...] | None:
    """What an endpoint declares: ``"public"``, its roles (empty: any log-in), or None when it declares nothing."""
    if endpoint == "static":
        return "public"
    view = app.view_functions[endpoint]
    if getattr(view, "open_in_demo", False) and app.config["LOTSEN"].demo:
        return "public"
    return getattr(view, "access", None)


def lacks_coordination_only() -> bool:
    """Whether this page was refused to somebody who administers, and would open to who coordinates."""
    if request.endpoint is None or request.method != "GET" or not current_user.is_authenticated:
        return False
    access = endpoint_access(current_app, request.endpoint)
    roles = current_user.roles
    if Role.ADMINISTRATOR not in roles or Role.COORDINATOR in roles:
        return False
    return isinstance(access, tuple) and Role.COORDINATOR in access


def deny_by_default() -> Any:
    """Run before every request: no declaration 403, no log-in to /anmelden with the way back."""
    if request.endpoint is None:
        return None
    access = endpoint_access(current_app, request.endpoint)
    if access is None:
        abort(403)
    if current_user.is_authenticated:
        if request.method == "POST":
            typed.forget()
        return None
    if access == "public":
        return None
    if request.method != "POST":
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    page = _page_of_form()
    typed.keep(page)
    return redirect(url_for("accounts.login", next=page))


def _page_of_form() -> str:
    """Where the form stood that is being sent: at its own address, else on the page of this site that led here."""
    rule = request.url_rule
    if rule is not None and "GET" in (rule.methods or ()):
        return request.full_path.rstrip("?")
    return referring_page() or "/"


def referring_page() -> str:
    """Path and query of the page of this site that led here; empty when it was none, or the browser does not say."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # "http://[" is no address
        return ""
    query = f"?{parts.query}" if parts.query else ""
    own = parts.netloc == request.host and parts.path.startswith("/") and not parts.path.startswith("//")
    return f"{parts.path}{query}" if own else ""
