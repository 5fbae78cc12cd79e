"""The coordinator's decisions about a request that is there."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.naming import names_somebody, says_part_of_name
from lotsen.help_requests import mails, rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import advice_checked, reject_reason
from lotsen.help_requests.rules import RESUMES_TO, RejectReason, State
from lotsen.organisations import service as organisations
from lotsen.outbox.service import Mail

from .moving import go
from .post import send, send_query


def clear_short_text(request: HelpRequest, text: str, *, by: Actor, at: datetime, name_is_fine: bool = False) -> None:
    """A coordinator read the text that asked pilots will read: no names of persons, no more than 600 characters.

    ``name_is_fine``: the coordinator saw that what looks like a name may stay.

    Raises
    ------
    InvalidInput
        Empty, too long (``long``), says how to reach somebody or who the contact person is (``person``), names the
        organisation that does not want it (``organisation``), or may call somebody by name (``someone``): after Frau
        or Herr, or by the first name or surname of the contact person alone.
    """
    clean = clean_short_text(request, text, name_is_fine=name_is_fine)
    if clean == request.short_text and request.short_text_cleared_at is not None:
        return
    tell_if_a_name_stays(request, clean, by=by, at=at)
    request.short_text, request.short_text_cleared_at = clean, at
    request.version += 1
    if request.task == "edited":
        request.task = ""
    audit.record("help_request.short_text_cleared", request, by=by, at=at)


def clean_short_text(request: HelpRequest, text: str, *, name_is_fine: bool = False) -> str:
    """The text as asked pilots may read it; the errors are those of `clear_short_text`."""
    clean = text.strip()
    if not clean:
        raise InvalidInput("", field="short_text", code="empty")
    if len(clean) > rules.MAX_SHORT_TEXT:
        raise InvalidInput("", field="short_text", code="long")
    if (code := gives_away(request, clean)) and not (name_is_fine and code == "someone"):
        raise InvalidInput("", field="short_text", code=code)
    return clean


def tell_if_a_name_stays(request: HelpRequest, clean: str, *, by: Actor, at: datetime) -> None:
    """Write down who let a name stand in a text that was refused for it at first."""
    if gives_away(request, clean) == "someone":
        audit.record("help_request.name_stays", request, by=by, at=at)


def gives_away(request: HelpRequest, text: str) -> str:
    """What asked pilots must not read in a text: ``person``, ``organisation``, ``someone``; empty: nothing."""
    person = rules.person_asking(request.contact_name, request.organisation_name)
    if rules.tells_who(text, person, request.contact_email or "", request.contact_phone):
        return "person"
    if not request.name_may_be_shown and rules.names_organisation(text, request.organisation_name):
        return "organisation"
    return "someone" if names_somebody(text) or says_part_of_name(text, person) else ""


def it_was_asked(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The town's own IT was asked first, and this is for the programme. Twice: nothing more happens."""
    if not request.it_department_asked:
        request.it_department_asked = True
        audit.record("help_request.it_asked", request, by=by, at=at)


def is_advice(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """A coordinator looked: advice is wanted, not somebody who does the work. Twice: nothing more happens."""
    if not advice_checked(request):
        audit.record("help_request.is_advice", request, by=by, at=at)


def open_request(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The check is done, pilots may be asked.

    Raises
    ------
    InvalidInput
        The organisation or this contact person is not verified (``not_verified``), or the short text is not cleared
        (``not_cleared``).
    """
    verified = organisations.contact_verified(request.organisation_id, request.contact_id)
    if not rules.may_be_opened(organisation_verified=verified, short_text_cleared=True):
        raise InvalidInput("", field="verify", code="not_verified")
    cleared = request.short_text_cleared_at is not None
    if not rules.may_be_opened(organisation_verified=verified, short_text_cleared=cleared):
        raise InvalidInput("", field="short_text", code="not_cleared")
    go(request, State.OPEN, by=by, at=at, only_from={State.SUBMITTED, State.WAITING})


def ask_back(request: HelpRequest, text: str, *, by: Actor, at: datetime) -> None:
    """Ask the requester something; the time to answer counts from when the question was handed over."""
    request.query_text, request.query_answer = _text(text, "query_text"), ""
    go(request, State.QUERY, by=by, at=at, only_from={State.SUBMITTED, State.OPEN})
    send_query(request, at=at)


def answer_query(request: HelpRequest, text: str, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The requester answered, by link or by telephone; the answer is shown with the description."""
    request.query_answer = _text(text, "query_answer")
    go(request, State.SUBMITTED, by=by, at=at, on_behalf_of=on_behalf_of, only_from={State.QUERY})


def hold(
    request: HelpRequest,
    until: date,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """Let the request rest until a date, then ask; until that date already: nothing more.

    Whoever was being asked is thanked by the proposals.

    Raises
    ------
    InvalidInput
        The date is not in the future, or more than a year away.
    """
    check_day(until, at=at)
    before = request.held_from if request.state is State.ON_HOLD else request.state
    asked_at = at_local(calendar().next_working_day(until), MORNING)
    if request.state is State.ON_HOLD and (request.due_at, request.task) == (asked_at, ""):
        return
    if request.state is State.ON_HOLD:
        request.due_at, request.due_step, request.task = asked_at, rules.TIMEOUTS[State.ON_HOLD][0].name, ""
        request.version += 1
        audit.record("help_request.held_again", request, by=by, at=at, on_behalf_of=on_behalf_of)
    else:
        go(request, State.ON_HOLD, by=by, at=at, reason=reason, on_behalf_of=on_behalf_of, due_at=asked_at)
    request.held_from = RESUMES_TO.get(before, before) if before is not None else None
    request.hold_until = until


def check_day(until: date, *, at: datetime) -> None:
    """The day until which something rests lies in the future, at most a year ahead; else `InvalidInput`."""
    if not local_date(at) < until <= local_date(at) + timedelta(days=rules.MAX_HOLD_DAYS):
        raise InvalidInput("", field="until", code="date")


def answer(request: HelpRequest, text: str, *, by: Actor, at: datetime) -> None:
    """A sentence from the coordinator was all that was needed."""
    request.answer_text = _text(text, "answer_text")
    go(request, State.ANSWERED, by=by, at=at)
    send(request, mails.answered, step="answered", at=at)


def refer(request: HelpRequest, to: str, *, by: Actor, at: datetime, text: str = "") -> None:
    """Another place can help better."""
    request.referred_to, request.answer_text = _text(to, "referred_to")[:160], text.strip()
    go(request, State.REFERRED, by=by, at=at)
    send(request, mails.referred, step="referred", at=at)


def reject(request: HelpRequest, reason: RejectReason, *, by: Actor, at: datetime, text: str = "") -> None:
    """The programme cannot help here; the reason is from the list and is told kindly."""
    request.reject_reason, request.answer_text = reason.value, text.strip()
    go(request, State.REJECTED, by=by, at=at, reason=reason.value)
    send(request, _not_for_us, step="rejected", at=at)


def wait(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Nobody fits at the moment: only a person says so. The requester is told once, the gap is counted."""
    go(request, State.WAITING, by=by, at=at, only_from={State.OPEN})
    send(request, mails.nobody_free, step="waiting", at=at)


def _not_for_us(request: HelpRequest, url: str) -> Mail:
    return mails.not_for_us(request, reject_reason(request.reject_reason), url)


def _text(text: str, field: str) -> str:
    clean = text.strip()
    if not clean:
        raise InvalidInput("", field=field, code="empty")
    return clean
