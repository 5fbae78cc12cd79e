"""What each side lets the other have: telephone number, mail address; changed whenever the person likes."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor

from ..models import Engagement
from ..rules import Side


def release_contact(
    engagement: Engagement,
    side: Side,
    *,
    phone: bool,
    email: bool,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> None:
    """Each side alone says what the other may see of it in this engagement. Said twice: nothing more happens."""
    if side is Side.PILOT:
        before = engagement.pilot_phone, engagement.pilot_email
        engagement.pilot_phone, engagement.pilot_email = phone, email
    else:
        before = engagement.member_phone, engagement.member_email
        engagement.member_phone, engagement.member_email = phone, email
    if before != (phone, email):
        engagement.version += 1
        audit.record(
            "engagement.released",
            engagement,
            by=by,
            at=at,
            on_behalf_of=on_behalf_of,
            side=side.value,
            phone=phone,
            email=email,
        )
