"""What stands in the way of a real town: asked by ``serve`` and ``check``, and shown to the administrator."""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from lotsen.accounts.models import User, UserRole
from lotsen.core.extensions import db
from lotsen.municipality.queries import town


class Problem(NamedTuple):
    """What is missing: a code for pages, an English sentence with the remedy for the operator."""

    code: str
    text: str


def problems() -> list[str]:
    """English sentences for the operator, each a problem and its remedy; empty when production may start."""
    return [problem.text for problem in missing()]


def missing() -> list[Problem]:
    """Everything that stands in the way of a real town."""
    found = []
    settings = current_app.config["LOTSEN"]
    if settings.mode != "production":
        found.append(Problem("LOTSEN_MODE", f"LOTSEN_MODE is {settings.mode!r}; a real town needs 'production'."))
    found.extend(Problem(text.split()[0], text) for text in settings.production_problems())
    demo = db.session.scalar(select(func.count()).select_from(User).where(User.is_demo)) or 0
    if demo:
        text = f"The database holds {demo} demo accounts, whose password is public. "
        found.append(Problem("demo", text + "Start with an empty database (LOTSEN_DATABASE_URL)."))
    if not town().impressum.strip():
        text = "The Impressum is empty (§ 5 DDG). Fill it in under /verwaltung/texte, "
        found.append(Problem("impressum", text + "or with: python -m lotsen setting impressum --file FILE."))
    staff = db.session.scalar(
        select(func.count()).select_from(UserRole).join(User).where(UserRole.role == "administrator", User.active)
    )
    if not staff:
        text = "Nobody may administer. Make an account with: python -m lotsen user add."
        found.append(Problem("administrator", text))
    return found


def refusals() -> list[str]:
    """The problems for which ``serve`` must not start; none outside production."""
    if current_app.config["LOTSEN"].mode != "production":
        return []
    return [problem.text for problem in missing() if problem.code != "administrator"]
