"""Every mail there is, in every circumstance that changes its words."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from lotsen.admin.rules import Alarm
from lotsen.engagements.rules import Side
from lotsen.followups.rules import Answer
from lotsen.help_requests.rules import RejectReason
from lotsen.outbox.service import Mail
from lotsen.pilots.rules import State

FEATURES = Path(__file__).resolve().parents[2] / "lotsen"
BOTH = [{"side": Side.PILOT}, {"side": Side.MEMBER}]
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "admin.alarm": [{"alarm": kind} for kind in Alarm],
    "accounts.role_changed": [{"granted": True}, {"granted": False}],
    "accounts.recovery_code_used": [{"left": 7}, {"left": 1}],
    "accounts.two_steps_removed": [{"own": True}, {"own": False}],
    "engagements.contact_data": [
        *BOTH,
        {"side": Side.MEMBER, "released": False},
        {"side": Side.PILOT, "follows": True},
        {"side": Side.MEMBER, "follows": True},
    ],
    "engagements.message": BOTH,
    "engagements.paused": [{"side": Side.PILOT}, {"side": Side.MEMBER, "paused_until": date(2027, 1, 12)}],
    "engagements.goes_on": BOTH,
    "engagements.broken_off": BOTH,
    "engagements.handing_over": [{"side": Side.MEMBER}],
    "engagements.handed_over": [{"side": Side.PILOT}],
    "engagements.contact_follows": [{"side": Side.PILOT}],
    "engagements.appointment": [
        *BOTH,
        {"side": Side.MEMBER, "sequence": 1},
        {"side": Side.PILOT, "sequence": 2, "called_off": True},
    ],
    "followups.pause_over": BOTH,
    "followups.date_agreed": BOTH,
    "followups.how_was_it": BOTH,
    "followups.feedback": BOTH,
    "followups.feedback_reminder": BOTH,
    "followups.late_thanks": [{"answer": word} for word in (Answer.YES, Answer.STUCK, Answer.NO)],
    "followups.monthly_member": [{"side": Side.MEMBER}],
    "followups.still_in_use": [{"side": Side.MEMBER}],
    "followups.still_in_use_reminder": [{"side": Side.MEMBER}],
    "help_requests.not_for_us": [{"refusal": word} for word in RejectReason],
    "pilots.known_already": [{}, {"stands": State.SUBMITTED}, {"stands": State.ENDED}],
    "pilots.pause_confirmed": [{}, {"until": None}],
    "proposals.ask": [{}, {"name_may_be_shown": True}],
    "proposals.pilot_says_yes": [{}, {"wish": "Frau Wunsch"}],
}


@dataclass(frozen=True)
class Case:
    """One mail function with the circumstances in which it is rendered."""

    function: Callable[..., Mail]
    name: str
    circumstances: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join([self.name, *(str(getattr(v, "value", v)) for v in self.circumstances.values())])

    @property
    def about_a_case(self) -> bool:
        """Whether the mail is about a request and so carries its number."""
        return self.name.split(".")[0] in ("help_requests", "proposals", "engagements", "followups")


def modules() -> Iterator[tuple[str, ModuleType]]:
    """Every module with mails, with the name of its feature."""
    for folder in sorted(FEATURES.iterdir()):
        for path in [folder / "mails.py", *sorted((folder / "mails").glob("*.py"))]:
            if path.exists() and path.stem != "layout":  # what mails share is no mail
                name = ".".join(path.relative_to(FEATURES.parent).with_suffix("").parts)
                yield folder.name, importlib.import_module(name.removesuffix(".__init__"))


def functions() -> dict[str, Callable[..., Mail]]:
    """Every public function that returns a mail, as ``feature.name``."""
    found: dict[str, Callable[..., Mail]] = {}
    for feature, module in modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and get_type_hints(function).get("return") is Mail:
                found[f"{feature}.{name}"] = function
    return found


def cases() -> list[Case]:
    """Every mail in every circumstance that changes its words."""
    return [Case(function, name, v) for name, function in functions().items() for v in VARIANTS.get(name, [{}])]
