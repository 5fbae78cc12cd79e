"""The start page of each role: what needs me now."""
