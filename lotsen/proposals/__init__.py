"""A possible pairing with its reasons, and the order in which pilots are asked."""
