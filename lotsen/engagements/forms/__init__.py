"""Forms of the pages that pilots and organisations open from a mail, and of the case page."""

from .answers import AnswerForm, ChoiceForm, ConfirmForm, TakeBackForm, keep_ways
from .case import (
    BreakOffForm,
    ContactForm,
    ExtendForm,
    FitsForm,
    HandOverForm,
    HoursForm,
    MeetingForm,
    MessageForm,
    PauseForm,
    ProblemForm,
    ReleaseForm,
    SayForm,
    SettleForm,
    check_hours,
    read_hours,
)

__all__ = [
    "AnswerForm",
    "BreakOffForm",
    "ChoiceForm",
    "ConfirmForm",
    "ContactForm",
    "ExtendForm",
    "FitsForm",
    "HandOverForm",
    "HoursForm",
    "MeetingForm",
    "MessageForm",
    "PauseForm",
    "ProblemForm",
    "ReleaseForm",
    "SayForm",
    "SettleForm",
    "TakeBackForm",
    "check_hours",
    "keep_ways",
    "read_hours",
]
