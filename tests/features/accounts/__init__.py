"""Features of accounts."""
