"""The base form and its fields."""

from .base import Form, Required, TextLength, VersionedForm, VersionField, clean
from .dates import DateParts, from_today, until_today
from .fields import (
    EmailField,
    MultiCheckboxField,
    PhoneField,
    PostcodeField,
    SlotsField,
    TicksField,
    can_be_dialled,
)
from .times import check_time, read_time

__all__ = [
    "DateParts",
    "EmailField",
    "Form",
    "MultiCheckboxField",
    "PhoneField",
    "PostcodeField",
    "Required",
    "SlotsField",
    "TextLength",
    "TicksField",
    "VersionField",
    "VersionedForm",
    "can_be_dialled",
    "check_time",
    "clean",
    "from_today",
    "read_time",
    "until_today",
]
