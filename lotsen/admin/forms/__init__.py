"""Forms of the admin area: the town's settings, people, the town's own part of the catalogue."""

from .catalogue import AreaForm, TopicForm, WordForm
from .people import InviteForm, QuietPeriodForm, RolesForm
from .town import GROUP_TITLES, GROUPS

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
