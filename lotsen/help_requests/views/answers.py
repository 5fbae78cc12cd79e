"""From what a form or the half-filled form holds to the answers that the service takes."""

from collections.abc import Mapping
from typing import Any

from lotsen.accounts.models import User
from lotsen.core.i18n import locale_code
from lotsen.help_requests.rules import Answers, Mode, slots_of_ticks
from lotsen.organisations.models import Member
from lotsen.organisations.rules import Kind


def answers_of(data: Mapping[str, Any], *, person: User | None = None, member: Member | None = None) -> Answers:
    """Typed values as `Answers`; a logged-in contact person's own data are known."""
    children = data.get("with_children") == "ja"
    organisation = member.organisation if member else None
    return Answers(
        description=data["description"],
        title=data.get("title") or "",
        topics=tuple(data.get("topics") or ()) + tuple(data.get("more") or ()),
        organisation_name=organisation.name if organisation else data["organisation_name"],
        org_kind=organisation.kind if organisation else Kind(data["org_kind"]),
        postcode=organisation.postcode if organisation else data["postcode"],
        organisation_id=organisation.id if organisation else None,
        contact_id=person.id if person else None,
        contact_name=person.name if person else data["contact_name"],
        contact_email=(person.email if person else data.get("contact_email")) or "",
        contact_phone=data.get("contact_phone") or "",
        contact_hint=data.get("contact_hint") or "",
        mode=Mode(data.get("mode") or Mode.EITHER),
        slots=tuple(slots_of_ticks(data.get("ticks") or [])),
        languages=tuple(data.get("languages") or ["de"]),
        with_children=children,
        carrier=(data.get("carrier") or "") if children else "",
        wished_pilot=data.get("wished_pilot") or "",
        takes_whoever=bool(data.get("takes_whoever")),
        release_phone="phone" in (data.get("releases") or []),
        release_email="email" in (data.get("releases") or []),
        name_may_be_shown=not data.get("hide_name"),
        urgency=data.get("urgency") or "normal",
        locale=person.locale if person else locale_code(),
    )
