"""Rules of the privacy desk. Pure."""
