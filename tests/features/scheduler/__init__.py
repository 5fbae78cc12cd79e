"""Timetable, tick, supervisor."""
