"""Rules about accounts: passwords, sessions, throttles. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

MIN_PASSWORD = 8
MAX_PASSWORD = 256
SHORTEST_OWN_WORD = 4
SITE_WORDS = ("Digitallotse", "Digitallotsin", "Digitallotsinnen", "Lotsen")
LOGIN_LIMIT_ACCOUNT = 10
LOGIN_LIMIT_ADDRESS = 50
LOGIN_WINDOW = timedelta(minutes=15)
FORM_LIMIT_ADDRESS = 20
FORM_WINDOW = timedelta(hours=1)
MAIL_LIMIT = 5
MAIL_WINDOW = timedelta(hours=1)
DOUBLE_CLICK = timedelta(seconds=20)  # who waited longer for a mail asks again in earnest, and gets another
CODE_LIMIT, CODE_WINDOW = 5, timedelta(minutes=15)
CODE_LIMIT_DAY, CODE_DAY = 20, timedelta(hours=24)
HALF_LOGIN_SECONDS = 600
DEVICE_KNOWN_FOR = timedelta(days=30)
RECOVERY_CODES = 10
PURGE_UNCONFIRMED_AFTER = timedelta(days=7)
TOUCH_EVERY = timedelta(minutes=5)
GRANTABLE = ("coordinator", "administrator")


def password_problem(password: str, *, own_words: tuple[str, ...], common: frozenset[str]) -> str | None:
    """Why a password is refused: ``short``, ``long``, ``common``, ``own``; None when it is fine.

    A common or own word with digits and signs around it is still that word.
    """
    folded = password.casefold()
    if len(password) < MIN_PASSWORD:
        return "short"
    if len(password) > MAX_PASSWORD:
        return "long"
    stripped = folded.strip("0123456789!?.,;:-_+*#$%&/()= ")
    if folded in common or (stripped and stripped in common):
        return "common"
    if len(set(folded)) <= 2:
        return "common"
    own = {word.casefold() for word in own_words if len(word) >= SHORTEST_OWN_WORD}
    if folded in own or stripped in own or "".join(stripped.split()) in own:
        return "own"
    return None


def own_words(*, name: str, email: str, town: str, programme: str, host: str = "") -> tuple[str, ...]:
    """Words a password of this person must not consist of: name, address, town, programme, the site's own address."""
    local, _, domain = email.partition("@")
    parts = [*name.split(), name, "".join(name.split()), email, local, *local.replace("-", ".").split("."), domain]
    site = [town, programme, f"{programme}{town}", f"{town}{programme}", host, *host.split("."), *SITE_WORDS]
    return tuple(word for word in (*parts, *site) if word)


def session_is_live(
    *, created_at: datetime, last_seen_at: datetime, at: datetime, hours: int, idle_minutes: int | None
) -> bool:
    """Whether a session still counts: absolute limit for all, idle limit for staff."""
    if at >= created_at + timedelta(hours=hours):
        return False
    return idle_minutes is None or at < last_seen_at + timedelta(minutes=idle_minutes)


def touch_is_due(*, last_seen_at: datetime, at: datetime) -> bool:
    """Whether "last seen" is old enough to be written again."""
    return at - last_seen_at >= TOUCH_EVERY


def network(address: str) -> str:
    """What counts as one network address: with IPv6 the /64 that one household or server gets."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))


def device_name(user_agent: str) -> str:
    """Plain words for a browser, to tell one's own log-ins apart: ``Firefox, Windows``."""
    browsers = (
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


class ConsentFor(StrEnum):
    """What a person may agree to, each apart."""

    PILOT_APPLICATION = "pilot_application"
    HELP_REQUEST = "help_request"
    PUBLIC_PROFILE = "public_profile"


# The version of the words a person agrees to; whoever changes the words changes the version.
CONSENT_VERSIONS = {
    ConsentFor.PILOT_APPLICATION: "2026-11",
    ConsentFor.HELP_REQUEST: "2026-11",
    ConsentFor.PUBLIC_PROFILE: "2026-11",
}
FREE_CONSENTS = (ConsentFor.PUBLIC_PROFILE,)  # nothing else hangs on them: given and taken back at will


def first_name(name: str) -> str:
    """The first word of a name that is no title: „Dr. Anke Kühn“ is „Anke“, „K. Kühn“ stays „K.“.

    Others read it who may not read the surname: of „Frau Kühn“ and „Dr. Kühn“ only the initial is left.
    """
    words = [name] if name == ERASED_NAME else name.split()
    called = [word for word in words if not _is_title(word)]
    if len(called) == 1 and len(words) > 1:
        return f"{called[0][0]}."
    return next(iter(called or words), "")


def _is_title(word: str) -> bool:
    return word.lower() in {"dr", "prof", "frau", "herr"} or (word.endswith(".") and len(word) > len("K."))


def digits(phone: str) -> str:
    """Only the digits, +49 and 0049 as 0: what the telephone search compares."""
    plain = phone.strip().replace("+49", "0", 1) if phone.strip().startswith("+49") else phone.strip()
    only = "".join(c for c in plain if c.isdigit())
    return "0" + only[4:] if only.startswith("0049") else only


ERASED_NAME = "Gelöschte Person"  # stands where a name was
DEMO_PASSWORD = "digitallotse-demo"  # noqa: S105 - public on purpose; production refuses accounts that have it
