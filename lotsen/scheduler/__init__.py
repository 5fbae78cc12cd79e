"""The timetable: what happens by itself, and when. One table, one process; due rows are the queue."""

from .process import serve
from .runner import run
from .timetable import TIMETABLE, Job
from .walk import ClockError, Walk, walk

__all__ = ["TIMETABLE", "ClockError", "Job", "Walk", "run", "serve", "walk"]
