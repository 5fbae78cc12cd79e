"""What the outbox tells the features; they listen in their service.py."""

from blinker import Signal

delivered = Signal("a mail was taken by the server, or a call was recorded: clocks start, in the same transaction")
undeliverable = Signal("a mail was refused for good, or may not leave: the feature makes it a task, in the transaction")
recalled = Signal("a reminder was taken back before it left: its step comes again later, in the same transaction")
unreached = Signal("nobody answered in three attempts: the feature goes on without an answer, in the same transaction")
