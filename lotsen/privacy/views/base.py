"""What the three doors to a person's data share: the account, the link in a mail, the coordinator's desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, stream_with_context
from flask_babel import gettext as _

from lotsen.accounts.models import User
from lotsen.accounts.rules import ConsentFor
from lotsen.accounts.service import reset
from lotsen.core import throttle
from lotsen.core.access import Actor
from lotsen.core.clock import now, today
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput, TooManyAttempts
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.privacy.queries import consents as consent_queries
from lotsen.privacy.queries import own, seen
from lotsen.privacy.register import Fate
from lotsen.privacy.service import consents, erasure, export, links, tombstones

bp = Blueprint("privacy", __name__)
EXPORTS_AN_HOUR = 6


@dataclass(frozen=True)
class Door:
    """Whose data, who looks at it, on which way, and where the buttons lead."""

    owner: User | HelpRequest
    by: Actor
    channel: str
    url: Callable[..., str]

    @property
    def user(self) -> User | None:
        """The person; None for a draft that belongs to nobody yet."""
        return self.owner if isinstance(self.owner, User) else None


def show(door: Door, template: str = "privacy/data.html", **context: Any) -> str:
    """What is kept, as numbers; consents; the ways to everything else."""
    found = own.counts(links.subject_of(door.owner))
    standing = consent_queries.standing(door.user) if door.user is not None else []
    return render_template(template, door=door, found=found, consents=standing, **context)


def view(door: Door) -> str:
    """What the other side sees, and when."""
    return render_template("privacy/seen.html", door=door, views=seen.views(links.subject_of(door.owner)))


def download(door: Door, *, channel: str = "") -> Any:
    """The ZIP; kept nowhere, neither here nor in the browser's cache."""
    key = throttle.key("export", f"{door.owner.entity}:{door.owner.id}")
    with transaction(guarded=True):
        wait = throttle.allowed(key, limit=EXPORTS_AN_HOUR, window=timedelta(hours=1))
    if wait:
        raise TooManyAttempts(wait)
    file = export.archive(links.subject_of(door.owner), at=now())
    kind: Any = type(door.owner)
    owner_id, by = door.owner.id, door.by
    with transaction():
        export.record(db.session.get_one(kind, owner_id), channel=channel or door.channel, by=by, at=now())
    name = f"meine-daten-{today().isoformat()}.zip"
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return Response(stream_with_context(file), mimetype="application/zip", headers=headers)


def erase(door: Door, form: Any, *, channel: str = "", reason: str = "", kept: str = "") -> bool:
    """Erase; False when it cannot be, with the reason on the form. ``kept``: the hash that a typed password fitted."""
    kind: Any = type(door.owner)
    owner_id, by = door.owner.id, door.by
    stone = tombstones.of(door.user) if door.user is not None else ""
    try:
        with transaction():
            owner = db.session.get_one(kind, owner_id)
            if isinstance(owner, User):
                if kept and owner.erased_at is None:
                    reset.require_unchanged(owner, kept)
                erasure.erase(owner, channel=channel or door.channel, by=by, at=now(), reason=reason)
            else:
                erasure.erase_drafts(links.subject_of(owner), by=by, at=now())
    except InvalidInput:
        form.form_errors = [_("Sie sind die letzte Person in der Verwaltung. Geben Sie die Rolle erst weiter.")]
        return False
    if stone:
        tombstones.add(stone)
    return True


def erase_page(door: Door, form: Any) -> Any:
    """What goes and what stays, and the button."""
    subject = links.subject_of(door.owner)
    goes = [row for fate in (Fate.DELETED, Fate.EMPTIED) for row in own.counts(subject, fate)]
    stays = own.counts(subject, Fate.KEPT)
    page = render_template("privacy/erase.html", door=door, form=form, goes=goes, stays=stays)
    return page, 400 if form.errors else 200


def act_on_consent(door: Door, purpose: str, verb: str, *, channel: str = "") -> Any:
    """Give or take back; what follows happens at once."""
    person, by, way = door.user, door.by, channel or door.channel
    if person is not None:
        change = consents.withdraw if verb == "zuruecknehmen" else consents.give
        with transaction():
            user = db.session.get_one(User, person.id)
            change(user, ConsentFor(purpose), channel=way, by=by, at=now())
    taken = _("Zurückgenommen. Das gilt ab sofort.")
    flash(taken if verb == "zuruecknehmen" else _("Danke. Das ist eingetragen."))
    return redirect(door.url("data"))


CONSENT_RULE = (
    f"<any({', '.join(repr(word.value) for word in ConsentFor)}):purpose>/<any('geben', 'zuruecknehmen'):verb>"
)
