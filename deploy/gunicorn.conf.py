"""The web server. Started by `python -m lotsen run|serve`, or by hand from the checkout:
`gunicorn -c deploy/gunicorn.conf.py 'lotsen:create_app()'` (the scheduler is then started on its own)."""

import os
from pathlib import Path
from typing import Any

from lotsen.core import logs as _logs  # every plain name in this file is a setting
from lotsen.core.config import load as _load
from lotsen.core.process import Running as _Running
from lotsen.core.worker import Worker as _Worker

_settings = _load()
_running = _Running(_settings.instance)  # held as long as one of these processes lives; `restore` looks at it
_running.begin()
_logs.GunicornLogger.form = _settings.log_format

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = _Worker
workers = _settings.workers
threads = _settings.threads
preload_app = True  # loaded once, memory shared; post_fork makes that safe
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
forwarder_headers = ""  # nobody but the request line says which path is asked for
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 # nosec B108 - the heartbeat must not wait for a disk
accesslog = None  # the app writes a line for each request, without links; gunicorn's own would come without them, too
logger_class = _logs.GunicornLogger
loglevel = "warning"


def post_fork(server: Any, _worker: Any) -> None:
    """Give every worker connections of its own: one shared with a sibling answers with another request's rows."""
    app = server.app.callable
    if app is not None:
        from lotsen.core.extensions import db

        with app.app_context():
            db.engine.dispose(close=False)


def post_worker_init(_worker: Any) -> None:
    """Read the catalogue beside the first requests, so that nobody waits for it; watch the scheduler."""
    import threading

    from lotsen.scheduler.watch import watch
    from lotsen.skills.suggest import suggest

    def read() -> None:
        with _worker.app.callable.app_context():
            suggest("Homepage")

    threading.Thread(target=read, daemon=True).start()
    watch(_worker.app.callable)
