"""People: accounts, sessions, roles, registration, log-in, reset."""
