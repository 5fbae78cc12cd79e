"""The verbs of pilots: apply, profile, award, pause, end; and what other features may ask of a pilot."""

from .application import (
    apply,
    arrange_talk,
    record_application,
    reject,
    remind_unconfirmed,
    submit,
    withdraw,
)
from .award import award, record_conditions
from .capacity import (
    allow_name,
    exclude_by_name,
    exclude_organisation,
    lift_exclusion,
    mark_asked,
    not_before,
    release,
    reserve,
    settle_names,
    touched,
)
from .profile import change, set_topics
from .standing import end, pause, reinstate, resume, spoken, start_planned_pause, suspend, wish_to_end
from .timeouts import step

__all__ = [
    "allow_name",
    "apply",
    "arrange_talk",
    "award",
    "change",
    "end",
    "exclude_by_name",
    "exclude_organisation",
    "lift_exclusion",
    "mark_asked",
    "not_before",
    "pause",
    "record_application",
    "record_conditions",
    "reinstate",
    "reject",
    "release",
    "remind_unconfirmed",
    "reserve",
    "resume",
    "set_topics",
    "settle_names",
    "spoken",
    "start_planned_pause",
    "step",
    "submit",
    "suspend",
    "touched",
    "wish_to_end",
    "withdraw",
]
