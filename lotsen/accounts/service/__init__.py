"""The verbs of accounts: people, passwords, sessions, log-in, registration, reset, own data."""
