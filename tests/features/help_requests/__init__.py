"""Tests of this feature."""
