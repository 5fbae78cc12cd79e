"""Businesses, clubs and institutions, and the people who act for them."""
