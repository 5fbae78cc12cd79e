"""The honest numbers: what came in, what became of it, what it gave; nothing that shows a single person."""
