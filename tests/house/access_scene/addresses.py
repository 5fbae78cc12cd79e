"""Every address of the site with the objects of one side, and what it should answer to each role."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter

from lotsen.core.access import Role, endpoint_access
from lotsen.core.tokens import Purpose
from lotsen.engagements.views.verbs import OPEN_TO

from .town import ROLES, Town

HAS: dict[str, frozenset[Role]] = {
    "applicant": frozenset({Role.PILOT}),
    "pilot": frozenset({Role.PILOT}),
    "member": frozenset({Role.MEMBER}),
    "coordinator": frozenset({Role.COORDINATOR}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
}
PURPOSES = {
    "accounts.confirm": Purpose.CONFIRM_EMAIL,
    "accounts.confirm_address": Purpose.CHANGE_EMAIL,
    "accounts.reset": Purpose.RESET_PASSWORD,
    "engagements.answer": Purpose.ANSWER_ASK,
    "engagements.by_link": Purpose.ENGAGEMENT,
    "engagements.act_by_link": Purpose.ENGAGEMENT,
    "engagements.calendar_by_link": Purpose.ENGAGEMENT,
    "engagements.report_by_link": Purpose.ENGAGEMENT,
    "engagements.confirm": Purpose.CONFIRM_PILOT,
    "followups.answer": Purpose.FOLLOW_UP,
    "followups.ask_again": Purpose.FOLLOW_UP,
    "home.decision": Purpose.DECISION,
    "help_requests.confirm": Purpose.SUBMIT_REQUEST,
    "help_requests.submit": Purpose.SUBMIT_REQUEST,
    "help_requests.status": Purpose.REQUEST_STATUS,
    "help_requests.status_act": Purpose.REQUEST_STATUS,
    "help_requests.status_edit": Purpose.REQUEST_STATUS,
    "help_requests.new_link": Purpose.REQUEST_STATUS,
    "help_requests.status_use_again": Purpose.REQUEST_STATUS,
    "pilots.back": Purpose.PILOT_PROFILE,
    "privacy.by_link": Purpose.OWN_DATA,
    "privacy.link_consent": Purpose.OWN_DATA,
    "privacy.link_download": Purpose.OWN_DATA,
    "privacy.link_erase": Purpose.OWN_DATA,
    "privacy.link_view": Purpose.OWN_DATA,
    "privacy.ask_by_status": Purpose.REQUEST_STATUS,
    "pilots.still_right": Purpose.PILOT_PROFILE,
}
OF_ROLE = {  # whose object it must be, where a role alone does not open it
    "accounts.end_session": ROLES,
    "accounts.forget_device": ROLES,
    "engagements.act": ("pilot", "member"),
    "engagements.calendar": ("pilot", "member"),
    "engagements.detail": ("pilot", "member"),
    "engagements.report": ("pilot", "member"),
    "engagements.own_ask": ("pilot",),
    "engagements.own_confirm": ("member",),
    "followups.own": ("pilot", "member"),
    "help_requests.detail": ("member",),
    "help_requests.edit": ("member",),
    "help_requests.own_act": ("member",),
    "help_requests.own_detail": ("member",),
    "help_requests.own_edit": ("member",),
    "help_requests.own_use_again": ("member",),
}
OF_COLLEAGUES = ("privacy.colleague_erase",)  # about accounts of the office only


def addresses(town: Town, role: str, side: str) -> Iterator[tuple[Rule, str]]:
    """Every address of the site with the objects of one side; rules and paths, as often as a rule has verbs."""
    for rule in sorted(town.app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        if side == "b" and not has_object(rule):
            continue
        fixed = {name: value_of(town, rule, name, role, side) for name in rule.arguments}
        for values in (dict(zip(fixed, choice, strict=True)) for choice in product(*fixed.values())):
            yield rule, path_of(rule, values)


def has_object(rule: Rule) -> bool:
    """Whether the address names a row."""
    return any(name.endswith("_id") for name in rule.arguments)


def path_of(rule: Rule, values: dict[str, Any]) -> str:
    """The path of a rule with these values, whatever they are."""
    return "".join(quote(str(values[text])) if dynamic else text for dynamic, text in rule._trace if text != "|")


def value_of(town: Town, rule: Rule, name: str, role: str, side: str) -> tuple[Any, ...]:
    """The values of one part of an address."""
    ids, endpoint = town.ids[side], rule.endpoint
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        known = {"wer"} if role == "member" else set()  # her organisation is known: that page is left out
        return tuple(sorted(set(converter.items) - known))
    if name == "verb":
        return tuple(OPEN_TO)
    own: dict[str, Callable[[], Any]] = {
        "request_id": lambda: ids["request"],
        "engagement_id": lambda: ids["engagement"],
        "concern_id": lambda: ids["concern"],
        "proposal_id": lambda: ids[_proposal(endpoint)],
        "followup_id": lambda: ids["followup_member" if role == "member" else "followup_pilot"],
        "exclusion_id": lambda: ids["own_exclusion" if endpoint == "proposals.lift_exclusion" else "exclusion"],
        "block_id": lambda: ids["block"],
        "pilot_id": lambda: ids["pilot"],
        "organisation_id": lambda: ids["organisation"],
        "member_id": lambda: ids["member"],
        "entity": lambda: "organisation",
        "about_id": lambda: ids["organisation"],
        "note_id": lambda: ids["note"],
        "user_id": lambda: ids["colleague" if endpoint in OF_COLLEAGUES and side == "a" else "user"],
        "session_id": lambda: ids.get(f"session of {role}", town.ids["b"]["session of stranger"]),
        "device_id": lambda: ids.get(f"device of {role}", town.ids["b"]["device of stranger"]),
        "message_id": lambda: town.ids["a"]["message_call" if endpoint.endswith("ed") else "message_failed"],
        "period_id": lambda: town.ids["a"]["period"],
        "barrier_id": lambda: town.ids["a"]["barrier"],
        "weighting_id": lambda: town.ids["a"]["weighting"],
        "word_id": lambda: town.ids["a"]["word"],
        "topic_id": lambda: town.ids["a"]["topic"],
        "token": lambda: town.links[PURPOSES[endpoint]],
        "key": lambda: "c" * 32,
        "lang": lambda: "de",
        "filename": lambda: "lotsen.css",
    }
    return (own[name](),)


def _proposal(endpoint: str) -> str:
    return {"engagements.own_confirm": "accepted", "engagements.record_answer": "asked"}.get(
        endpoint, "asked" if endpoint == "engagements.own_ask" else "suggested"
    )


def expected(town: Town, rule: Rule, role: str, side: str) -> str:
    """What the declaration and the owner of the object say: open, log in, 403 or 404."""
    if rule.endpoint in ("accounts.start_town_login", "accounts.end_town_login"):
        return "404"  # this town has none
    access = endpoint_access(town.app, rule.endpoint)
    assert access is not None, f"{rule.endpoint} declares nothing"
    if access == "public":
        return "open"
    if role == "visitor":
        return "log in"
    if access and not HAS.get(role, frozenset()).intersection(access):
        return "403"
    staff = role in ("coordinator", "administrator") and rule.endpoint not in (
        "accounts.end_session",
        "accounts.forget_device",
    )
    if rule.endpoint in OF_COLLEAGUES:
        return "open" if side == "a" else "404"
    if rule.endpoint in OF_ROLE and not staff:
        mine = role in OF_ROLE[rule.endpoint] and side == "a"
        return "open" if mine else "404"
    return "open"
