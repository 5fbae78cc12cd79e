"""Pages of pilots: apply, the own profile, the coordinator's list and page of one pilot."""

from .blueprint import bp

# Importing the modules registers their routes.
from . import application, overview, profile, public, standing  # isort: skip

__all__ = ["application", "bp", "overview", "profile", "public", "standing"]
