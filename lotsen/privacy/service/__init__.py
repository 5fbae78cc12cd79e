"""The verbs of the privacy desk: export, erase, consent, retain, report a barrier."""
