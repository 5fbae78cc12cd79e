"""The town at New Year, and what is planned to happen in it at any moment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.service import people as accounts
from lotsen.accounts.service import registration
from lotsen.core import clock
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import LIVE, BreakOffReason, Side
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Answers, Channel
from lotsen.municipality import service as municipality
from lotsen.organisations import queries as clubs
from lotsen.organisations import service as organisations
from lotsen.organisations.rules import Kind
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason
from lotsen.proposals import sweep
from lotsen.skills.models import Topic
from tests.smtp_sink import Sink

from . import chronicle, early, proof
from .award import award
from .office import Office
from .people import People
from .stage import NEW_YEAR, Stage

CHOSEN = [reason for reason in BreakOffReason if reason is not BreakOffReason.HANDED_OVER]
WISHES = (
    "Unsere Homepage ist uralt und keiner weiß mehr, wie man dort etwas ändert.",
    "Wir möchten die Mitgliederliste endlich in einer Tabelle führen, die alle öffnen können.",
    "Die Kasse soll auf den Computer, aber wir wissen nicht, womit wir anfangen sollen.",
    "Unsere E-Mails landen bei vielen im Spam, und wir verstehen nicht, warum das so ist.",
    "Wir suchen Hilfe, um im Internet Termine anzubieten, die man selbst buchen kann.",
)


@dataclass(frozen=True)
class Size:
    """How much happens."""

    pilots: int = 20
    requests: int = 60
    days: int = 365
    running: int = 0
    before: int = 0
    every: int = 1
    thorough: bool = True


# A small one takes seconds; it begins with what goes on already, so that its six weeks see every kind of end.
SMALL = Size(pilots=4, requests=2, days=42, running=3, before=41, every=3, thorough=False)
SIZES = {"full": Size(), "small": SMALL}


def year(app: Flask, sink: Sink, seed: int, size: Size) -> Stage:
    """Play a year; raises AssertionError with everything that is wrong."""
    sweep.index.forget()
    stage = Stage(app, sink, seed, size.days, before=size.before, every=size.every, thorough=size.thorough)
    with stage.watching_contacts():
        chief_id = _begin(stage, size)
        with clock.frozen(stage.at), transaction():
            Office(stage, People(stage), db.session.get_one(User, chief_id))
            _plan(stage, size, chief_id)
        stage.play(every_fortnight=lambda: proof.nobody_in_limbo(stage))
    chronicle.at_the_end(stage)
    return stage


def _begin(stage: Stage, size: Size) -> int:
    """The coordinator and the first pilots; in a small town also what goes on at New Year, or has ended before."""
    with clock.frozen(stage.at), transaction():
        municipality.ensure_quiet_periods("NI", range(2026, 2030), by=SYSTEM, at=stage.at)
        chief = accounts.create(name="Maren Albrecht", email="amt@stadthagen.example", at=stage.at, by=SYSTEM)
        accounts.grant(chief, Role.COORDINATOR, by=SYSTEM, at=stage.at)
        for number in range(size.pilots):
            _pilot(stage, number, chief)
        db.session.flush()
        chief_id = chief.id
        if size.before:
            early.ended(_request(stage, 100, chief_id), _nth_pilot(0), stage, by=chief)
    if size.before:
        stage.go(NEW_YEAR)
    with clock.frozen(stage.at), transaction():
        chief = db.session.get_one(User, chief_id)
        for number in range(size.running):
            row = _request(stage, 101 + number, chief_id)
            early.begun(
                row, _nth_pilot(number % size.pilots), stage, by=chief, so_far=early.SO_FAR[(number + stage.seed) % 4]
            )
    return chief_id


def _nth_pilot(number: int) -> Pilot:
    return db.session.scalars(select(Pilot).order_by(Pilot.id).offset(number).limit(1)).one()


def _pilot(stage: Stage, number: int, chief: User) -> None:
    with_mail = number % 7 != 3
    email = f"lotse{number}@post.example" if with_mail else None
    if number % 8 == 5 and email:
        stage.sink.unknown.add(email)
    pilot = pilots.record_application(
        name=f"Lotse {number}",
        email=email,
        phone=f"05721 10{number:02d}",
        own_words="Ich kenne mich mit Websites aus.",
        by=chief,
        at=stage.at,
    )
    pilots.arrange_talk(pilot, None, by=chief, at=stage.at)
    award(pilot, stage, by=chief)


def _plan(stage: Stage, size: Size, chief_id: int) -> None:
    for number in range(size.requests):
        stage.plan(stage.some_day(0.0, 0.8), lambda n=number: _request(stage, n, chief_id))
    for number in range(max(2, size.pilots // 5)):
        stage.plan(stage.some_day(0.1, 0.7), lambda n=number: _application(stage, n))
    ids = list(db.session.scalars(select(Pilot.id).order_by(Pilot.id)))
    stage.chance.shuffle(ids)
    happens: list[tuple[Any, float]] = [
        (lambda row: _dies(stage, row, chief_id), 0.3),
        (lambda row: pilots.wish_to_end(row, by=row.user, at=stage.at), 0.2),
        *((lambda row, number=number: _pauses(stage, row, number), 0.1) for number in range(3)),
        (lambda row: _is_suspended(stage, row, chief_id), 0.2),
    ]
    for key, (verb, first) in zip(ids, happens, strict=False):
        stage.plan(stage.some_day(first, 0.8), lambda key=key, verb=verb: verb(db.session.get_one(Pilot, key)))
    for _ in range(size.requests // 2 + size.running):
        stage.plan(stage.some_day(0.15, 0.95), lambda: _life(stage, chief_id))
    for _ in range(size.requests // 6):
        stage.plan(stage.some_day(0.1, 1.0), lambda: _bounce(stage, chief_id))


def _life(stage: Stage, chief_id: int) -> None:
    """Somewhere an engagement takes a turn that nobody has asked about."""
    live = select(Engagement).where(Engagement.state.in_(LIVE)).order_by(Engagement.id)
    rows = db.session.scalars(live).all()
    if not rows:
        return
    row, side = stage.chance.choice(rows), stage.chance.choice(list(Side))
    person = row.pilot.user if side is Side.PILOT else row.help_request.contact
    common = {"by": person or SYSTEM, "at": stage.at}
    turn = stage.pick(over=20, more=15, pause=20, on=10, off=10, move=10, problem=5, hours=10, gone=5)
    stage.counts[f"turn {turn}"] += 1
    if turn == "over":
        engagements.hand_over(row, side, text="Ich ziehe um.", **common)
    elif turn == "more":
        engagements.seek_more(row, side, **common)
    elif turn == "pause":
        until = stage.today() + timedelta(days=stage.chance.randint(5, 80)) if stage.maybe(0.7) else None
        engagements.pause(row, until, side, **common)
    elif turn == "on":
        engagements.resume(row, side, **common)
    elif turn == "off":
        engagements.break_off(row, stage.chance.choice(CHOSEN), side, **common)
    elif turn == "move":
        engagements.appoint(row, stage.later(stage.chance.randint(1, 20), 17), "Rathaus", invite=True, **common)
    elif turn == "problem":
        engagements.report_problem(row, side, "Es gab Streit.", "", **common)
    elif turn == "hours":
        engagements.log_hours(row, stage.today(), 6 * 60, "", **{**common, "by": row.pilot.user})
    elif row.help_request.contact_id is not None:
        member = clubs.find_member(row.help_request.organisation_id, row.help_request.contact_id)
        if member is not None:
            organisations.leave(member, by=db.session.get_one(User, chief_id), at=stage.at)


def _is_suspended(stage: Stage, row: Pilot, chief_id: int) -> None:
    pilots.suspend(row, "Beschwerde", by=db.session.get_one(User, chief_id), at=stage.at)


def _dies(stage: Stage, row: Pilot, chief_id: int) -> None:
    pilots.end(row, EndReason.DECEASED, by=db.session.get_one(User, chief_id), at=stage.at)


def _pauses(stage: Stage, row: Pilot, number: int) -> None:
    start = stage.today() + timedelta(days=3 * number)
    until = start + timedelta(days=30) if number != 1 else None
    pilots.pause(row, start, until, by=row.user, at=stage.at)


def _application(stage: Stage, number: int) -> None:
    email = f"neu{number}@post.example"
    user = registration.register(name=f"Neu {number}", email=email, phone="", by=SYSTEM, at=stage.at)
    pilots.apply(user, "Ich kann Tabellen.", by=user, at=stage.at)


def _request(stage: Stage, number: int, chief_id: int) -> HelpRequest:
    by_phone = number % 6 == 2
    email = "" if by_phone else f"verein{number}@post.example"
    if number % 9 == 4 and email:
        stage.sink.unknown.add(email)
    phone = f"05721 47{number:02d}" if by_phone or stage.maybe(0.6) else ""
    topics = db.session.scalars(select(Topic.slug).where(Topic.active).order_by(Topic.id)).all()
    given = Answers(
        description=stage.chance.choice(WISHES),
        organisation_name=f"Verein {number % max(3, number - number % 3)}",
        org_kind=stage.chance.choice(list(Kind)),
        postcode="31655",
        contact_name=f"Vera Verein {number}",
        contact_email=email,
        contact_phone=phone,
        topics=tuple(stage.chance.sample(list(topics), 1)),
        takes_whoever=stage.maybe(0.15),
        carrier="asking" if stage.maybe(0.04) else "",
        urgency="high" if stage.maybe(0.1) else "normal",
    )
    chief = db.session.get_one(User, chief_id)
    if by_phone:
        row = help_requests.draft(given, by=chief, at=stage.at, channel=Channel.PHONE)
        help_requests.submit(row, by=chief, at=stage.at, channel="phone")
    else:
        row = help_requests.draft(given, by=SYSTEM, at=stage.at)
    db.session.flush()
    key = row.id
    stage.counts["requests"] += 1
    for verb, share in ((_withdraw, 0.15), (_hold, 0.15), (_resume, 0.1), (_edit, 0.15)):
        if stage.maybe(share):
            at = stage.later(stage.chance.randint(1, 70), stage.chance.choice((10, 13, 19)))
            stage.plan(at, lambda verb=verb: verb(stage, db.session.get(HelpRequest, key)))
    return row


def _withdraw(stage: Stage, row: HelpRequest | None) -> None:
    if row is not None:
        help_requests.withdraw(row, by=row.contact or SYSTEM, at=stage.at)
        stage.counts["withdrawn at a random moment"] += 1


def _hold(stage: Stage, row: HelpRequest | None) -> None:
    if row is not None:
        until = stage.today() + timedelta(days=stage.chance.randint(3, 40))
        help_requests.hold(row, until, by=row.contact or SYSTEM, at=stage.at)
        stage.counts["held at a random moment"] += 1


def _resume(stage: Stage, row: HelpRequest | None) -> None:
    if row is not None and row.contact is not None:
        help_requests.resume(row, by=row.contact, at=stage.at)


def _edit(stage: Stage, row: HelpRequest | None) -> None:
    if row is not None and row.contact is not None:
        words = f"{row.description} Am besten noch vor dem Sommerfest."
        help_requests.edit(row, {"description": words}, by=row.contact, at=stage.at)


def _bounce(stage: Stage, chief_id: int) -> None:
    sent = select(OutboxMessage).where(OutboxMessage.state == MailState.SENT).order_by(OutboxMessage.id.desc()).limit(6)
    found = db.session.scalars(sent).all()
    if found:
        outbox.record_bounce(stage.chance.choice(found), by=db.session.get_one(User, chief_id), at=stage.at)
        stage.counts["bounces"] += 1
