"""Forms of the pages that pilots and organisations open from a mail, and of the case page."""

from .answers import AnswerForm, ChoiceForm, ConfirmForm, TakeBackForm
from .case import (
    BreakOffForm,
    ContactForm,
    ExtendForm,
    FitsForm,
    HandOverForm,
    HoursForm,
    MeetingForm,
    PauseForm,
    ProblemForm,
    ReleaseForm,
    SayForm,
    SettleForm,
    check_hours,
    check_time,
    read_hours,
    read_time,
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
    "PauseForm",
    "ProblemForm",
    "ReleaseForm",
    "SayForm",
    "SettleForm",
    "TakeBackForm",
    "check_hours",
    "check_time",
    "read_hours",
    "read_time",
]
