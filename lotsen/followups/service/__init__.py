"""Asking after the start, and what follows from the answers."""

from .answering import Given, answer, complete_silently, thank
from .asking import answer_link, ask, ask_about_rest, ask_month, remind
from .came_back import on_delivered, on_recalled, on_undeliverable

__all__ = [
    "Given",
    "answer",
    "answer_link",
    "ask",
    "ask_about_rest",
    "ask_month",
    "complete_silently",
    "on_delivered",
    "on_recalled",
    "on_undeliverable",
    "remind",
    "thank",
]
