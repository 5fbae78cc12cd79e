"""People who want to become pilots, and pilots who rest or stop: one in every state that a page can show."""

from datetime import timedelta

from lotsen.accounts.service import registration
from lotsen.cli.importing import fill_profile, give_title
from lotsen.core.access import SYSTEM
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason

from . import words
from .people import Cast
from .stage import Stage, Story


def plan(stage: Stage, cast: Cast) -> None:
    """Let each application begin so that it stands where it should at the end."""
    starts = {
        "draft": stage.ago(2, 21),
        "submitted": stage.wt_ago(1, 19),
        "talk_ahead": stage.wt_ago(7, 16),
        "talk_held": stage.wt_ago(9, 11),
        "withdrawn": stage.ago(40, 18),
        "paused": stage.ago(150, 10),
        "ended": stage.ago(160, 14),
    }
    for (goal, begins), person in zip(starts.items(), words.APPLICANTS, strict=True):
        stage.begin(begins, _application(stage, cast, goal, *person))


def _application(stage: Stage, cast: Cast, goal: str, name: str, own_words: str) -> Story:
    email = f"{name.lower().replace(' ', '.').replace('ü', 'ue').replace('ä', 'ae')}@post.example"
    person = registration.register(name=name, email=email, phone=words.phone(stage.chance), by=SYSTEM, at=stage.at)
    pilot = pilots.apply(person, own_words, by=person, at=stage.at)
    if goal == "draft" or pilot is None:
        return
    yield stage.hours(0.5)
    registration.mark_confirmed(person, applies=True, by=person, at=stage.at)
    if goal == "submitted":
        return
    yield stage.wt(1, 10)
    if goal == "withdrawn":
        pilots.withdraw(pilot, by=person, at=stage.at)
        return
    fill_profile(pilot, words.profile(own_words), by=person, at=stage.at)
    yield stage.wt(1, 9)
    talk_at = stage.wt(9 if goal == "talk_ahead" else 2, 16)
    pilots.arrange_talk(pilot, talk_at, by=cast.coordinator, at=stage.at)
    if goal in ("talk_ahead", "talk_held"):
        return
    yield talk_at + timedelta(hours=1)
    give_title(pilot, by=cast.coordinator, at=stage.at)
    yield stage.ago(25, 9)
    if goal == "paused":
        pilots.pause(pilot, stage.today(), stage.last_day() + timedelta(days=24), by=person, at=stage.at)
    else:
        pilots.end(pilot, EndReason.MOVED, by=cast.coordinator, at=stage.at)
