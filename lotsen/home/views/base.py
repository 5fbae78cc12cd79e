"""The blueprint that all views of this window share."""

from flask import Blueprint

bp = Blueprint("home", __name__)
