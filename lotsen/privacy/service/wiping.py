"""A person's name in what others wrote, and in texts that the other side still needs: it is blotted out."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.engagements.models import Concern, Engagement, Feedback, HoursEntry, Message
from lotsen.followups.models import FollowUp
from lotsen.help_requests.models import HelpRequest
from lotsen.notes.models import Note
from lotsen.organisations.models import Member
from lotsen.privacy.register import Subject
from lotsen.proposals.models import Proposal

SHORTEST_NAME = 4
BLOT = "[…]"


def words_of(user: User) -> set[str]:
    """The words by which somebody would know the person: parts of the name, address, number."""
    words = {word for word in (*user.name.split(), user.name) if len(word) >= SHORTEST_NAME}
    return words | {word for word in (user.email, user.new_email, user.phone) if word}


def wipe(user: User, subject: Subject) -> int:
    """Blot the person out of the texts of her cases; delete notes that name her. Returns how many texts changed."""
    words = sorted(words_of(user), key=len, reverse=True)
    if not words:
        return 0
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    changed = 0
    for model, rows, columns in _texts(subject):
        named = or_(*(getattr(model, c).icontains(w, autoescape=True) for c in columns for w in words))
        for row in db.session.scalars(select(model).where(rows, named)).all():
            for column in columns:
                text = getattr(row, column)
                if text and pattern.search(text):
                    setattr(row, column, pattern.sub(BLOT, text))
                    changed += 1
    db.session.flush()
    _delete_notes(user, subject, words)
    return changed


def _texts(s: Subject) -> Iterator[tuple[Any, ColumnElement[bool], tuple[str, ...]]]:
    """Tables, rows and columns in which somebody may have named the person."""
    cases = or_(Engagement.id.in_(s.helping()), Engagement.id.in_(s.helped()))
    ids = select(Engagement.id).where(cases)
    requests = or_(
        HelpRequest.id.in_(s.requests()), HelpRequest.id.in_(select(Engagement.help_request_id).where(cases))
    )
    yield HelpRequest, requests, ("title", "description", "short_text", "answer_text", "query_text", "query_answer")
    yield Engagement, cases, ("goal", "meeting_place", "break_off_text", "handing_over_text")
    yield Feedback, Feedback.engagement_id.in_(ids), ("praise", "criticism")
    yield FollowUp, FollowUp.engagement_id.in_(ids), ("text",)
    yield Concern, Concern.engagement_id.in_(ids), ("text", "settled_text")
    yield Message, Message.engagement_id.in_(ids), ("text",)
    yield HoursEntry, HoursEntry.engagement_id.in_(ids), ("note",)
    yield Proposal, Proposal.help_request_id.in_(s.requests()), ("answer_text",)


def _delete_notes(user: User, s: Subject, words: list[str]) -> None:
    """Notes about cases and organisations stay; those in which the name stands go."""
    own = select(Member.organisation_id).where(Member.user_id == user.id)
    cases = or_(Note.about_id.in_(s.helping()), Note.about_id.in_(s.helped()))
    about = or_(
        and_(Note.about_entity == "engagement", cases),
        and_(Note.about_entity == "organisation", Note.about_id.in_(own)),
    )
    named = or_(*(Note.text.icontains(word, autoescape=True) for word in words))
    db.session.execute(delete(Note).where(about, named).execution_options(synchronize_session=False))
