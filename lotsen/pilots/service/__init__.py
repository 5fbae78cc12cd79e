"""The verbs of pilots: apply, profile, award, pause, end; and what other features may ask of a pilot."""

from .application import (
    apply,
    apply_by_page,
    arrange_talk,
    record_application,
    reject,
    remind_draft,
    submit,
    withdraw,
)
from .award import award, record_conditions, set_ceremony
from .came_back import needs_no_link, on_delivered, on_recalled, on_undeliverable, submit_after_call
from .capacity import (
    allow_name,
    exclude_by_name,
    exclude_organisation,
    lift_exclusion,
    mark_asked,
    not_before,
    occupy,
    release,
    reserve,
    set_not_before,
    settle_names,
    touched,
)
from .clearance import record_clearance, revoke_clearance
from .contacts import on_contact_changed
from .profile import change, set_topics
from .signs import still_right, unanswered
from .standing import end, leave, pause, reinstate, resume, spoken, start_planned_pause, suspend, thanked, wish_to_end
from .timeouts import step

__all__ = [
    "allow_name",
    "apply",
    "apply_by_page",
    "arrange_talk",
    "award",
    "change",
    "end",
    "exclude_by_name",
    "exclude_organisation",
    "leave",
    "lift_exclusion",
    "mark_asked",
    "needs_no_link",
    "not_before",
    "occupy",
    "on_contact_changed",
    "on_delivered",
    "on_recalled",
    "on_undeliverable",
    "pause",
    "record_application",
    "record_clearance",
    "record_conditions",
    "reinstate",
    "reject",
    "release",
    "remind_draft",
    "reserve",
    "resume",
    "revoke_clearance",
    "set_ceremony",
    "set_not_before",
    "set_topics",
    "settle_names",
    "spoken",
    "start_planned_pause",
    "step",
    "still_right",
    "submit",
    "submit_after_call",
    "suspend",
    "thanked",
    "touched",
    "unanswered",
    "wish_to_end",
    "withdraw",
]
