"""The town's own log-in (OpenID Connect): code flow with PKCE, state and nonce, by authlib.

Nobody gets an account by it: it opens the account that stands under the verified address, or that it opened before.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from lotsen.accounts.models import Identity, User
from lotsen.audit import service as audit
from lotsen.core.clock import real_now
from lotsen.core.extensions import db

from . import login, people

NAME, SECONDS, KEPT = "town", 8, "lotsen.town_login"
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "sc"})


class LoginFailed(Exception):
    """The town's log-in did not say who it is, or not in a way that can be trusted."""


@dataclass(frozen=True)
class Person:
    """Who the town's log-in says it is. ``email`` is empty unless the town verified it."""

    issuer: str
    subject: str
    email: str
    strong: bool


def start(back: str) -> Any:
    """The redirect to the town's log-in; what has to match on the way back is kept in the signed cookie.

    Raises
    ------
    LoginFailed
        It does not answer.
    """
    try:
        client = _client()
        _check_issuer(client.load_server_metadata())
        return client.authorize_redirect(back)
    except _failures() as error:
        raise LoginFailed(str(error)) from error


def _check_issuer(metadata: dict[str, Any]) -> None:
    """What the town's log-in says about itself must be of the one in the settings (OpenID Connect Discovery, 4.3)."""
    said, wanted = str(metadata.get("issuer")), current_app.config["LOTSEN"].oidc_issuer
    if said.rstrip("/") != wanted.rstrip("/"):
        current_app.extensions.pop(KEPT, None)  # what it says is asked anew next time
        raise LoginFailed(f"it says that it is {said!r}, the settings say {wanted!r}")


def finish() -> Person:
    """Who came back: the code is changed for an ID token, whose every claim is checked.

    Raises
    ------
    LoginFailed
        Another state, a code of somebody else, a token that is forged, late or for another site.
    """
    settings = current_app.config["LOTSEN"]
    issuer = settings.oidc_issuer.rstrip("/")
    wanted = {
        "iss": {"essential": True, "values": [issuer, f"{issuer}/"]},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "exp": {"essential": True},
        "sub": {"essential": True},
        "nonce": {"essential": True},
    }
    try:
        claims = _client().authorize_access_token(claims_options=wanted, leeway=60).get("userinfo")
    except _failures() as error:
        raise LoginFailed(str(error)) from error
    if not claims:
        raise LoginFailed("no ID token")
    email = claims.get("email") if claims.get("email_verified") is True else ""
    amr = {word for word in claims.get("amr") or () if isinstance(word, str)}
    return Person(
        issuer=issuer,
        subject=str(claims["sub"])[:255],
        email=email if isinstance(email, str) else "",
        strong=settings.oidc_mfa or bool(amr & SECOND_FACTORS),
    )


def find_user(person: Person, *, at: datetime) -> User | None:
    """The account of this person, connected from the first time on; None when there is none that may log in."""
    known = db.session.scalar(
        select(Identity).where(Identity.issuer == person.issuer, Identity.subject == person.subject)
    )
    user = db.session.get(User, known.user_id) if known is not None else people.find_by_email(person.email)
    if user is None or not login.may_log_in(user):
        return None
    if known is None:
        if _is_connected(user, person.issuer):  # the address went to somebody else at the town: not this person
            return None
        db.session.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject, created_at=real_now()))
        audit.record("user.identity_linked", user, by=user, at=at)
    return user


def _is_connected(user: User, issuer: str) -> bool:
    found = select(Identity.id).where(Identity.user_id == user.id, Identity.issuer == issuer)
    return db.session.scalar(found) is not None


def _failures() -> tuple[type[Exception], ...]:
    """What authlib and what it is made of raise; loaded by towns that have such a log-in only."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    return OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError, TypeError


def _client() -> Any:
    """Authlib's client for the settings as they are; what it read from the town's log-in is kept with it."""
    settings = current_app.config["LOTSEN"]
    key = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    kept = current_app.extensions.get(KEPT)
    if kept is None or kept[0] != key:
        from authlib.integrations.flask_client import OAuth

        from .one_hop import OneHopApp

        client = OAuth(current_app).register(
            NAME,
            client_cls=OneHopApp,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )
        kept = current_app.extensions[KEPT] = (key, client)
    return kept[1]
