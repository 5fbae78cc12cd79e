"""Log lines: one line each, as text or JSON, with the request's id, without names, addresses or links of mails."""

import json
import logging
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from gunicorn.glogging import Logger

from .config import Settings

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECRET_PART = re.compile(r"(?<=/)(?=[^/?#\s]*[0-9A-Z])[A-Za-z0-9_~.=-]{20,}")  # links are 32 hexadecimal characters
MAIL_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
DETAIL = re.compile(r"DETAIL:.*")  # PostgreSQL names values in it
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
access_log = logging.getLogger("lotsen.access")
security_log = logging.getLogger("lotsen.security")


def masked(path: str) -> str:
    """A path without its secrets: links of mails and what was searched for."""
    return SECRET_PART.sub("***", path.partition("?")[0])


def clean(text: str) -> str:
    """A text for the log: no addresses, no line breaks or other control characters."""
    text = DETAIL.sub("DETAIL: (left out)", MAIL_ADDRESS.sub("(address)", SECRET_PART.sub("***", text)))
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def security(event: str, person: int | None = None) -> None:
    """A line about a log-in or a try to get round a rule; ``person``: whose account it is about, where it is known."""
    facts = {"event": event} if person is None else {"event": event, "person": person}
    security_log.info("%s", event if person is None else f"{event} person={person}", extra={"facts": facts})


def request_id() -> str:
    """The id of this request: the proxy's, when it is sane, else one of our own. Empty outside requests."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    return str(g.request_id)


class Line(logging.Formatter):
    """Plain: one line; the lines of a trace follow indented, so that none of them looks like a line of the log."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record down."""
        facts = self.facts(record)
        rest = "".join(f" {name}={facts[name]}" for name in ("request_id", "user") if facts.get(name))
        line = f"{facts['time']} {facts['level']} {facts['logger']} {facts['message']}{rest}"
        return line + "".join(f"\n    {part}" for part in facts.get("trace", []))

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is said about a record."""
        at = datetime.fromtimestamp(record.created, UTC)
        found: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
            "process": record.process,
        }
        if has_request_context():
            found["request_id"] = request_id()
            user = g.get("_login_user")  # only when it was loaded already: a log line must not read the database
            found["user"] = getattr(user, "id", None)
        found.update(getattr(record, "facts", {}))
        if record.exc_info:
            found["trace"] = [clean(line) for line in self.formatException(record.exc_info).splitlines()]
        return found


class JsonLine(Line):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record down."""
        return json.dumps({k: v for k, v in self.facts(record).items() if v is not None}, ensure_ascii=False)


class GunicornLogger(Logger):
    """gunicorn's own lines in the same form; its access log, where somebody turns it on, without links."""

    def setup(self, cfg: Any) -> None:
        """Use our form."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter(self.form))

    form = "plain"

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> Any:
        """What a line may be made of."""
        found = super().atoms(resp, req, environ, request_time)
        path = masked(str(environ.get("RAW_URI", "")))
        found.update(r=f"{environ.get('REQUEST_METHOD')} {path} {environ.get('SERVER_PROTOCOL')}", U=path, q="", f="-")
        return {k: v for k, v in found.items() if not k.startswith("{") or k == "{x-request-id}i"}


def formatter(form: str) -> logging.Formatter:
    """The formatter of a setting ``log_format``."""
    return JsonLine() if form == "json" else Line()


def setup(settings: Settings) -> None:
    """Let every logger of this process write to standard error in one form."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(formatter(settings.log_format))
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # else two lines for every look at the tables


def init_app(app: Flask) -> None:
    """One line a request, its id in every answer and on the page for a 500."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        request_id()

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        path = masked(request.path)
        spent = round(1000 * (time.perf_counter() - g.get("began", time.perf_counter())))
        if request.endpoint not in ("static", "health.healthz", "admin.readyz"):
            facts = {"method": request.method, "path": path, "status": response.status_code, "ms": spent}
            access_log.info("%s %s %d %d ms", request.method, path, response.status_code, spent, extra={"facts": facts})
        return response

    app.context_processor(lambda: {"request_id": request_id})
