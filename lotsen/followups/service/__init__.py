"""Asking after the start, and what follows from the answers."""

from .answering import Given, answer, complete_silently, thank
from .asking import answer_link, ask, ask_about_rest, ask_month, remind

__all__ = [
    "Given",
    "answer",
    "answer_link",
    "ask",
    "ask_about_rest",
    "ask_month",
    "complete_silently",
    "remind",
    "thank",
]
