"""Pages for everybody: landing page, Impressum, Leichte Sprache."""
