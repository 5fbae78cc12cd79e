"""Forms of pilots: application, profile, standing."""

from .application import ApplicationForm, RecordApplicationForm
from .profile import AboutForm, ContactForm, ExclusionForm, TimesForm, TopicFields, WorkForm, topics_form
from .standing import AwardForm, ConfirmForm, EndForm, PauseForm, RejectForm, SuspendForm, TalkForm

__all__ = [
    "AboutForm",
    "ApplicationForm",
    "AwardForm",
    "ConfirmForm",
    "ContactForm",
    "EndForm",
    "ExclusionForm",
    "PauseForm",
    "RecordApplicationForm",
    "RejectForm",
    "SuspendForm",
    "TalkForm",
    "TimesForm",
    "TopicFields",
    "WorkForm",
    "topics_form",
]
