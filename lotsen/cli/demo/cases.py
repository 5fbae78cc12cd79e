"""The stories of requests: sent by an organisation, checked, asked for, met, done, still in use."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lotsen.cli.importing import answers, open_up
from lotsen.core.access import SYSTEM
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Answers, Channel, RejectReason
from lotsen.organisations.rules import Kind

from . import words
from .asking import ask_in_turn
from .helping import help_out
from .people import Cast, rows
from .plan import OF_THE_PILOT, SPECIAL, USUAL, Fate
from .stage import Stage, Story


def plan(stage: Stage, cast: Cast) -> None:
    """Let every request begin at its day."""
    others = 0
    for row in rows("requests.json"):
        fate = SPECIAL.get(row["id"])
        if fate is None:
            goal, (latest, earliest), asked = USUAL[others % len(USUAL)]
            fate = Fate(goal, stage.chance.randint(latest, earliest), asked)
            others += 1
        person = {"contact_name": words.name(stage.chance), "phone": words.phone(stage.chance)}
        begins = min(stage.ago(fate.days), stage.end - (stage.end - stage.ago(0, 0)) / 2)
        stage.begin(begins, _from_outside(stage, cast, _released(answers(row | person)), fate, row["id"]))
    clubs = {
        "used": (stage.ago(84, 22), Fate("completed", 84), False),
        "running": (stage.ago(31, 21), Fate("running", 31), True),
        "accepted": (stage.wt_ago(5, 8), Fate("accepted", 5), False),
        "query": (stage.wt_ago(3, 13), Fate("query", 3), False),
    }
    for name, (begins, fate, hers) in clubs.items():
        stage.begin(begins, _of_the_club(stage, cast, words.CLUB_REQUESTS[name], fate, hers=hers))
    stage.begin(stage.wt_ago(5, 9), _by_telephone(stage, cast))
    stage.begin(stage.wt_ago(3, 19), _unconfirmed(stage))


def _released(given: Answers) -> Answers:
    """Nearly everybody ticks that number and address may be passed on."""
    return replace(given, release_phone=True, release_email=True)


def _from_outside(stage: Stage, cast: Cast, given: Answers, fate: Fate, key: str) -> Story:
    """Somebody without an account asks; the link in the mail submits it."""
    request = help_requests.draft(given, by=SYSTEM, at=stage.at)
    yield stage.hours(0.4)
    help_requests.submit(request, by=SYSTEM, at=stage.at, channel="mail_link")
    if fate.goal == "submitted":
        return
    yield stage.office()
    yield from _decide(stage, cast, request, fate, key)


def _of_the_club(stage: Stage, cast: Cast, text: dict[str, Any], fate: Fate, *, hers: bool) -> Story:
    """The well-known club's contact person asks after logging in; the office looks on the next day."""
    member, club = cast.member, cast.club
    given = Answers(
        organisation_name=club.name,
        org_kind=club.kind,
        postcode=club.postcode,
        contact_name=member.name,
        contact_email=member.email or "",
        contact_phone=member.phone,
        release_phone=True,
        release_email=True,
        organisation_id=club.id,
        contact_id=member.id,
        **text,
    )
    request = help_requests.draft(given, by=member, at=stage.at)
    request.contact_id = member.id
    help_requests.submit(request, by=member, at=stage.at, channel="login")
    yield stage.wt(1, 10)
    yield from _decide(stage, cast, request, fate, "pilot" if hers else "")


def _by_telephone(stage: Stage, cast: Cast) -> Story:
    """Somebody without mail rings up; what would be mailed becomes a call."""
    given = _released(Answers(org_kind=Kind.CLUB, postcode="31655", **words.PHONE_REQUEST))
    request = help_requests.draft(given, by=cast.coordinator, at=stage.at, channel=Channel.PHONE)
    help_requests.submit(request, by=cast.coordinator, at=stage.at, channel="phone")
    yield stage.hours(0.3)
    yield from _decide(stage, cast, request, Fate("accepted", 5), "")


def _unconfirmed(stage: Stage) -> Story:
    """The link in the mail was never pressed."""
    help_requests.draft(Answers(org_kind=Kind.BUSINESS, postcode="31655", **words.UNCONFIRMED), by=SYSTEM, at=stage.at)
    yield from ()


def _decide(stage: Stage, cast: Cast, request: HelpRequest, fate: Fate, key: str) -> Story:
    """The coordinator reads the request and decides; most are opened."""
    by = cast.coordinator
    if fate.goal in ("query", "queried"):
        help_requests.ask_back(request, words.QUESTION, by=by, at=stage.at)
        if fate.goal == "query":
            return
        yield stage.wt(2)
        help_requests.answer_query(request, "Etwa 4.000 Einträge, und ja.", by=SYSTEM, at=stage.at)
        yield stage.wt(1, 10)
        fate = Fate("running", fate.days)
    if fate.goal in _ENDS:
        _ENDS[fate.goal](stage, cast, request, key)
        return
    open_up(request, by=by, at=stage.at)
    if fate.goal == "open":
        return
    yield stage.hours(1)
    if fate.goal == "waiting":
        help_requests.wait(request, by=by, at=stage.at)
        return
    hers = key == "pilot" or key in OF_THE_PILOT
    proposal = yield from ask_in_turn(stage, cast, request, fate, hers=hers)
    if proposal is not None and fate.goal != "accepted":
        yield from help_out(stage, cast, request, proposal, fate)


def _refer(stage: Stage, cast: Cast, request: HelpRequest, key: str) -> None:
    help_requests.refer(request, words.REFERRALS[key], by=cast.coordinator, at=stage.at)


def _reject(stage: Stage, cast: Cast, request: HelpRequest, key: str) -> None:
    help_requests.reject(request, RejectReason.LEGAL_ADVICE, by=cast.coordinator, at=stage.at)


def _answer(stage: Stage, cast: Cast, request: HelpRequest, key: str) -> None:
    help_requests.answer(request, words.ANSWER, by=cast.coordinator, at=stage.at)


def _withdraw(stage: Stage, cast: Cast, request: HelpRequest, key: str) -> None:
    help_requests.withdraw(request, by=request.contact or SYSTEM, at=stage.at)


def _hold(stage: Stage, cast: Cast, request: HelpRequest, key: str) -> None:
    until = stage.last_day().replace(day=1)
    until = until.replace(year=until.year + until.month // 12, month=until.month % 12 + 1)
    help_requests.hold(request, until.replace(day=15), by=cast.coordinator, at=stage.at)


_ENDS: dict[str, Callable[[Stage, Cast, HelpRequest, str], None]] = {
    "referred": _refer,
    "rejected": _reject,
    "answered": _answer,
    "withdrawn": _withdraw,
    "on_hold": _hold,
}
