"""A pilot speaks for an organisation, or does not any more: nobody is proposed to the own one."""

from datetime import datetime

from lotsen.core.access import Actor
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.pilots import queries

from .capacity import touched


@organisations.contact_joined.connect
@organisations.contact_left.connect
def on_contact_changed(member: Member, by: Actor, at: datetime) -> None:
    """The matcher looks again."""
    pilot = queries.find_by_user(member.user_id)
    if pilot is not None:
        touched(pilot)
