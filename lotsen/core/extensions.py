"""The extensions, unbound; `lotsen.create_app` binds them."""

from flask_babel import Babel
from flask_compress import Compress  # type: ignore[import-untyped]
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables; every constraint has a name, so that migrations can change it."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
login = LoginManager()
login.session_protection = None  # networks change under people; a session is bound to nothing but its secret
csrf = CSRFProtect()
babel = Babel()
compress = Compress()
migrate = Migrate()
