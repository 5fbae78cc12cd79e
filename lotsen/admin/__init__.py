"""The administrator's window: settings, people, outbox, log, health."""
