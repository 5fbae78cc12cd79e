"""What stands in deploy/: the front server's TLS and headers, what the units may touch, the locked libraries."""

import re
import ssl

from lotsen.core.config import ROOT

NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def test_the_front_server_speaks_strong_tls_only() -> None:
    (protocols,) = re.findall(r"ssl_protocols (.*);", NGINX)
    assert protocols.split() == ["TLSv1.2", "TLSv1.3"]
    (ciphers,) = re.findall(r"ssl_ciphers (.*);", NGINX)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)  # OpenSSL reads it as nginx will
    of_1_2 = [cipher for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.2"]
    assert len(of_1_2) == len(ciphers.split(":")), "OpenSSL knows every one of them"
    assert not [c["name"] for c in of_1_2 if not c["name"].startswith("ECDHE-") or not c["aead"]]


def test_the_front_server_replaces_what_strangers_send() -> None:
    for name, value in {
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Request-ID": "$request_id",
    }.items():
        assert f"proxy_set_header {name} {value};" in re.sub(r" +", " ", NGINX), name
    for name, value in (
        ("Strict-Transport-Security", '"max-age=31536000; includeSubDomains"'),
        ("X-Content-Type-Options", "nosniff"),
    ):
        assert f"add_header {name} {value} always;" in NGINX and f"proxy_hide_header {name};" in NGINX, (
            "on its own, too"
        )
    assert len(re.findall("add_header", NGINX)) == 2, "one more inside a location would take these two away there"
    assert "server_tokens off;" in NGINX and "autoindex" not in NGINX
    assert re.findall(r"^\s*(?:root|alias) (\S+);|root (\S+);", NGINX, re.MULTILINE) == [("", "/var/www/html")]
    assert "return 301 https://lotsen.example.de$request_uri;" in NGINX, "never to the host a stranger named"
    ready = NGINX.partition("location = /readyz {")[2].partition("}")[0]
    assert "allow 127.0.0.1;" in ready and "deny all;" in ready


def test_the_units_see_no_history_and_write_to_their_folders_only() -> None:
    assert len(UNITS) == 4
    for unit in UNITS:
        lines = unit.read_text(encoding="utf-8").splitlines()
        for line in (
            "User=lotsen",
            "UMask=0077",
            "StateDirectoryMode=0700",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "ProtectSystem=strict",
            "InaccessiblePaths=-/srv/lotsen/.git",
        ):
            assert line in lines, f"{unit.name}: {line}"
        written = [line for line in lines if line.startswith("ReadWritePaths=")]
        assert written == (["ReadWritePaths=/var/backups/lotsen"] if unit.stem == "lotsen-backup" else [])
    server = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    assert "-m 0640 -g lotsen instance/lotsen.toml.example" in server


def test_every_library_is_pinned_by_hash() -> None:
    names: dict[str, set[str]] = {}
    for file in ("requirements.txt", "tests/requirements.txt"):
        text = (ROOT / file).read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=[a-z0-9])", text)
        assert len(blocks) > 20 and not [b for b in blocks if "==" not in b or "--hash=sha256:" not in b]
        assert not re.search(r"^(-|git\+|https?:)|--index|--extra|--find", text, re.MULTILINE), (
            "PyPI and no other place"
        )
        names[file] = {block.partition("==")[0] for block in blocks}
    tools = {"pytest", "hypothesis", "playwright", "ruff", "mypy", "bandit", "aiosmtpd"}
    assert tools <= names["tests/requirements.txt"] and not tools & names["requirements.txt"]
    assert "--require-hashes" in (ROOT / "Makefile").read_text() and "tests" not in (
        re.findall(r"^COPY (\S+)", (ROOT / "deploy" / "Containerfile").read_text(), re.MULTILINE)
    )
