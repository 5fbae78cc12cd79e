"""Who is there from the first day: the town's settings, the four log-ins, sixty pilots, one well-known club."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lotsen.accounts.models import User
from lotsen.accounts.rules import DEMO_PASSWORD, ConsentFor
from lotsen.accounts.service import consents, passwords
from lotsen.accounts.service import people as accounts
from lotsen.cli.importing import bring_pilot, fill_profile, give_title
from lotsen.core import clock
from lotsen.core.access import SYSTEM, Role
from lotsen.core.config import ROOT
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date
from lotsen.municipality import service as municipality
from lotsen.municipality.queries import town
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Organisation
from lotsen.organisations.rules import Kind
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot

from . import words
from .stage import Stage, Story

RELEASED = {"release_phone": True, "release_email": True}  # nearly everybody says so in the profile
FOLDER = ROOT / "benchmarks" / "gold" / "A"


@dataclass(frozen=True)
class Cast:
    """Who the stories are about."""

    coordinator: User
    pilot: Pilot
    member: User
    club: Organisation


def rows(name: str) -> list[dict[str, Any]]:
    """The records of a shipped file."""
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def settle(stage: Stage) -> Cast:
    """Settings and accounts, the day before the first story; the pilots come over half a year."""
    hashed = passwords.hashed(DEMO_PASSWORD)
    at = stage.at
    with clock.frozen(at), transaction():
        year = clock.local_date(stage.end).year
        municipality.ensure_quiet_periods(town().land, range(year - 1, year + 3), by=SYSTEM, at=at)
        for setting, value in words.SETTINGS.items():
            municipality.change(setting, value, by=SYSTEM, at=at)
        municipality.change("accessibility_date", plain_date(clock.local_date(at)), by=SYSTEM, at=at)
        coordinator = _log_in("koordination", "Maren Albrecht", hashed, at, Role.COORDINATOR)
        _log_in("admin", "Thomas Reinecke", hashed, at, Role.ADMINISTRATOR)
        pilot = _pilot(_log_in("lotsin", "Sandra Wiebking", hashed, at), coordinator, at)
        member = _log_in("verein", "Carsten Hoppe", hashed, at)
        joined = organisations.join(
            "Kulturverein Alte Weberei e. V.", Kind.CLUB, "31655", person=member, by=member, at=at
        )
        joined.function = "Schriftführer"
        organisations.verify(joined.organisation, joined, by=coordinator, at=at)
        cast = Cast(coordinator, pilot, member, joined.organisation)
    people = rows("lotsen.json")
    for number, first in enumerate(range(0, len(people), 10)):
        stage.begin(stage.ago(175 - 14 * number, 17), _ceremony(stage, people[first : first + 10], cast))
    return cast


def _log_in(name: str, full_name: str, hashed: str, at: datetime, role: Role | None = None) -> User:
    user = accounts.create(
        name=full_name,
        email=f"{name}@stadthagen.example",
        phone=words.PHONES[name],
        at=at,
        by=SYSTEM,
        confirmed=True,
    )
    user.password_hash, user.is_demo = hashed, True
    if role is not None:
        accounts.grant(user, role, by=SYSTEM, at=at)
    db.session.flush()
    return user


def _pilot(user: User, coordinator: User, at: datetime) -> Pilot:
    pilot = pilots.apply(user, words.PILOT["about"], by=user, at=at)
    if pilot is None:
        raise LookupError("the demo pilot was there already")
    db.session.flush()
    pilots.submit(pilot, by=user, at=at)
    fill_profile(pilot, words.PILOT, by=user, at=at)
    pilots.change(
        pilot,
        RELEASED | {"show_full_name": True, "asks_per_month": 6, "title_form": "female"},
        version=pilot.version,
        by=user,
        at=at,
    )
    pilots.arrange_talk(pilot, None, by=coordinator, at=at)
    give_title(pilot, by=coordinator, at=at)
    pilots.set_ceremony(pilot, clock.local_date(at), by=coordinator, at=at)
    _show_in_public(pilot, at)
    return pilot


def _show_in_public(pilot: Pilot, at: datetime) -> None:
    consents.give(pilot.user, ConsentFor.PUBLIC_PROFILE, channel="web", by=pilot.user, at=at)


def _ceremony(stage: Stage, people: list[dict[str, Any]], cast: Cast) -> Story:
    """Ten pilots of the shipped file get the title on one evening."""
    for number, row in enumerate(people):
        pilot = bring_pilot(row | {"phone": words.phone(stage.chance)}, by=cast.coordinator, at=stage.at)
        pilots.set_ceremony(pilot, stage.today(), by=cast.coordinator, at=stage.at)
        pilots.change(pilot, RELEASED, version=pilot.version, by=pilot.user, at=stage.at)
        if number % 3 == 0:
            _show_in_public(pilot, stage.at)
    yield from ()
