"""What is loaded stands whole in its one file, whatever the thread that keeps the turn was doing at the end."""

import threading
import time
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event

from lotsen.cli.demo import alone
from lotsen.core.extensions import db
from tests.demo_town import FILE, opened


def test_no_connection_of_the_keeper_outlives_the_loading(tmp_path: Path) -> None:
    app = opened(tmp_path)
    keeps = threading.Event()

    def slow_keeper(*_: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            keeps.set()
            time.sleep(0.5)  # the end of the loading finds it at work

    with app.app_context():
        upgrade()
        with alone(app):
            event.listen(db.engine, "before_cursor_execute", slow_keeper)
            assert keeps.wait(30)
        db.session.remove()
        db.engine.dispose()
    assert [path.name for path in tmp_path.glob(f"{FILE}*")] == [FILE]
