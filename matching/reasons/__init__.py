"""What the matcher found, in sentences, as a colleague would say them."""

from .lack import gap, weaker
from .pair import because, label, sentences
from .times import slots

__all__ = ["because", "gap", "label", "sentences", "slots", "weaker"]
