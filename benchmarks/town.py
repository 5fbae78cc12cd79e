"""A large invented town for measuring: rows by the thousand, inserted in bulk. For benchmarks only.

In bulk no listener of the models runs: what those write, such as the folded texts that are searched, is written here.
"""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from lotsen.accounts.models import User, UserRole
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import fold_text
from lotsen.organisations.models import Member, Organisation
from lotsen.organisations.rules import fold_name
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.skills import service as skills
from lotsen.skills.models import Topic

PLACES = ("31655", "31675", "31683", "31688", "31691", "31698", "31553")
SLOTS = [f"{d}-{p}" for d in ("mon", "tue", "wed", "thu", "fri", "sat") for p in ("morning", "afternoon", "evening")]


def build(*, pilots: int, requests: int, seed: int = 7) -> None:
    """Fill an empty migrated database."""
    rng = random.Random(seed)
    texts = [text for entry in skills.shipped() for area in entry["areas"] for text in area["situations"]]
    at = clock.now()
    with transaction():
        skills.sync()
        topics = [row.id for row in db.session.scalars(select(Topic))]
        db.session.execute(insert(User), [_person(i, at) for i in range(pilots + requests * 3 // 10 + 1)])
        ids = list(db.session.scalars(select(User.id).order_by(User.id)))
        roles = [Role.PILOT] * pilots + [Role.MEMBER] * (len(ids) - pilots - 1) + [Role.COORDINATOR]
        rows = [{"user_id": u, "role": r, "granted_at": at} for u, r in zip(ids, roles, strict=True)]
        db.session.execute(insert(UserRole), rows)
        db.session.execute(insert(Pilot), [_pilot(u, at, rng, texts) for u in ids[:pilots]])
        known = list(db.session.scalars(select(Pilot.id)))
        db.session.execute(
            insert(PilotTopic),
            [
                {"pilot_id": p, "topic_id": t, "level": rng.randint(1, 3)}
                for p in known
                for t in rng.sample(topics, rng.randint(1, 4))
            ],
        )
        _requests(ids[pilots:-1], requests, at, rng, texts)


def _person(number: int, at: Any) -> dict[str, Any]:
    return {
        "name": f"Person {number:05d}",
        "email": f"person{number}@example.org",
        "phone": f"05721 {number:06d}",
        "phone_digits": f"05721{number:06d}",
        "locale": "de",
        "password_hash": "",
        "is_demo": False,
        "mail_stopped": False,
        "active": True,
        "version": 1,
        "email_confirmed_at": at,
        "created_at": at,
    }


def _pilot(user_id: int, at: Any, rng: random.Random, texts: list[str]) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "state": "awarded",
        "state_since": at,
        "visit": 1,
        "due_step": "",
        "headline": rng.choice(texts)[:80],
        "about": " ".join(rng.sample(texts, 4)),
        "postcode": rng.choice(PLACES),
        "radius_km": rng.choice((5, 10, 20, 30)),
        "remote": rng.random() < 0.6,
        "slots": rng.sample(SLOTS, 5),
        "capacity": rng.randint(1, 3),
        "created_at": at,
    }


def _requests(members: list[int], count: int, at: Any, rng: random.Random, texts: list[str]) -> None:
    clubs = [
        {"name": f"Verein {i:05d}", "kind": "club", "postcode": rng.choice(PLACES), "municipal": False, "version": 1}
        | {"name_folded": fold_name(f"Verein {i:05d}"), "created_at": at, "verified_at": at}
        for i in range(len(members))
    ]
    db.session.execute(insert(Organisation), clubs)
    organisations = list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
    db.session.execute(
        insert(Member),
        [
            {"organisation_id": o, "user_id": u, "created_at": at, "verified_at": at}
            for o, u in zip(organisations, members, strict=True)
        ],
    )
    rows = []
    for number in range(count):
        which = number % len(members)
        since = at - timedelta(days=rng.randint(0, 700), minutes=number % 1000)
        state = "open" if number % 10 == 0 else rng.choice(("completed", "answered", "withdrawn", "referred"))
        text = " ".join(rng.sample(texts, 3))
        name, email = f"Person {which}", f"person{which}@example.org"
        rows.append(
            {
                "state": state,
                "state_since": since,
                "visit": 1,
                "due_step": "",
                "organisation_name": clubs[which]["name"],
                "org_kind": "club",
                "postcode": clubs[which]["postcode"],
                "contact_name": name,
                "contact_email": email,
                "organisation_id": organisations[which],
                "contact_id": members[which],
                "title": text[:100],
                "description": text,
                "search_text": fold_text(text[:100], clubs[which]["name"], name, email, text),
                "short_text": text[:200],
                "mode": "either",
                "slots": [],
                "created_at": since,
                "submitted_at": since,
            }
        )
    db.session.execute(insert(HelpRequest), rows)
