"""Text that only this installation can read, under keys made from the deployment's secret, one a purpose."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app


def seal(text: str, purpose: str) -> str:
    """The text, encrypted and signed; as ASCII."""
    return Fernet(base64.urlsafe_b64encode(_key(purpose))).encrypt(text.encode("utf-8", "surrogatepass")).decode()


def unseal(sealed: str, purpose: str, *, seconds: int | None = None) -> str | None:
    """What was sealed for this purpose, at most so many seconds ago; None when it was not, or not here."""
    try:
        opened = Fernet(base64.urlsafe_b64encode(_key(purpose))).decrypt(sealed.encode(), ttl=seconds)
    except (InvalidToken, UnicodeError):
        return None
    return opened.decode("utf-8", "surrogatepass")


def digest(text: str, purpose: str) -> str:
    """A hash that cannot be guessed without the deployment's secret; 64 hexadecimal characters."""
    return hmac.new(_key(purpose), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    secret = str(current_app.config["LOTSEN"].secret).encode()
    return hmac.new(secret, b"lotsen:" + purpose.encode(), hashlib.sha256).digest()
