"""``python -m tests.drills.fuzz [sqlite|postgresql] [INPUTS]``: input from hell into every form, parameter and header.

Other inputs each time; one that breaks something is printed as it was sent.
"""

import sys
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.house import access_scene as scene
from tests.house.access_scene import ROLES
from tests.house.fuzzing import Attacker

from .ground import Figures, chosen, ground, number_from_command

TRIED, BROKEN, HALF, OTHER = "inputs tried", "500s", "refused, but something was kept", "other trouble"
STRANGER = "answered as another person than the one who sent it"
AS = "answered as {}"
A_TOWN = 700  # inputs after which the town is made anew: what was accepted uses its cases up


def attack(attacker: Attacker, figures: Figures, number: int) -> None:
    """Send so many."""

    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def once(data: Any) -> None:
        sent = attacker.once(data.draw, ROLES)
        figures.count(TRIED)
        figures.count(f"answered {sent.status}")
        if sent.role:
            figures.count(AS.format(sent.role))
        if sent.problem:
            print(f"         {sent.words}\n             {sent.problem}")
            kind = BROKEN if sent.status >= 500 else HALF if "kept" in sent.problem else OTHER
            figures.count(kind if sent.role else STRANGER)

    once()


def main() -> int:
    """All of it, on each database."""
    failed = 0
    for database in chosen():
        figures = Figures(none=(BROKEN, HALF, OTHER, STRANGER), some=tuple(AS.format(role) for role in ROLES))
        left = number_from_command(2000)
        while left > 0:
            with ground(database) as at:
                at.app.config["LOTSEN"] = replace(at.app.config["LOTSEN"], mode="production")
                at.app.config["PROPAGATE_EXCEPTIONS"] = True
                attack(Attacker(scene.build(at.app)), figures, min(left, A_TOWN))
            left -= A_TOWN
        failed |= figures.report(f"input from hell, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
