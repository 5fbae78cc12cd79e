"""The blueprint and the first page."""

from flask import Blueprint, render_template

from lotsen.admin.forms import GROUP_TITLES
from lotsen.admin.queries import words
from lotsen.admin.queries.health import health
from lotsen.core.access import Role, requires
from lotsen.core.clock import now

bp = Blueprint("admin", __name__)


@bp.get("/verwaltung")
@requires(Role.ADMINISTRATOR)
def overview() -> str:
    """The ways to everything, and what is not in order."""
    return render_template("admin/overview.html", groups=GROUP_TITLES, health=health(now()), words=words)


@bp.get("/verwaltung/zustand")
@requires(Role.ADMINISTRATOR)
def health_page() -> str:
    """Scheduler, jobs, mails, database."""
    return render_template("admin/health.html", health=health(now()), words=words)
