"""Changing what was asked for, by the requester or on her behalf."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from blinker import Signal

from lotsen.audit import service as audit
from lotsen.core.access import Actor, Role
from lotsen.core.errors import TransitionForbidden
from lotsen.core.waiting import give_task_if_free
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import EDITABLE, MATCHED_FIELDS, person_asking, readable_title

from .intake import set_topics

edited = Signal("a request was edited: fields=[...], by=, at=; who is being asked must see it, in the same transaction")

PERMITTED = frozenset(
    {
        "title",
        "description",
        "mode",
        "slots",
        "languages",
        "wished_pilot",
        "takes_whoever",
        "with_children",
        "carrier",
        "name_may_be_shown",
        "release_phone",
        "release_email",
        "contact_phone",
        "contact_hint",
        "topics",
        "areas",
    }
)
COORDINATOR_ONLY = frozenset({"urgency", "it_department_asked", "postcode", "org_kind", "organisation_name"})


def edit(request: HelpRequest, values: Mapping[str, Any], *, by: Actor, at: datetime) -> list[str]:
    """Take over changed fields; returns their names. Raises version, and revision when the matcher must look again.

    A change of the words after the short text was cleared becomes a task; ``edited`` tells who is above.

    Raises
    ------
    TransitionForbidden
        The request is past the point where words can be changed here.
    """
    if request.state not in EDITABLE:
        raise TransitionForbidden(code=f"edit in {request.state.value}")
    values = _as_kept(request, values)
    is_staff = Role.COORDINATOR in by.roles
    allowed = PERMITTED | COORDINATOR_ONLY if is_staff else PERMITTED
    changed = [name for name, value in values.items() if name in allowed and _current(request, name) != _plain(value)]
    if not changed:
        return []
    for name in changed:
        if name not in ("topics", "areas"):
            setattr(request, name, values[name])
    if {"topics", "areas"} & set(changed):
        topics = values.get("topics", _current(request, "topics"))
        set_topics(request, topics, values.get("areas", _current(request, "areas")))
    request.version += 1
    if MATCHED_FIELDS.intersection(changed):
        request.revision += 1
    if "description" in changed and request.short_text_cleared_at is not None and not is_staff:
        give_task_if_free(request, "edited", at=at)
    on_behalf_of = request.contact_id if by.actor_id != request.contact_id else None
    audit.record("help_request.edited", request, by=by, at=at, on_behalf_of=on_behalf_of, fields=changed)
    edited.send(request, fields=changed, by=by, at=at)
    return changed


def says_already(request: HelpRequest, values: Mapping[str, Any]) -> bool:
    """Whether the request says all this already, so that sending it again changes nothing."""
    return all(_current(request, name) == _plain(value) for name, value in _as_kept(request, values).items())


def _as_kept(request: HelpRequest, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The title as the other side may read it; where nothing is left of it, the one that stands."""
    if "title" not in values:
        return values
    asker = person_asking(request.contact_name, request.organisation_name)
    return {**values, "title": readable_title(str(values["title"] or ""), asker) or request.title}


def _current(request: HelpRequest, name: str) -> Any:
    if name == "topics":
        return sorted(row.topic.slug for row in request.topics if row.topic.active)
    if name == "areas":
        return sorted(row.area.slug for row in request.areas)
    return _plain(getattr(request, name))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple | set | frozenset) else value
