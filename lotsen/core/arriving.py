"""What comes with an address: searches without control characters, no path with a NUL (PostgreSQL keeps none)."""

from flask import Flask
from flask import Request as FlaskRequest
from werkzeug.datastructures import MultiDict
from werkzeug.routing import UnicodeConverter, ValidationError
from werkzeug.utils import cached_property

from .forms.base import CONTROLS


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
    app.url_map.converters["default"] = app.url_map.converters["string"] = PathText
