"""Features of the admin area."""
