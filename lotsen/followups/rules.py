"""What is asked after the start, and what may be answered. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What is asked."""

    DATE_AGREED = "date_agreed"
    HOW_WAS_IT = "how_was_it"
    MONTHLY = "monthly"
    FEEDBACK = "feedback"
    STILL_IN_USE = "still_in_use"
    PAUSE_OVER = "pause_over"
    PILOT_RESTS = "pilot_rests"


class Answer(StrEnum):
    """What may be answered."""

    YES = "yes"
    NO = "no"
    STUCK = "stuck"
    FITS = "fits"
    STILL_OPEN = "still_open"
    FITS_NOT = "fits_not"
    NO_SHOW = "no_show"
    DONE = "done"
    PAUSE = "pause"
    HAND_OVER = "hand_over"


ANSWERS: dict[Kind, frozenset[Answer]] = {
    Kind.DATE_AGREED: frozenset({Answer.YES, Answer.STILL_OPEN, Answer.DONE, Answer.NO}),
    Kind.HOW_WAS_IT: frozenset({Answer.FITS, Answer.DONE, Answer.STILL_OPEN, Answer.FITS_NOT, Answer.NO_SHOW}),
    Kind.MONTHLY: frozenset({Answer.YES, Answer.DONE, Answer.STUCK}),
    Kind.FEEDBACK: frozenset({Answer.DONE, Answer.STILL_OPEN}),
    Kind.STILL_IN_USE: frozenset({Answer.YES, Answer.STUCK, Answer.NO}),
    Kind.PAUSE_OVER: frozenset({Answer.YES, Answer.PAUSE, Answer.DONE, Answer.NO}),
    Kind.PILOT_RESTS: frozenset({Answer.YES, Answer.PAUSE, Answer.HAND_OVER}),
}

MAX_TEXT = 1000
SAME_MAIL_DAYS = 15  # cases whose monthly line is due within these days share one mail
