"""Settings of the deployment: from ``instance/lotsen.toml`` and ``LOTSEN_*``, checked at the start.

What the town decides (names, deadlines, texts) is not here but in ``lotsen.municipality``.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SECRET = "only-for-the-demo"  # noqa: S105 - production refuses to start with it
YES_OR_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class ConfigError(Exception):
    """The settings cannot work; the message says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """Where this installation runs. Every field can be set in the file and as ``LOTSEN_<NAME>``."""

    database_url: str = ""
    mail_url: str = ""
    url: str = "http://127.0.0.1:8000"
    secret: str = DEFAULT_SECRET
    mode: str = "production"
    instance: str = str(ROOT / "instance")
    mail_from: str = "digitallotsen@stadthagen.example"
    workers: int = 2
    threads: int = 4
    trusted_proxies: int = 0
    mail_umlauts: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_label: str = ""
    oidc_mfa: bool = False
    log_format: str = "plain"
    imap_url: str = ""
    backup_dir: str = ""
    backup_hours: int = 24

    @property
    def demo(self) -> bool:
        """Whether this is the demo town: demo accounts, demo clock, mails readable in the browser."""
        return self.mode in ("demo", "test")

    @property
    def https(self) -> bool:
        """Whether the configured address is https."""
        return urlsplit(self.url).scheme == "https"

    def cookie(self, name: str) -> str:
        """The full name of a cookie: with https, one that browsers take from this very host only."""
        return f"__Host-{name}" if self.https else name

    @property
    def oidc(self) -> bool:
        """Whether the town has a log-in of its own (OpenID Connect)."""
        return bool(self.oidc_issuer)

    @property
    def mail_dir(self) -> Path:
        """Where mails are written while no mail server is configured."""
        return Path(self.instance) / "mail"

    @property
    def backups(self) -> Path:
        """Where ``backup`` puts its files when no other name is given."""
        return Path(self.backup_dir) if self.backup_dir else Path(self.instance) / "backups"

    def check(self) -> None:
        """Raise `ConfigError` when the settings contradict each other or production is not safe."""
        if self.mode not in ("demo", "production", "test"):
            raise ConfigError(f"LOTSEN_MODE is {self.mode!r}; use 'demo' or 'production'.")
        for name, schemes in (
            ("url", ("http", "https")),
            ("oidc_issuer", ("https", "http")),
            ("mail_url", ("smtp", "smtps", "smtp+starttls")),
            ("imap_url", ("imaps", "imap+starttls", "imap")),
        ):
            value = getattr(self, name)
            parts = urlsplit(value)
            if value and (parts.scheme not in schemes or not parts.hostname):
                raise ConfigError(f"LOTSEN_{name.upper()} is {value!r}; it must look like {schemes[0]}://host[:port].")
        if self.oidc and not (self.oidc_client_id and self.oidc_client_secret):
            raise ConfigError("LOTSEN_OIDC_ISSUER needs LOTSEN_OIDC_CLIENT_ID and LOTSEN_OIDC_CLIENT_SECRET beside it.")
        if self.log_format not in ("plain", "json"):
            raise ConfigError(f"LOTSEN_LOG_FORMAT is {self.log_format!r}; use 'plain' or 'json'.")
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ConfigError("LOTSEN_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
        if self.mode == "production" and self.production_problems():
            raise ConfigError("\n".join(self.production_problems()))

    def production_problems(self) -> list[str]:
        """What makes these settings unsafe for a real town, each with its remedy."""
        found = []
        if self.secret == DEFAULT_SECRET or len(self.secret) < 32:
            found.append(
                "LOTSEN_SECRET is missing or short. Put a random text of at least 32 characters into it, "
                "for example the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        if not self.https:
            found.append(f"LOTSEN_URL is {self.url!r}; production needs an https address.")
        if self.oidc and urlsplit(self.oidc_issuer).scheme != "https":
            found.append(f"LOTSEN_OIDC_ISSUER is {self.oidc_issuer!r}; production needs an https address.")
        if not self.mail_url:
            found.append("LOTSEN_MAIL_URL is missing; production needs a mail server, e.g. smtp://mail.town.de:25.")
        return found


def _instance(env: Mapping[str, str], override: object = None) -> Path:
    return Path(str(override or env.get("LOTSEN_INSTANCE") or ROOT / "instance")).resolve()


def settings_path() -> Path:
    """Where this installation's settings file is, or would be."""
    return Path(os.environ.get("LOTSEN_CONFIG", _instance(os.environ) / "lotsen.toml"))


def mode_is_set() -> bool:
    """Whether the environment says which mode this is."""
    return bool(os.environ.get("LOTSEN_MODE"))


def load(environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Read file and environment into `Settings`; environment wins, ``overrides`` win over both.

    Raises
    ------
    ConfigError
        An unknown name in the file, a number that is none, or settings that cannot work.
    """
    env = dict(os.environ if environ is None else environ)
    known = {f.name: f.type for f in fields(Settings)}
    instance = _instance(env, overrides.get("instance"))
    values: dict[str, object] = {"instance": str(instance)}
    path = Path(env.get("LOTSEN_CONFIG", instance / "lotsen.toml"))
    for name, value in _written(path).items():
        if name not in known:
            raise ConfigError(f"{path.name}: unknown setting {name!r}. Known are: {', '.join(sorted(known))}.")
        values[name] = value
    for name in known:
        if env.get(f"LOTSEN_{name.upper()}"):
            values[name] = env[f"LOTSEN_{name.upper()}"]
    values.update({k: v for k, v in overrides.items() if v is not None})
    _read_words(values)
    if values.get("mode") == "demo":
        values.setdefault("url", _demo_address(env, instance))
        values.setdefault("secret", demo_secret(instance))
    values.setdefault("database_url", f"sqlite:///{instance / 'lotsen.sqlite'}")
    settings = Settings(**values)  # type: ignore[arg-type]
    settings.check()
    return settings


def _written(path: Path) -> dict[str, object]:
    """What stands in the settings file; nothing when there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not written as TOML: {error}. Mend that line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}. Let the user that runs Lotsen read it.") from error


def make_folder(instance: Path) -> None:
    """Make the instance folder.

    Raises
    ------
    ConfigError
        It cannot be made or looked into.
    """
    try:
        instance.mkdir(parents=True, exist_ok=True)
        next(instance.iterdir(), None)
    except OSError as error:
        raise ConfigError(
            f"The instance folder {instance} cannot be used: {error.strerror}. Make it, give it to the user "
            "that runs Lotsen, or name another one in LOTSEN_INSTANCE."
        ) from error


def _read_words(values: dict[str, object]) -> None:
    """Numbers and yes or no, which the environment gives as words."""
    for name in ("workers", "threads", "trusted_proxies", "backup_hours"):
        if name in values:
            try:
                values[name] = int(str(values[name]))
            except ValueError:
                raise ConfigError(f"LOTSEN_{name.upper()} is {values[name]!r}; it must be a whole number.") from None
    for name in ("mail_umlauts", "oidc_mfa"):
        if name in values:
            word = str(values[name]).lower()
            if word not in YES_OR_NO:
                raise ConfigError(f"LOTSEN_{name.upper()} is {values[name]!r}; write 1 or 0.")
            values[name] = YES_OR_NO[word]


def _demo_address(env: dict[str, str], instance: Path) -> str:
    """Where the demo town answers: as ``HOST`` and ``PORT`` say, else where it was started last."""
    started = instance / "address"
    if "HOST" not in env and "PORT" not in env and started.is_file():
        return started.read_text(encoding="ascii").strip()
    return address(env.get("HOST") or "127.0.0.1", env.get("PORT") or "8000")


def address(host: str, port: str | int) -> str:
    """The address a person on this machine types for a server that listens there."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # nosec B104 - what to type for it
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def demo_secret(instance: Path) -> str:
    """Return this demo installation's own secret, made once and kept below ``instance/``."""
    path = instance / "demo-secret"
    if not path.is_file():
        make_folder(instance)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
