"""Hashing and checking passwords: argon2id, m = 19 MiB, t = 2, p = 1 (OWASP). Never inside a write transaction."""

import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from lotsen.accounts.rules import MAX_PASSWORD, MIN_PASSWORD, own_words, password_problem
from lotsen.core.errors import InvalidInput
from lotsen.municipality.queries import town

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_COMMON = Path(__file__).with_name("common_passwords.txt")


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(_plain(password))


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one behind the hash; without a hash it takes the same time and says no."""
    try:
        return _hasher.verify(kept or _dummy(), _plain(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with other settings and should be made anew."""
    return _hasher.check_needs_rehash(kept)


def check(password: str, *, name: str, email: str | None, field: str = "password") -> None:
    """Refuse short, common and own words.

    Raises
    ------
    InvalidInput
        With a sentence that says what to do.
    """
    settings = town()
    host = urlsplit(current_app.config["LOTSEN"].url).hostname or ""
    words = own_words(name=name, email=email or "", town=settings.name, programme=settings.programme, host=host)
    problem = password_problem(_plain(password), own_words=words, common=common())
    if problem is None:
        return
    sentences = {
        "short": _("Das Passwort ist zu kurz. Nehmen Sie mindestens %(n)d Zeichen.", n=MIN_PASSWORD),
        "long": _("Das Passwort ist zu lang. Nehmen Sie höchstens %(n)d Zeichen.", n=MAX_PASSWORD),
        "common": _(
            "Dieses Passwort ist sehr verbreitet. Nehmen Sie zum Beispiel drei Wörter, die nicht zusammengehören."
        ),
        "own": _("Nehmen Sie nicht Ihren Namen, Ihre Adresse oder den Namen der Stadt als Passwort."),
    }
    raise InvalidInput(sentences[problem], field=field, code=f"password_{problem}")


@cache
def common() -> frozenset[str]:
    """The shipped list of common passwords, folded."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))


def _plain(password: str) -> str:
    # The same letter typed on two keyboards may come as one or as two code points.
    return unicodedata.normalize("NFKC", password)


@cache
def _dummy() -> str:
    return _hasher.hash("no account has this password")
