"""Features of pilots."""
