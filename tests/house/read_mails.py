"""Print every mail in both languages, to be read aloud: ``python -m tests.house.read_mails [part of a name]``."""

import sys
import tempfile

from flask_migrate import upgrade

from lotsen import create_app
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.skills import service as skills
from tests.conftest import TUESDAY, compile_catalogues

from .mail_cases import cases
from .mail_rows import LOCALES, Rows, render


def main(part: str = "") -> None:
    """Render and print."""
    compile_catalogues()
    clock._frozen.set(TUESDAY)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/mails.sqlite"
        app = create_app(mode="test", instance=folder, database_url=url, url="http://localhost", mail_url="")
        with app.app_context():
            upgrade()
            with transaction():
                skills.sync()
            for case in cases():
                if part not in str(case):
                    continue
                rows = Rows(case)
                for locale in LOCALES:
                    mail, text, _html = render(case, rows, locale)
                    print(f"===== {case} [{locale}]\n{mail.subject}\n\n{text.split('-- ')[0]}")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:2])
