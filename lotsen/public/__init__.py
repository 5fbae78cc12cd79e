"""Pages for everybody: landing page, Impressum, privacy, accessibility."""
