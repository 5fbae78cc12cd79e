"""Authlib's client that goes nowhere but where the settings and the town's log-in say: it follows no redirect.

A module of its own, loaded by towns that have such a log-in only: authlib takes its time.
"""

from typing import Any

from authlib.integrations.flask_client import FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session


class OneHopSession(OAuth2Session):  # type: ignore[misc]
    """Asks one address and no other: a redirect is an error (`requests.TooManyRedirects`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_redirects = 0


class OneHopApp(FlaskOAuth2App):  # type: ignore[misc]
    """The client with such sessions."""

    client_cls = OneHopSession
