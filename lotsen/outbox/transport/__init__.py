"""How a message leaves the house: through SMTP, or as an .eml file while no mail server is configured."""

from .connecting import connect
from .refusals import RefusedForGood, ServerUnreachable, TryLater
from .ways import SmtpTransport, Transport, for_settings
from .writing import build, to_server

__all__ = [
    "RefusedForGood",
    "ServerUnreachable",
    "SmtpTransport",
    "Transport",
    "TryLater",
    "build",
    "connect",
    "for_settings",
    "to_server",
]
