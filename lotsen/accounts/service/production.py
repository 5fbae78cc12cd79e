"""What stands in the way of a real town: asked by ``serve`` and ``check``, and shown to the administrator."""

from flask import current_app
from sqlalchemy import func, select

from lotsen.accounts.models import User, UserRole
from lotsen.core.extensions import db
from lotsen.municipality.queries import town


def problems() -> list[str]:
    """English sentences for the operator, each a problem and its remedy; empty when production may start."""
    found = []
    settings = current_app.config["LOTSEN"]
    if settings.mode != "production":
        found.append(f"LOTSEN_MODE is {settings.mode!r}; a real town needs 'production'.")
    found.extend(settings.production_problems())
    demo = db.session.scalar(select(func.count()).select_from(User).where(User.is_demo)) or 0
    if demo:
        found.append(
            f"The database holds {demo} demo accounts, whose password is public. "
            "Start with an empty database (LOTSEN_DATABASE_URL)."
        )
    if not town().impressum.strip():
        found.append(
            "The Impressum is empty (§ 5 DDG). Fill it in under /verwaltung/texte, "
            "or with: python -m lotsen setting impressum --file FILE."
        )
    staff = db.session.scalar(
        select(func.count()).select_from(UserRole).join(User).where(UserRole.role == "administrator", User.active)
    )
    if not staff:
        found.append("Nobody may administer. Make an account with: python -m lotsen user add.")
    return found


def refusals() -> list[str]:
    """The problems for which ``serve`` must not start; none outside production."""
    if current_app.config["LOTSEN"].mode != "production":
        return []
    return [text for text in problems() if not text.startswith("Nobody may administer")]
