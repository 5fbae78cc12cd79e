"""A year in the town by chance: seeded people answer, are silent, change their minds; nobody may be left in limbo."""
