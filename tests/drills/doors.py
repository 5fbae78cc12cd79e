"""Races at the doors: a link, a registration, the roles. ``python -m tests.drills.races reset-link ...``."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete

from lotsen.accounts.models import User
from lotsen.accounts.service import passwords
from lotsen.audit.models import AuditEvent
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import ThrottleCounter
from lotsen.core.tokens import Purpose
from lotsen.outbox.models import OutboxMessage
from tests import factories

from .racing import NAMES, Race, Reading, Stage, count, happened

UNNAMED = ("",)  # to a stranger the page names nobody
OLD, NEW = "apfel zaun mond", "birne dach stern"


@dataclass
class Doors(Stage):
    """Where people come in, and who may do what."""

    def __post_init__(self) -> None:
        self.pages: dict[str, Callable[[], Race]] = {
            "reset-link": self.reset_link,
            "registration": self.registration,
            "roles": self.roles,
            "erase-and-change": self.erase_and_change,
        }

    def reset_link(self) -> Race:
        """The link of one mail is used eight times: one password is kept, the others read that the link is used."""
        person = factories.user(Role.MEMBER, password_hash=passwords.hashed(OLD))
        link = self.link(Purpose.RESET_PASSWORD, "user", person.id, person.id)
        presses = [self.sent(f"/passwort/{link}", password=f"{NEW} {name}") for name in NAMES]
        won = happened("user.password_changed", person.id, mail="accounts.password_changed")
        return Race(presses, won, Reading.WHAT_STANDS, UNNAMED)

    def registration(self) -> Race:
        """One address registers eight times: one person, one mail; each race as if on another day, for the limit."""
        with transaction():
            db.session.execute(delete(ThrottleCounter))
        email = f"neu{count(User.id > 0)}@example.org"
        presses = [self.sent("/registrieren/konto", name="Nele Neu", email=email) for _ in NAMES]

        def won() -> int:
            return max(count(User.email == email), count(OutboxMessage.address == email))

        return Race(presses, won, Reading.DONE)

    def roles(self) -> Race:
        """Four administrators give a role to a coordinator, four take that of the coordinator away.

        Who wants what stands by then reads that it is so.
        """
        person = factories.coordinator()
        person_id, path = person.id, f"/verwaltung/personen/{person.id}"
        both = ["coordinator", "administrator"]
        presses = [
            self.press(
                factories.administrator(name=f"Adam {name}"), path, "Speichern", staff_roles=both if n % 2 else []
            )
            for n, name in enumerate(NAMES)
        ]
        changes = AuditEvent.action.in_(["user.role_granted", "user.role_revoked"])
        return Race(presses, lambda: count(changes, AuditEvent.entity_id == person_id), Reading.WHAT_STANDS)

    def erase_and_change(self) -> Race:
        """A person deletes the account in four browsers and changes the address in four others."""
        person = factories.user(Role.MEMBER, password_hash=passwords.hashed(OLD))
        person_id = person.id
        presses = [
            self.sent("/konto/loeschen", person, word="LÖSCHEN", password=OLD)
            if n % 2
            else self.sent("/konto/adresse", person, email=f"neu-{person_id}@example.org", current=OLD)
            for n in range(len(NAMES))
        ]
        return Race(presses, happened("privacy.erased", person_id), Reading.WHAT_STANDS, UNNAMED)
