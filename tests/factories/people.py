"""People, organisations, pilots."""

from typing import Any

from sqlalchemy import select

from lotsen.accounts.models import User, UserRole
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.organisations.models import Member, Organisation
from lotsen.organisations.rules import Kind
from lotsen.pilots import rules as pilot_rules
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.skills.models import Topic

from .base import add, numbers, writing


def user(*roles: Role, **values: Any) -> User:
    """A person with a confirmed address."""
    n = next(numbers)
    at = clock.now()
    defaults = {
        "name": f"Kim Beispiel {n}",
        "email": f"kim{n}@example.org",
        "email_confirmed_at": at,
        "created_at": at,
    }
    with writing():
        made = add(User(**{**defaults, **values}))
        made.role_rows.extend(UserRole(role=role, granted_at=at) for role in roles)
    return made


def coordinator(**values: Any) -> User:
    """A coordinator."""
    return user(Role.COORDINATOR, **{"name": "Karin Koordination", **values})


def administrator(**values: Any) -> User:
    """An administrator."""
    return user(Role.ADMINISTRATOR, **{"name": "Adam Admin", **values})


def organisation(*, verified: bool = True, **values: Any) -> Organisation:
    """An organisation, verified unless said otherwise."""
    at = clock.now()
    defaults = {
        "name": f"Verein {next(numbers)}",
        "kind": Kind.CLUB,
        "postcode": "31655",
        "created_at": at,
        "verified_at": at if verified else None,
    }
    with writing():
        return add(Organisation(**{**defaults, **values}))


def member(of: Organisation | None = None, *, person: User | None = None, verified: bool = True) -> Member:
    """A contact person."""
    at = clock.now()
    with writing():
        of = of or organisation(verified=verified)
        person = person or user(Role.MEMBER, name="Vera Verein", phone="05721 4711", phone_digits="057214711")
        return add(
            Member(organisation_id=of.id, user_id=person.id, created_at=at, verified_at=at if verified else None)
        )


def pilot(
    state: pilot_rules.State = pilot_rules.State.AWARDED, *, topics: dict[str, int] | None = None, **values: Any
) -> Pilot:
    """A pilot with a complete profile, awarded unless said otherwise."""
    at = clock.now()
    person_values = {k: values.pop(k) for k in ("name", "email", "phone", "locale") if k in values}
    person = values.pop("user", None)
    defaults: dict[str, Any] = {
        "headline": "Websites für Vereine",
        "about": "Ich baue und pflege seit Jahren Vereinsseiten mit WordPress und erkläre gern.",
        "postcode": "31655",
        "radius_km": 20,
        "remote": True,
        "release_phone": True,
        "release_email": True,
        "slots": [],
        "created_at": at,
        "awarded_on": clock.local_date(at) if state is pilot_rules.State.AWARDED else None,
    }
    with writing():
        person = person or user(Role.PILOT, **{"name": f"Lore Lotsin {next(numbers)}", **person_values})
        made = Pilot(user_id=person.id, **{**defaults, **values})
        enter(made, state, pilot_rules, at=at)
        add(made)
        for slug, level in (topics if topics is not None else {"website": 3}).items():
            topic = db.session.scalar(select(Topic).where(Topic.slug == slug))
            assert topic is not None, slug
            made.topics.append(PilotTopic(topic_id=topic.id, level=level))
        db.session.flush()
        db.session.refresh(made)
    return made
