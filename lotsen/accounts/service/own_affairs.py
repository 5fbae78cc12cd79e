"""Nobody decides in the own affair, unless there is nobody else: then with a reason that is kept and counted."""

from flask_babel import gettext as _

from lotsen.accounts import queries
from lotsen.core.access import Actor
from lotsen.core.errors import InvalidInput

FIELD = "own_case_reason"


def check_own_affair(reason: str, *, by: Actor) -> None:
    """Refuse, and say who decides instead; with nobody else there, ask for the reason.

    Raises
    ------
    InvalidInput
        Somebody else is there (``somebody_else``), or the reason is missing (``own_case``).
    """
    others = queries.who_decides_instead(by.actor_id)
    if others:
        names = _(" oder ").join(user.name for user in others[:3])
        ask = _("Das ist Ihr eigener Fall. Bitte lassen Sie ihn jemand anderen entscheiden: %(names)s.", names=names)
        raise InvalidInput(f"{ask} {queries.first_step(others)}".strip(), code="somebody_else")
    if not reason.strip():
        raise InvalidInput(_("Das ist Ihr eigener Fall. Bitte nennen Sie den Grund."), field=FIELD, code="own_case")
