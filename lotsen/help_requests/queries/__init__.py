"""Reading help requests: sentences, lists, history, tasks."""

from .around import around
from .contacts import agreed_beforehand, contact_now, recipient_now
from .history import advice_checked, advice_to_check, changes_of, field_names, history, made_urgent
from .lists import (
    FILTERS,
    drafts_brought_by,
    due_ids,
    find_intake,
    find_intake_by_key,
    found,
    live_of_contact,
    may_see,
    merged_into,
    next_due,
    of_member,
    of_organisation,
    parts_of,
    same_brought,
    same_call,
    side_by_side,
    with_address,
)
from .sentences import GIVES_AWAY, REJECT_REASONS, reject_reason, stands_label, state_tone, status_sentence
from .tasks import called_on, first_tasks, promised_calls, tasks, why_urgent
from .template import NO_TEMPLATE, answers_from, is_template
from .titles import drafted_title, title_for

__all__ = [
    "FILTERS",
    "GIVES_AWAY",
    "NO_TEMPLATE",
    "REJECT_REASONS",
    "advice_checked",
    "advice_to_check",
    "agreed_beforehand",
    "answers_from",
    "around",
    "called_on",
    "changes_of",
    "contact_now",
    "drafted_title",
    "drafts_brought_by",
    "due_ids",
    "field_names",
    "find_intake",
    "find_intake_by_key",
    "first_tasks",
    "found",
    "history",
    "is_template",
    "live_of_contact",
    "made_urgent",
    "may_see",
    "merged_into",
    "next_due",
    "of_member",
    "of_organisation",
    "parts_of",
    "promised_calls",
    "recipient_now",
    "reject_reason",
    "same_brought",
    "same_call",
    "side_by_side",
    "stands_label",
    "state_tone",
    "status_sentence",
    "tasks",
    "title_for",
    "why_urgent",
    "with_address",
]
