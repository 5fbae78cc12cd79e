"""The demo town and the import."""
