"""``import``: pilots and requests from files, through the services, once.

The natural key is the mail address made from the record's id (``a-l01@import.example``): what is there already stays as
it is. Nobody is written to; imported people get their real address from a coordinator.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from lotsen.accounts.models import User, UserRole
from lotsen.accounts.service import people
from lotsen.core.access import SYSTEM, Actor, Role
from lotsen.core.again import again
from lotsen.core.clock import local_date, now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.naming import without_names
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import MAX_SHORT_TEXT, Answers, Channel, Mode
from lotsen.organisations import service as organisations
from lotsen.organisations.rules import Kind
from lotsen.outbox import service as outbox
from lotsen.pilots import queries as pilot_queries
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.skills.models import Topic

from .records import PILOT, REQUEST, Record, read

DOMAIN = "import.example"
ACTOR_NAME = "Import"


def import_files(files: Sequence[Path], say: Callable[[str], None]) -> None:
    """Import everything or, when one row is wrong, nothing; all errors are named at once."""
    topics = frozenset(db.session.scalars(select(Topic.slug).where(Topic.active)))
    found, wrong = read(files, topics)
    if wrong:
        lines = "\n".join(f"- {line}" for line in wrong)
        raise click.ClickException(
            f"{len(wrong)} Fehler, nichts wurde übernommen. / {len(wrong)} error(s), nothing was imported.\n{lines}"
        )
    new_pilots, new_requests = again(lambda: bring(found))
    known = len(found[PILOT]) + len(found[REQUEST]) - new_pilots - new_requests
    say(
        f"{new_pilots} Lotsinnen und Lotsen, {new_requests} Anfragen übernommen; {known} waren schon da. / "
        f"{new_pilots} pilots, {new_requests} requests imported; {known} were there already."
    )
    say(f"Adressen: <id>@{DOMAIN}; niemand wurde angeschrieben. / Addresses as above; nobody was written to.")


def bring(found: dict[str, list[Record]]) -> tuple[int, int]:
    """Everybody who is not there yet, all or none. Returns how many pilots and requests."""
    at = now()
    with transaction():
        by = actor(at)
        new_pilots = [bring_pilot(row, by=by, at=at) for row in found[PILOT] if find_person(row) is None]
        new_requests = [bring_request(row, by=by, at=at) for row in found[REQUEST] if find_person(row) is None]
    return len(new_pilots), len(new_requests)


def actor(at: datetime) -> User:
    """Who has seen the signed duties: a coordinator, else a person without log-in that stands for the import."""
    staff = select(User).join(UserRole).where(UserRole.role == Role.COORDINATOR, User.active).order_by(User.id)
    known = db.session.scalar(staff.limit(1)) or db.session.scalar(
        select(User).where(User.name == ACTOR_NAME, User.email.is_(None)).limit(1)
    )
    if known is not None:
        return known
    made = people.create(name=ACTOR_NAME, email=None, at=at, by=SYSTEM)
    made.active = False
    db.session.flush()
    return made


def address(row: Record) -> str:
    """The mail address made from a record's id: the natural key."""
    return f"{row['id']}@{DOMAIN}".casefold().replace(" ", "-")


def find_person(row: Record) -> User | None:
    """The person of an earlier import of this record."""
    return people.find_by_email(address(row))


def bring_pilot(row: Record, *, by: Actor, at: datetime) -> Pilot:
    """Make an awarded pilot of a record, the way a coordinator does; the mails of that way stay unsent."""
    person = people.create(
        name=row["display_name"],
        email=address(row),
        phone=row.get("phone", ""),
        locale=locale(row),
        at=at,
        by=by,
        confirmed=True,
    )
    pilot = pilots.apply(person, row["about"], by=by, at=at, channel="import")
    if pilot is None:
        pilot = pilot_queries.of_user_or_404(person.id)
    db.session.flush()
    pilots.submit(pilot, by=by, at=at)
    fill_profile(pilot, row, by=by, at=at)
    pilots.arrange_talk(pilot, None, by=by, at=at)
    give_title(pilot, by=by, at=at)
    outbox.recall(pilot, by=by, at=at)
    return pilot


def fill_profile(pilot: Pilot, row: Record, *, by: Actor, at: datetime) -> None:
    """Keep what the record says as the pilot's profile."""
    values = {
        "headline": row["headline"],
        "about": row["about"],
        "postcode": row["postcode"],
        "languages": row["languages"],
        "on_site": "on_site" in row["modes"],
        "remote": "remote" in row["modes"],
        "radius_km": row["radius_km"],
        "slots": row["availability"],
        "org_kinds": row["org_kinds"],
        "capacity": row["capacity"],
    }
    pilots.change(pilot, values, version=pilot.version, by=by, at=at)
    slugs = {entry["slug"]: entry["level"] for entry in row["topics"]}
    ids = db.session.execute(select(Topic.id, Topic.slug).where(Topic.slug.in_(slugs))).all()
    levels = {topic_id: slugs[slug] for topic_id, slug in ids}
    pilots.set_topics(pilot, levels, frozenset(), version=pilot.version, by=by, at=at)


def give_title(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """Talk held, duties seen, cover explained, awarded."""
    day = local_date(at)
    pilots.record_conditions(pilot, talk_held_on=day, duties_signed_on=day, cover_explained=True, by=by, at=at)
    pilots.award(pilot, by=by, at=at)


def bring_request(row: Record, *, by: Actor, at: datetime) -> HelpRequest:
    """Make an open request of a record: as if told by telephone, so that no mail leaves."""
    request = help_requests.draft(answers(row), by=by, at=at, channel=Channel.PHONE)
    help_requests.submit(request, by=by, at=at, channel="import")
    open_up(request, by=by, at=at)
    return request


def answers(row: Record) -> Answers:
    """A record as the answers of the form."""
    return Answers(
        description=row["description"],
        organisation_name=row["organisation"],
        org_kind=Kind(row["org_kind"]),
        postcode=row["postcode"],
        contact_name=row.get("contact_name", row["organisation"][:120]),
        contact_email=address(row),
        contact_phone=row.get("phone", ""),
        title=row["title"],
        topics=tuple(row["topics"]),
        mode=Mode(row["mode"]),
        slots=tuple(row["availability"]),
        languages=tuple(row["languages"]),
        urgency=row["urgency"],
        locale=locale(row),
    )


def locale(row: Record) -> str:
    """The language of the mails: English for who speaks English but no German."""
    return "en" if "en" in row["languages"] and "de" not in row["languages"] else "de"


def open_up(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The coordinator's check: organisation and contact person verified, short text cleared, open."""
    organisations.verify_contact(request.organisation_id, request.contact_id, by=by, at=at)
    help_requests.clear_short_text(request, shortened(request.description), by=by, at=at)
    help_requests.open_request(request, by=by, at=at)


def shortened(text: str) -> str:
    """As much of a text as asked pilots may read, cut after a word."""
    clean = " ".join(without_names(text).split())
    if len(clean) <= MAX_SHORT_TEXT:
        return clean
    return clean[: MAX_SHORT_TEXT - 2].rsplit(" ", 1)[0] + " …"
