"""Killing, cutting, restarting, restoring, for as long as it takes: ``make drill`` runs them all and prints one table.

Every module with a ``main()`` is a drill: it prints its figures, one a line and indented (``      0 mails lost``), and
returns 1 when one of them is not what was promised.
"""
