"""A confirmed pairing: dates, hours, outcome, feedback."""
