"""Forms of help requests."""

from .brought import BroughtByPhoneForm, BroughtConfirmForm, BroughtForm, known_about
from .choices import MODES, name_check, refuse_text, topic_choices
from .desk import VERB_FORMS, DeskEditForm, PhoneRequestForm, VerbForm
from .member import EditForm, QueryAnswerForm, RestForm
from .parts import SplitForm
from .wizard import STEPS, ContactForm, HowForm, Step, TitleForm, TopicsForm, WhatForm, WhichForm, WhoForm

__all__ = [
    "MODES",
    "STEPS",
    "VERB_FORMS",
    "BroughtByPhoneForm",
    "BroughtConfirmForm",
    "BroughtForm",
    "ContactForm",
    "DeskEditForm",
    "EditForm",
    "HowForm",
    "PhoneRequestForm",
    "QueryAnswerForm",
    "RestForm",
    "SplitForm",
    "Step",
    "TitleForm",
    "TopicsForm",
    "VerbForm",
    "WhatForm",
    "WhichForm",
    "WhoForm",
    "known_about",
    "name_check",
    "refuse_text",
    "topic_choices",
]
