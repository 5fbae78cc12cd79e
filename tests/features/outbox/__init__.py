"""The outbox against a real mail server."""
