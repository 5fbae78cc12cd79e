"""How many mails a completed case cost each side.

Counted is what a case without delay costs. What somebody's own delay or change adds is none of it: a reminder,
"passt es noch?" after an edit (``proposals.still_yes``), and "es bleibt beim Ja" (``proposals.yes_holds``), which
brings the organisation nothing new but a link that works, because the change made the first one worthless. Each of
those follows one yes that was given again: never more mails about a yes than times that it was said.
"""

from collections import Counter

from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State
from lotsen.followups.models import FollowUp
from lotsen.outbox.models import OutboxMessage

from .stage import Stage

ABOUT_A_YES = ("proposals.pilot_says_yes", "proposals.yes_holds")
MAIN = {
    "member": {
        "help_requests.confirm",
        "proposals.pilot_says_yes",
        "engagements.contact_data",
        "followups.how_was_it",
        "followups.feedback",
        "followups.still_in_use",
    },
    "pilot": {
        "proposals.ask",
        "engagements.contact_data",
        "followups.how_was_it",
        "followups.feedback",
        "followups.late_thanks",
    },
}


def budget(stage: Stage, reached: list[OutboxMessage]) -> list[str]:
    """Each of the mails of a case without delay comes once; asked again because of silence counts as a reminder."""
    wrong = []
    for case in db.session.scalars(select(Engagement).where(Engagement.state == State.COMPLETED)):
        asked = select(FollowUp.id).where(FollowUp.engagement_id == case.id, FollowUp.visit == 1)
        about = {"proposal": {case.proposal_id}, "engagement": {case.id}, "followup": set(db.session.scalars(asked))}
        about["help_request"] = {case.help_request_id}
        for side, person in (("member", case.help_request.contact_id), ("pilot", case.pilot.user_id)):
            got = Counter(
                mail.kind
                for mail in reached
                if mail.about_id in about.get(mail.about_entity, ())
                and (mail.recipient_id == person or mail.kind == "help_requests.confirm")
                and mail.kind in MAIN[side]
            )
            stage.counts[f"mails of a case, {side}, at most"] = max(
                stage.counts[f"mails of a case, {side}, at most"], got.total()
            )
            if got.total() > len(MAIN[side]):
                wrong.append(f"engagement {case.id}: {side} got {dict(got)}")
    return wrong + _more_than_said(reached)


def _more_than_said(reached: list[OutboxMessage]) -> list[str]:
    """Proposals about whose yes one person was written to more often than it was given."""
    told = Counter((mail.about_id, mail.recipient_id) for mail in reached if mail.kind in ABOUT_A_YES)
    given = select(AuditEvent.entity_id, func.count()).where(
        AuditEvent.entity == "proposal", AuditEvent.after == "accepted"
    )
    said = {key: count for key, count in db.session.execute(given.group_by(AuditEvent.entity_id))}
    return [
        f"proposal {key}: its yes was given {said.get(key, 0)} times and told {count} times to one person"
        for (key, _who), count in told.items()
        if count > said.get(key, 0)
    ]
