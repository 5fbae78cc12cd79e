"""Forms of the admin area: the town's settings, people, the town's own part of the catalogue."""

from .catalogue import AreaForm, TopicForm, WordForm
from .town import GROUP_TITLES, GROUPS, InviteForm, QuietPeriodForm, RolesForm

__all__ = [
    "GROUPS",
    "GROUP_TITLES",
    "AreaForm",
    "InviteForm",
    "QuietPeriodForm",
    "RolesForm",
    "TopicForm",
    "WordForm",
]
