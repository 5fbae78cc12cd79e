"""Giving and withdrawing consent: as easily as it was given, with effect at once, on every way."""

from datetime import datetime

from lotsen.accounts import queries
from lotsen.accounts.models import Consent, User
from lotsen.accounts.rules import CONSENT_VERSIONS, ConsentFor
from lotsen.audit import service as audit
from lotsen.core.access import Actor

from .people import record_consent


def give(user: User, purpose: ConsentFor, *, channel: str, by: Actor, at: datetime) -> Consent:
    """The person agrees, in the words of today; agreed already: nothing more happens."""
    known = queries.consent(user.id, purpose)
    if known is not None and known.text_version == CONSENT_VERSIONS[purpose]:
        return known
    version = CONSENT_VERSIONS[purpose]
    return record_consent(user, purpose.value, text_version=version, channel=channel, by=by, at=at)


def withdraw(user: User, purpose: ConsentFor, *, channel: str, by: Actor, at: datetime) -> int:
    """The person does not agree any more: every row of this purpose. Returns how many. Twice: nothing more happens."""
    rows = queries.live_consents(user.id, purpose)
    for row in rows:
        row.withdrawn_at, row.withdrawn_channel, row.withdrawn_by = at, channel, by.actor_id
        audit.record("consent.withdrawn", row, by=by, at=at, on_behalf_of=user.id, purpose=purpose.value)
    return len(rows)
