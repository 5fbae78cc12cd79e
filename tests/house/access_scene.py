"""A small town for the access tests: two sides that must not see each other, and one browser for each role.

Side ``a`` belongs to the pilot and the contact person whose browsers are used; side ``b`` is somebody else's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter

from lotsen.accounts.models import KnownDevice, User, UserSession
from lotsen.accounts.rules import ConsentFor
from lotsen.accounts.service import consents, devices, sessions
from lotsen.core import clock, tokens
from lotsen.core.access import Role, endpoint_access
from lotsen.core.db import purging, transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Concern, Feedback, HoursEntry
from lotsen.engagements.rules import ConcernKind, Outcome, Side
from lotsen.engagements.rules import State as EngagementState
from lotsen.engagements.views.verbs import OPEN_TO
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Kind
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality.models import QuietPeriod
from lotsen.notes.models import Note
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.privacy.models import BarrierReport
from lotsen.proposals.models import RequestBlock, Weighting
from lotsen.proposals.rules import State
from lotsen.skills.models import Area, CatalogueWord, Topic
from tests import factories
from tests.factories.base import add

ROLES = ("visitor", "nobody", "applicant", "pilot", "member", "coordinator", "administrator")
HAS: dict[str, frozenset[Role]] = {
    "applicant": frozenset({Role.PILOT}),
    "pilot": frozenset({Role.PILOT}),
    "member": frozenset({Role.MEMBER}),
    "coordinator": frozenset({Role.COORDINATOR}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
}
READING = ("file_readings",)  # who of the office opened whose file: the one thing that a page may write
CRITICISM, SCORE, CANDIDATE = "Kritik-nur-für-das-Büro", 0.731734, "Cora Kandidatin"
SECRET_WORD = "kein-geheimnis-aber-lang-genug"  # fixed, so that a token can be signed beforehand
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


@dataclass(frozen=True)
class Answer:
    """What came back; 500 with the error's words when the view broke."""

    status: int
    html: str
    location: str = ""

    @property
    def to_login(self) -> bool:
        """Whether it leads to the log-in."""
        return self.status == 302 and self.location.startswith("/anmelden?next=")


@dataclass
class Town:
    """The rows by name, the browsers, and the database as it was."""

    app: Flask
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, dict[str, int]] = field(default_factory=lambda: {"a": {}, "b": {}})
    links: dict[Purpose, str] = field(default_factory=dict)
    contact: dict[str, tuple[str, str]] = field(default_factory=dict)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    kept: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def ask(
        self, role: str, method: str, path: str, data: dict[str, Any] | None = None, *, csrf: str | None = "good"
    ) -> Answer:
        """One request of one role; text may hold anything, lone surrogates too."""
        client, options = self.clients[role], {}
        if method == "POST":
            fields = {**(data or {}), **({"csrf_token": self.csrf() if csrf == "good" else csrf} if csrf else {})}
            body = urlencode(fields, doseq=True, errors="surrogatepass")
            options = {"data": body, "content_type": "application/x-www-form-urlencoded"}
        try:
            with client.open(path, method=method, **options) as answer:
                return Answer(
                    answer.status_code, answer.get_data().decode("utf-8", "replace"), answer.headers.get("Location", "")
                )
        except Exception as error:  # noqa: BLE001 - the test counts it as a 500 and shows it
            return Answer(500, f"{type(error).__name__}: {str(error)[:300]}")
        finally:
            db.session.rollback()
            db.session.remove()

    def csrf(self) -> str:
        """A valid token of every browser here."""
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(SECRET_WORD))

    def enter(self, role: str) -> None:
        """Give the role's browser its cookie, as after a log-in."""
        client = self.clients.setdefault(role, self.app.test_client())
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie.update(csrf_token=SECRET_WORD, request_browser=f"browser-of-{role}")
            if role in self.sessions:
                cookie.update(_user_id=self.sessions[role], _fresh=True)

    def keep(self) -> None:
        """Remember every row."""
        self.kept = dump()

    def back(self) -> bool:
        """Undo what was written since. Returns whether there was anything."""
        now = dump()
        changed = now != self.kept
        if changed:
            with transaction(), purging():
                tables = [t for t in db.metadata.sorted_tables if t.name not in READING]
                for table in reversed(tables):
                    db.session.execute(table.delete())
                for table in tables:
                    names = [c.name for c in table.columns if c.name != "last_seen_at"]
                    rows = [dict(zip(names, row, strict=True)) for row in self.kept[table.name]]
                    if table.name == "user_sessions":
                        rows = [{**row, "last_seen_at": row["created_at"]} for row in rows]
                    if rows:
                        db.session.execute(insert(table), rows)
            db.session.remove()
        return changed


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for when somebody was last seen."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name in READING:
            continue
        columns = [c for c in table.columns if c.name != "last_seen_at"]
        rows = db.session.execute(db.select(*columns).order_by(*table.primary_key.columns))
        found[table.name] = [tuple(row) for row in rows]
    db.session.remove()
    return found


def build(app: Flask) -> Town:
    """Make the town."""
    town = Town(app)
    with transaction():
        _people(town)
        for side in ("a", "b"):
            _side(town, side)
        _links(town)
        _office(town)
        for name, person in town.people.items():
            if name in ROLES or name == "stranger":
                town.sessions[name] = sessions.start(person, strong=True)
        db.session.flush()
        for row in db.session.scalars(db.select(UserSession)):
            side = "b" if row.user_id == town.people["stranger"].id else "a"
            name = next(n for n, p in town.people.items() if p.id == row.user_id)
            town.ids[side][f"session of {name}"] = row.id
        for name, person in town.people.items():
            if name in ROLES or name == "stranger":
                devices.remember(person, device="Firefox, Linux")
        db.session.flush()
        for device in db.session.scalars(db.select(KnownDevice)):
            side = "b" if device.user_id == town.people["stranger"].id else "a"
            name = next(n for n, p in town.people.items() if p.id == device.user_id)
            town.ids[side][f"device of {name}"] = device.id
    for role in ROLES:
        town.enter(role)
    town.keep()
    return town


def _people(town: Town) -> None:
    def person(name: str, *roles: Role) -> User:
        n = len(town.people) + 1
        email, phone = f"{name}.geheim@example.org", f"05799 11{n:02d}"
        made = factories.user(*roles, name=f"{name.capitalize()} Familienname{n}", email=email, phone=phone)
        town.people[name], town.contact[name] = made, (email, phone)
        return made

    person("nobody")
    person("coordinator", Role.COORDINATOR)
    person("administrator", Role.ADMINISTRATOR)
    for name in ("member", "foreignmember", "thirdmember"):
        person(name, Role.MEMBER)
    for name in ("applicant", "pilot", "foreignpilot", "candidate", "saidyes"):
        person(name, Role.PILOT)
    person("stranger")
    town.ids["a"]["colleague"] = person("colleague", Role.COORDINATOR).id
    town.people["candidate"].name = CANDIDATE
    factories.pilot(PilotState.SUBMITTED, user=town.people["applicant"])


def _side(town: Town, side: str) -> None:
    member, pilot_user = (
        town.people[n] for n in (("member", "pilot") if side == "a" else ("foreignmember", "foreignpilot"))
    )
    at, ids = clock.now(), town.ids[side]
    org = factories.organisation(name=f"Verein der Seite {side}")
    contact = factories.member(org, person=member)
    pilot = factories.pilot(user=pilot_user)
    candidate = _pilot_of(town.people["candidate"])
    yes = _pilot_of(town.people["saidyes"])
    third = factories.member(factories.organisation(name=f"Dritter Verein {side}"), person=town.people["thirdmember"])

    def request(state: RequestState, by: Any) -> HelpRequest:
        name = next(n for n, p in town.people.items() if p.id == by.user_id)
        return factories.help_request(state, by=by, contact_phone=town.contact[name][1])

    row = request(RequestState.OPEN, contact)
    suggested = factories.proposal(of=row, pilot=candidate, score=SCORE)
    asked = factories.proposal(State.ASKED, of=request(RequestState.ASKING, third), pilot=pilot, score=SCORE)
    accepted = factories.proposal(State.ACCEPTED, of=request(RequestState.ASKING, contact), pilot=yes, score=SCORE)
    matched = request(RequestState.RUNNING, contact)
    confirmed = factories.proposal(State.CONFIRMED, of=matched, pilot=pilot, score=SCORE)
    case = factories.engagement(EngagementState.RUNNING, of=confirmed)
    for of in Side:
        add(
            Feedback(
                engagement_id=case.id,
                side=of,
                outcome=next(iter(Outcome)),
                praise=f"Lob von {of.value} {side}",
                criticism=f"{CRITICISM} {of.value} {side}",
                created_at=at,
            )
        )
    add(HoursEntry(engagement_id=case.id, on=clock.today(), minutes=90, note="Stundennotiz", created_at=at))
    monthly = add(FollowUp(engagement_id=case.id, kind=Kind.MONTHLY, side=Side.PILOT, asked_at=at))
    how = add(FollowUp(engagement_id=case.id, kind=Kind.HOW_WAS_IT, side=Side.MEMBER, asked_at=at, text=CRITICISM))
    concern = add(
        Concern(
            engagement_id=case.id,
            kind=ConcernKind.PROBLEM,
            side=Side.MEMBER,
            reporter_id=member.id,
            text=f"{CRITICISM} gemeldet {side}",
            created_at=at,
        )
    )
    exclusion = add(Exclusion(pilot_id=pilot.id, organisation_id=third.organisation_id, reason="fremd", created_at=at))
    own_exclusion = add(Exclusion(pilot_id=yes.id, organisation_id=org.id, reason="refused", created_at=at))
    block = add(RequestBlock(pilot_id=yes.id, help_request_id=row.id, reason="not_my_field", created_at=at))
    consents.give(pilot_user, ConsentFor.PUBLIC_PROFILE, channel="web", by=pilot_user, at=at)
    intake = add(Intake(key=f"{side}" * 32, browser=f"browser-{side}", answers={}, changed_at=at))
    note = add(
        Note(
            about_entity="organisation", about_id=org.id, kind="note", text="Notiz", due_on=clock.today(), created_at=at
        )
    )
    ids.update(
        note=note.id,
        request=row.id,
        suggested=suggested.id,
        asked=asked.id,
        accepted=accepted.id,
        engagement=case.id,
        concern=concern.id,
        followup_pilot=monthly.id,
        followup_member=how.id,
        exclusion=exclusion.id,
        own_exclusion=own_exclusion.id,
        block=block.id,
        pilot=pilot.id,
        organisation=org.id,
        member=contact.id,
        user=member.id,
        intake=intake.id,
    )


def _pilot_of(user: User) -> Pilot:
    return db.session.scalar(db.select(Pilot).where(Pilot.user_id == user.id)) or factories.pilot(user=user)


def _links(town: Town) -> None:
    """One live link of each purpose."""
    at, ids, people = clock.now(), town.ids["a"], town.people
    paused = factories.pilot(PilotState.PAUSED, name="Paula Pause")
    draft = factories.help_request(RequestState.DRAFT)
    new = factories.user(name="Neu", email="neu@example.org", email_confirmed_at=None)
    moving = factories.user(Role.MEMBER, name="Umzug", new_email="umzug-neu@example.org")
    about: dict[Purpose, tuple[str, int, int | None]] = {
        Purpose.CONFIRM_EMAIL: ("user", new.id, new.id),
        Purpose.CHANGE_EMAIL: ("user", moving.id, moving.id),
        Purpose.RESET_PASSWORD: ("user", people["member"].id, people["member"].id),
        Purpose.SUBMIT_REQUEST: ("help_request", draft.id, None),
        Purpose.REQUEST_STATUS: ("help_request", ids["request"], people["member"].id),
        Purpose.ANSWER_ASK: ("proposal", ids["asked"], people["pilot"].id),
        Purpose.CONFIRM_PILOT: ("proposal", ids["accepted"], people["member"].id),
        Purpose.ENGAGEMENT: ("engagement:member", ids["engagement"], people["member"].id),
        Purpose.FOLLOW_UP: ("followup", ids["followup_member"], people["member"].id),
        Purpose.PILOT_PROFILE: ("pilot", paused.id, paused.user_id),
        Purpose.OWN_DATA: ("user", people["member"].id, people["member"].id),
        Purpose.DECISION: ("note.again", ids["note"], people["coordinator"].id),
    }
    for purpose, (entity, key, user) in about.items():
        town.links[purpose] = tokens.issue(purpose, entity, key, at=at, user_id=user)


def _office(town: Town) -> None:
    at = clock.now()
    period = add(QuietPeriod(name="Betriebsferien", first_day=date(2027, 2, 1), last_day=date(2027, 2, 5)))
    for n, state in enumerate((MailState.FAILED, MailState.CALL)):
        mail = add(
            OutboxMessage(
                key=f"k{n}",
                message_id=f"<m{n}@example.org>",
                kind="test",
                state=state,
                recipient_id=town.people["foreignmember"].id,
                recipient_name="Foreignmember",
                address=town.contact["foreignmember"][0],
                phone=town.contact["foreignmember"][1],
                subject="[2026-0001] Nachricht",
                text="Guten Tag, hier steht etwas.",
                created_at=at,
                due_at=at,
            )
        )
        town.ids["a"][f"message_{state.value}"] = mail.id
    town.ids["a"]["period"] = period.id
    town.ids["a"]["barrier"] = add(BarrierReport(text="Der Knopf fehlt.", created_at=at)).id
    town.ids["a"]["weighting"] = add(Weighting(weights={}, origin="hand", made_by=None, made_at=at)).id
    area = db.session.scalars(db.select(Area).limit(1)).one()
    town.ids["a"]["topic"] = add(Topic(slug="own-printing", label_de="3D-Druck", label_en="3D printing")).id
    town.ids["a"]["word"] = add(CatalogueWord(area_id=area.id, kind="word", text="Dorfseite", added_at=at)).id


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
