"""Questions after an engagement has started, and their answers."""
