"""Whom a mail is handed to, a server that can show who it is and no other; and what its Message-ID gives away."""

import ssl
import subprocess
import threading
import time as wall
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from socket import create_server
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from lotsen.outbox.service.writing import message_id_of
from lotsen.outbox.transport import connect
from tests.smtp_sink import free_port

MADE = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"


class Nothing:
    """Takes whatever comes."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody vouches for, its key beside it."""
    path = tmp_path_factory.mktemp("trust") / "certificate.pem"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", path.with_name("key.pem"), "-out", path]
    subprocess.run([*MADE.split(), *names], check=True, capture_output=True)
    return path


@pytest.fixture(params=["smtp+starttls", "smtps"])
def address(request: pytest.FixtureRequest, certificate: Path) -> Iterator[str]:
    """A mail server that shows it, in either way."""
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(certificate, certificate.with_name("key.pem"))
    port = free_port()
    if request.param == "smtps":
        door = create_server(("127.0.0.1", port))
        over = threading.Thread(target=_greet, args=(door, shown), daemon=True)
        over.start()
        yield f"smtps://localhost:{port}"
        door.close()
        return
    server = Controller(Nothing(), hostname="127.0.0.1", port=port, tls_context=shown, require_starttls=True)
    server.start()
    yield f"smtp+starttls://localhost:{port}"
    server.stop()


def _greet(door: object, shown: ssl.SSLContext) -> None:
    while True:
        try:
            wire, _ = door.accept()  # type: ignore[attr-defined]
            with shown.wrap_socket(wire, server_side=True) as talk:
                talk.sendall(b"220 hello\r\n")
                talk.recv(100)
        except ssl.SSLError:
            continue
        except OSError:
            return


def test_a_mail_server_with_a_certificate_nobody_vouches_for_gets_nothing(
    address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(urlsplit(address), wall.monotonic() + 10)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connect(urlsplit(address), wall.monotonic() + 10).close()
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        connect(urlsplit(address.replace("localhost", "127.0.0.1")), wall.monotonic() + 10)


def test_a_message_id_gives_nothing_of_the_secret_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(secret: str) -> str:
        monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], secret=secret))
        return message_id_of("a key")

    begin = "0123456789abcdef0123456789abcdef"
    assert made(begin) == made(begin) != made(f"{begin}0"), "all of it counts: no part can be guessed by itself"
