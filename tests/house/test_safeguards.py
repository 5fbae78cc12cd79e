"""docs/safeguards.md says what the code does: the numbers, the words, where each key and hash is made."""

import ast
import re
from datetime import timedelta
from itertools import chain

import pytest
from flask import Flask

from lotsen import LARGEST_FORM
from lotsen.accounts import rules
from lotsen.accounts.service import passwords, second_step
from lotsen.core import tokens
from lotsen.core.config import ROOT
from lotsen.help_requests.views import wizard
from lotsen.municipality.rules import Town
from lotsen.outbox.rules import SMTP_DEADLINE_SECONDS
from lotsen.pilots.views import application
from lotsen.privacy.views import base as privacy
from tests.house.test_never import calls, trees

PAGE = (ROOT / "docs" / "safeguards.md").read_text(encoding="utf-8")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HEADINGS = {  # and words without which each would not say what the standard asks for
    "Ways in": ("/anmelden", "TOTP", "OpenID Connect", "link of a mail", "No other way"),
    "Limits": ("Nobody is locked out for good", "Costly pages", "nginx"),
    "Passwords": ("any, no rule of composition", "NFKC"),
    "Sessions": ("As many at once", "does not log out there", "no shorter end"),
    "What may be typed": ("postcodes", "fit together", "Nothing is\nuploaded"),
    "Keys and algorithms": ("LOTSEN_SECRET", "argon2id", "When it changes", "quantum"),
    "Whom Lotsen speaks to": ("database", "mail server", "mailbox", "town's own log-in"),
    "Classes of data": ("secret", "kept close", "personal", "public"),
    "Libraries": ("3 days", "30 days", "WeasyPrint"),
    "Logs": ("UTC", "audit_events", "lotsen.security"),
}
HASHING = {  # what each module may use; the page says for what
    "lotsen/accounts/service/devices.py": {"sha256"},
    "lotsen/accounts/service/passwords.py": {"argon2"},
    "lotsen/accounts/service/second_step.py": {"pyotp", "compare_digest"},
    "lotsen/accounts/service/sessions.py": {"sha256", "compare_digest"},
    "lotsen/cli/copying.py": {"file_digest"},  # checksum of a backup
    "lotsen/core/cookies.py": {"sha256"},
    "lotsen/core/sealed.py": {"sha256", "fernet", "hmac"},
    "lotsen/core/throttle.py": {"sha256"},
    "lotsen/core/tokens.py": {"sha256"},
    "lotsen/core/typed.py": {"sha256"},
    "lotsen/privacy/service/tombstones.py": {"sha256", "hmac"},
    "lotsen/proposals/sweep/index.py": {"blake2b"},  # names of versions, no secret
    "matching/digest.py": {"blake2b"},
    "matching/version.py": {"blake2b"},
}
CHANCE = re.compile(r"\brandom\.|\buuid\.uuid[14]")
NAMES_ONLY = {  # tell two things apart, and open nothing
    "lotsen/accounts/service/people.py",
    "lotsen/accounts/service/post.py",
    "lotsen/scheduler/turn.py",
    "lotsen/skills/service.py",
}
NO_SECRET = {  # where chance needs no secrecy
    "lotsen/cli/demo/stage.py",
    "lotsen/cli/demo/words.py",
    "lotsen/core/again.py",
    "lotsen/core/logs.py",
    "lotsen/outbox/rules.py",
    "lotsen/proposals/sweep/learn.py",
    "matching/evaluation.py",
}


def part(heading: str) -> str:
    """What stands below a heading."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_page_speaks_of_what_the_standard_asks_for(heading: str) -> None:
    text = part(heading)
    assert not [word for word in HEADINGS[heading] if word not in text]


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| (\d+) (minutes|hours?) \|$", part("Limits"), re.MULTILINE)
    said = [(what, int(most), int(n) * (MINUTE if unit == "minutes" else HOUR)) for what, most, n, unit in rows]
    assert said == [
        ("passwords tried on one account", rules.LOGIN_LIMIT_ACCOUNT, rules.LOGIN_WINDOW),
        ("passwords tried from one network address (IPv6: one /64)", rules.LOGIN_LIMIT_ADDRESS, rules.LOGIN_WINDOW),
        ("codes tried on one account", rules.CODE_LIMIT, rules.CODE_WINDOW),
        ("codes tried on one account", rules.CODE_LIMIT_DAY, rules.CODE_DAY),
        ("forms that send a mail, from one network address", rules.FORM_LIMIT_ADDRESS, rules.FORM_WINDOW),
        ("mails about accounts to one address", rules.MAIL_LIMIT, rules.MAIL_WINDOW),
        ("requests for help from one network address (IPv6: one /64)", wizard.REQUESTS_AN_HOUR, HOUR),
        ("applications from one network address (IPv6: one /64)", application.LIMIT, application.WINDOW),
        ("downloads of one's own data", privacy.EXPORTS_AN_HOUR, HOUR),
    ]
    town = Town()
    for words in (
        f"after {town.session_hours} hours for everybody, for staff after {town.staff_idle_minutes} minutes",
        f"{rules.DEVICE_KNOWN_FOR.days} days",
        f"{rules.MIN_PASSWORD} to {rules.MAX_PASSWORD} characters",
        f"at most {LARGEST_FORM // 2**20} MB",
        f"Links of mails reach {tokens.DEFAULT_LIFETIME.days} days at most",
        f"mail {SMTP_DEADLINE_SECONDS} s",
    ):
        assert words in PAGE, words


def test_the_page_names_the_words_no_password_may_consist_of() -> None:
    assert not [word for word in rules.SITE_WORDS if word not in part("Passwords")]
    for own in ("name and address", "town", "programme", "host"):
        assert own in part("Passwords")


def test_hashes_and_ciphers_stand_where_the_page_says() -> None:
    found: dict[str, set[str]] = {}
    for path, name, _call in calls():
        match name.split("."):
            case ["hashlib", "new"] | ["Cipher"]:
                pytest.fail(f"{path}: {name}")
            case ["hashlib", kind]:
                found.setdefault(path, set()).add(kind)
            case ["hmac", "new"]:
                found.setdefault(path, set()).add("hmac")
            case [*_, "compare_digest"]:
                found.setdefault(path, set()).add("compare_digest")
            case ["Fernet"]:
                found.setdefault(path, set()).add("fernet")
            case ["PasswordHasher"]:
                found.setdefault(path, set()).add("argon2")
            case ["pyotp", _]:
                found.setdefault(path, set()).add("pyotp")
    for path, tree in trees():  # handed on without being called
        kinds = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "hashlib"}
        found.setdefault(path, set()).update(kinds)
    assert {path: kinds for path, kinds in found.items() if kinds} == HASHING


def test_passwords_are_hashed_as_the_page_says(app: Flask) -> None:
    assert passwords.hashed("apfel zaun mond").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "argon2id, 19 MiB, t = 2, p = 1" in PAGE


def test_secrets_come_from_the_systems_chance() -> None:
    other = {path for path, tree in trees() if CHANCE.search(ast.unparse(tree))}
    assert other == NO_SECRET
    made = {path: ast.unparse(call.args[0]) for path, name, call in calls() if name == "secrets.token_hex"}
    short = {path for path, size in made.items() if int(size) < 16}
    assert short == NAMES_ONLY and len(made) > len(short) + 4, "128 bits and more for whatever opens something"
    bits = 12 * (len(second_step.LETTERS) - 1).bit_length()
    assert bits >= 59 and len(set(second_step.LETTERS)) == len(second_step.LETTERS)
    assert "secrets.choice(LETTERS)" in ast.unparse(dict(trees())["lotsen/accounts/service/second_step.py"])


def test_no_password_gets_old() -> None:
    columns = chain(*(re.findall(r"password\w*", path.read_text()) for path in (ROOT / "lotsen/accounts").glob("*.py")))
    assert not [name for name in columns if re.search(r"age|expires|changed_at|until", name)]
