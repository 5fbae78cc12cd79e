"""What arrives: searches without control characters, no path with a NUL (PostgreSQL keeps none), the whole body."""

from contextlib import suppress

from flask import Flask, Response, request
from flask import Request as FlaskRequest
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import MultiDict
from werkzeug.routing import UnicodeConverter, ValidationError
from werkzeug.utils import cached_property

from .forms.base import CONTROLS

MOST_TAKEN_IN = 32 * 2**20  # bytes; whoever sends more finds the door shut before it reads the answer
PIECE = 2**16


class Request(FlaskRequest):
    """A request whose ``args`` hold what a person could have typed, as forms do."""

    @cached_property
    def args(self) -> MultiDict[str, str]:  # type: ignore[override]
        """The parameters of the address, control characters dropped."""
        pairs = super().args.items(multi=True)
        return self.parameter_storage_class([(CONTROLS.sub("", name), CONTROLS.sub("", text)) for name, text in pairs])


class PathText(UnicodeConverter):
    """A word in an address; with a NUL in it, it is a page that is not there."""

    def to_python(self, value: str) -> str:
        """The word as it is."""
        if "\0" in value:
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    """Before the first route is added."""
    app.request_class = Request
    app.after_request(take_in_the_rest)
    app.url_map.converters["default"] = app.url_map.converters["string"] = PathText


def take_in_the_rest(response: Response) -> Response:
    """Read what a form too large has left unread: a connection closed on it breaks before the answer is read.

    Only behind a server that ends the stream with the body, as gunicorn does; elsewhere reading on would wait for ever.
    """
    body = request.environ["wsgi.input"]
    left = MOST_TAKEN_IN if request.environ.get("wsgi.input_terminated") else 0
    with suppress(OSError, ParseException):  # nobody sends any more, or not what a body is; the answer stands
        while left > 0 and (piece := body.read(min(left, PIECE))):
            left -= len(piece)
    return response
