"""Features of skills."""
