"""The blueprint of the coordinator's pages about proposals."""

from flask import Blueprint

bp = Blueprint("proposals", __name__)
