"""Who did what to which row, on whose behalf, when. Append only."""
