"""Forms of pilots: application, profile, standing."""

from .application import ApplicationForm, RecordApplicationForm
from .profile import AboutForm, ContactForm, ExclusionForm, TimesForm, TopicFields, WorkForm, topics_form
from .standing import (
    AwardForm,
    CeremonyForm,
    ClearanceForm,
    ConfirmForm,
    EndForm,
    NotBeforeForm,
    PauseForm,
    RejectForm,
    SuspendForm,
    TalkForm,
)

__all__ = [
    "AboutForm",
    "ApplicationForm",
    "AwardForm",
    "CeremonyForm",
    "ClearanceForm",
    "ConfirmForm",
    "ContactForm",
    "EndForm",
    "ExclusionForm",
    "NotBeforeForm",
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
