"""What a request is called as long as nobody has named it."""

from collections.abc import Sequence

from flask_babel import gettext as _

from lotsen.core.i18n import speaking
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import UNTITLED, draft_short_text, person_asking, readable_title, title_from
from lotsen.skills.queries import labels


def drafted_title(description: str, topics: Sequence[str], asker: str = "") -> str:
    """The first sentence that says something; where there is none that can be a title, the first topic, in German.

    Whoever is asked and decides reads it, not only who wrote the text. ``topics``: slugs of what was ticked, the most
    fitting first. ``asker``: whose name the title must not say.
    """
    with speaking("de"):
        named = [_("Hilfe beim Thema: %(topic)s", topic=name) for name in labels(topics[:1]).values()]
    return title_from(description, "".join(named), asker)


def title_for(typed: str, description: str, topics: Sequence[str], *, asker: str) -> str:
    """What was typed, else what is drafted; without the name of ``asker`` and other people, numbers and addresses."""
    return readable_title(typed, asker) or readable_title(drafted_title(description, topics, asker), asker) or UNTITLED


def suggested_short_text(row: HelpRequest) -> str:
    """What stands in the field of the short text at first: what a coordinator wrote, else the draft without names."""
    return row.short_text or draft_short_text(row.description, person_asking(row.contact_name, row.organisation_name))
