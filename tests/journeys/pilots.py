"""Awarded pilots, made by the services a coordinator's pages call: nothing is inserted past them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from lotsen.accounts.service import people
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.pilots import service
from lotsen.pilots.models import Pilot
from lotsen.skills.models import Topic

from .town import COORDINATOR, Town


@dataclass(frozen=True)
class Helper:
    """Who is to be awarded, and what for."""

    name: str
    email: str | None
    headline: str = "Websites für Vereine"
    about: str = "Ich baue und pflege seit Jahren Vereinsseiten mit WordPress und erkläre es gern."
    topics: tuple[str, ...] = ("website",)
    phone: str = "05721 100200"
    values: dict[str, object] = field(default_factory=dict)


def award(town: Town, helpers: Sequence[Helper]) -> None:
    """Take the applications by telephone, fill in the profiles, award the titles."""
    with town.inside():
        for helper in helpers:
            with transaction():
                _award(helper)


def _award(helper: Helper) -> None:
    by, at = people.find_by_email(COORDINATOR), clock.now()
    assert by is not None
    row: Pilot = service.record_application(
        name=helper.name, email=helper.email, phone=helper.phone, own_words=helper.about, by=by, at=at
    )
    service.arrange_talk(row, None, by=by, at=at)
    values = {
        "headline": helper.headline,
        "about": helper.about,
        "postcode": "31655",
        "radius_km": 25,
        "remote": True,
        "on_site": True,
        "release_phone": True,
        "release_email": True,
        **helper.values,
    }
    service.change(row, values, version=row.version, by=by, at=at)
    wanted = db.session.scalars(select(Topic).where(Topic.slug.in_(helper.topics))).all()
    assert len(wanted) == len(helper.topics), helper.topics
    levels = {topic.id: 3 for topic in wanted}
    service.set_topics(row, levels, frozenset(), version=row.version, by=by, at=at)
    today = clock.local_date(at)
    service.record_conditions(row, talk_held_on=today, duties_signed_on=today, cover_explained=True, by=by, at=at)
    service.award(row, by=by, at=at)
