"""What the town decides: its name, texts, deadlines, office days, switches."""
