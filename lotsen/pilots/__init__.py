"""Digitallotsinnen und Digitallotsen: application, profile, award, pause, end."""
