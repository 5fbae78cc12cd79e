"""Reads of the admin area: deadlines, people, log, health."""
