"""Commands, backup, alarms, logs, mailbox: what a town's IT does with it."""
