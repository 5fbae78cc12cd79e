"""Where each of the ninety requests of the shipped file stands at the end, and what happened to it on the way."""

from dataclasses import dataclass

from lotsen.proposals.rules import DeclineReason

YES, SILENT = "yes", "silent"
NO_TIME, LATER, FIELD = DeclineReason.NO_TIME.value, DeclineReason.LATER.value, DeclineReason.NOT_MY_FIELD.value

# What is reached on the way to "used": a story ends when it is where it should be.
WAY = ("submitted", "open", "asking", "accepted", "agreed", "first_contact", "running", "closing", "completed", "used")


@dataclass(frozen=True)
class Fate:
    """``asked``: what the pilots on the ladder say, in their order. ``days``: how many calendar days ago it came in."""

    goal: str
    days: int
    asked: tuple[str, ...] = (YES,)

    def reaches(self, state: str) -> bool:
        """Whether the story goes beyond this state."""
        return self.goal in WAY and WAY.index(self.goal) > WAY.index(state)


SPECIAL: dict[str, Fate] = {
    # Not a digital matter, or nobody here can do it: only a person says so.
    "A-R02": Fate("waiting", 44),
    "A-R33": Fate("waiting", 21),
    "A-R37": Fate("waiting", 33),
    "A-R49": Fate("waiting", 12),
    "A-R08": Fate("referred", 37),
    "A-R16": Fate("referred", 29),
    "A-R24": Fate("referred", 50),
    "A-R11": Fate("rejected", 26),
    "A-R36": Fate("answered", 19),
    "A-R90": Fate("answered", 34),
    "A-R38": Fate("withdrawn", 24),
    "A-R78": Fate("withdrawn", 41),
    "A-R40": Fate("on_hold", 18),
    "A-R27": Fate("query", 6),
    "A-R46": Fate("queried", 30),
    # What the coordinator finds this morning.
    "A-R53": Fate("submitted", 1),
    "A-R31": Fate("submitted", 2),
    "A-R76": Fate("submitted", 1),
    "A-R69": Fate("open", 6),
    "A-R83": Fate("asking", 15, (NO_TIME, SILENT)),
    # Somebody is asked, or has said yes.
    "A-R22": Fate("asking", 7, ("wait", "wait", "wait")),
    "A-R66": Fate("asking", 7, ("wait", "wait")),
    "A-R12": Fate("running", 30, (NO_TIME, YES)),
    "A-R88": Fate("asking", 6, ("wait",)),
    "A-R50": Fate("asking", 8, ("question", "wait")),
    "A-R41": Fate("accepted", 8),
    "A-R13": Fate("accepted", 9, (LATER, YES)),
    "A-R19": Fate("agreed", 9),
    "A-R77": Fate("agreed", 10),
    "A-R85": Fate("agreed", 12, (NO_TIME, YES)),
    "A-R18": Fate("first_contact", 13),
    "A-R45": Fate("first_contact", 15),
    "A-R70": Fate("first_contact", 14),
    "A-R26": Fate("fits_not", 22),
    "A-R35": Fate("searched_again", 52),
    # The log-in of the pilot: done, running, asked.
    "A-R05": Fate("completed", 58),
    "A-R63": Fate("running", 36),
    "A-R59": Fate("asking", 6, ("wait",)),
}
OF_THE_PILOT = frozenset({"A-R05", "A-R63", "A-R59"})

# All others in turn: most are done, some run, some are about to end.
USUAL = (
    ("used", (78, 84), (YES,)),
    ("running", (26, 48), (YES,)),
    ("completed", (50, 70), (NO_TIME, YES)),
    ("used", (76, 84), (YES,)),
    ("closing", (34, 40), (YES,)),
    ("completed", (46, 66), (YES,)),
    ("running", (24, 44), (SILENT, YES)),
    ("completed", (48, 72), (YES,)),
    ("used", (79, 85), (YES,)),
    ("running", (22, 40), (FIELD, YES)),
)
