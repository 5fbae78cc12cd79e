"""What the year in the town found about applications."""

from sqlalchemy import select

from lotsen.accounts.service import registration
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import jobs, service
from lotsen.pilots.models import Pilot


def apply(name, at):
    with transaction():
        user = registration.register(name=name, email=f"{name}@post.example", by=SYSTEM, at=at)
        service.apply(user, "Ich kann Tabellen.", by=user, at=at)


def test_the_next_applicant_does_not_inherit_the_number_and_the_mails_of_one_who_was_deleted(app, time):
    ids = []
    for name in ("erna", "fritz"):
        apply(name, time.at)
        for _step in range(2):
            db.session.expire_all()
            pilot = db.session.scalars(select(Pilot)).one()
            ids.append(pilot.id)
            jobs.run_due(time.set(pilot.due_at))
        assert db.session.scalars(select(Pilot)).all() == []
    kinds = db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind == "pilots.confirm_reminder")).all()
    assert len(kinds) == 2
    assert len(set(ids)) == 2
