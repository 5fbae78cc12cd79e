"""The way of docs/server.md, command by command, on an empty Debian with a systemd of its own: does the town start?

Needs root, debootstrap, systemd-nspawn and the ports 80, 443 and 8000; says so where one is missing. What a town fills
in by hand is filled in here: its address, a secret, a mail server; a certificate is made for a day.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lotsen.core.config import ROOT

from .ground import Figures

NEEDS = ("debootstrap", "systemd-nspawn", "nsenter", "pgrep")
HOST = "lotsen.example.de"
PORTS = (80, 443, 8000)  # nginx and the units take them; the machine shares this one's network
PACKAGES = "systemd-sysv,dbus,ca-certificates,curl,openssl,nano"
BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
SETTINGS = {"url": f"https://{HOST}", "mail_url": "smtp://127.0.0.1:25", "mail_from": f"lotsen@{HOST}"}
BY_HAND = {
    "nano /etc/lotsen/lotsen.toml": "true",
    "nano /etc/nginx/sites-available/lotsen": "true",
    "git clone ADRESSE-DES-REPOSITORYS": "git clone -q /repo",
    "apt-get install -y": "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq",
    "lotsen setting": "install -m 0644 /dev/null impressum.txt && echo Rathaus > impressum.txt && lotsen setting",
    "lotsen check ": "lotsen check || true ",
    "lotsen user add": 'printf \'%s\\n%s\\n\' "$PASSWORD" "$PASSWORD" | setsid -w lotsen user add',
}
READY = "curl -sf -m 20 http://127.0.0.1:8000/readyz"
FRONT = f"curl -sfk -m 20 --resolve {HOST}:443:127.0.0.1 https://{HOST}/"
ACTIVE = "systemctl -q is-active lotsen-web"
SEEN = (
    ("the web server answers that all is well", f'{READY} | grep -q \'"status":"ok"\''),
    ("the front page comes through nginx by https", f"{FRONT} | grep -q Digitallots"),
    ("the web server and the scheduler run", f"{ACTIVE} lotsen-scheduler"),
    ("a backup is written by its unit", "systemctl start lotsen-backup && ls /var/backups/lotsen/*.sha256"),
    ("the look for alarms ends in order", "systemctl start lotsen-alarm"),
    ("a reload keeps the web server up", f"systemctl reload lotsen-web && sleep 5 && {ACTIVE} && {READY}"),
    ("who comes during a restart is answered", f"systemctl --no-block restart lotsen-web && sleep 1 && {READY} -m 60"),
    (
        "no start had to be repeated",
        "test $(systemctl show -P NRestarts lotsen-web lotsen-scheduler | tr -d '\\n') = 00",
    ),
)
REFUSED = (
    "systemctl stop lotsen-web && sed -i 's|^url = .*|url = \"http://no.example\"|' /etc/lotsen/lotsen.toml"
    " && ! timeout 60 systemctl start lotsen-web && sleep 5 && systemctl -q is-failed lotsen-web"
)


def main() -> int:
    """Walk the way; 1 when a step of it failed."""
    figures = Figures(none=("steps that failed",))
    missing = [name for name in NEEDS if not shutil.which(name)] + ["root"] * bool(os.geteuid())
    if missing := missing + [f"port {port}" for port in PORTS if _listens(port)]:
        print(f"The way to a server was NOT walked; missing: {', '.join(missing)}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="lotsen-server-"))
    machine = None
    try:
        _debian(folder / "root")
        machine = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", folder / "root", "--register=no", "--keep-unit", "-b"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        inside = _inside(machine)
        for words, script in (*_way(), *SEEN, ("settings that cannot work are not tried again and again", REFUSED)):
            done = subprocess.run([*inside, script], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            figures.count("steps walked on an empty Debian")
            if done.returncode:
                figures.count("steps that failed")
                print(f"{words}: {(done.stdout + done.stderr)[-600:]}")
    finally:
        if machine is not None:
            machine.terminate()
            machine.wait()
        shutil.rmtree(folder)
    return figures.report("The way to a server (docs/server.md)")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _debian(root: Path) -> None:
    """An empty Debian with systemd, this checkout's HEAD at /repo, and this machine's way to its package mirrors."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", root], check=True, capture_output=True
    )
    for name in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/ssl/certs/ca-certificates.crt"):
        if Path("/", name).is_file():
            shutil.copy(Path("/", name), root / name)
    for path in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(path, root / "etc/apt/apt.conf.d")
    subprocess.run(["git", "clone", "-q", "--bare", ROOT, root / "repo"], check=True)


def _inside(machine: "subprocess.Popen[bytes]") -> list[str | os.PathLike[str]]:
    """The command that runs a script on the machine, as root, once it has started."""
    for _ in range(60):
        found = subprocess.run(["pgrep", "-P", str(machine.pid)], capture_output=True, text=True).stdout.split()
        command = ["nsenter", "-m", "-p", "-i", "-u", "-t", found[0] if found else "0", "env", "-i"]
        command += ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]
        command += [f"PASSWORD={secrets.token_urlsafe(20)}", "sh", "-ec"]
        waits = [*command, "systemctl is-system-running --wait || systemctl -q is-active multi-user.target"]
        if found and not subprocess.run(waits, capture_output=True).returncode:
            return [*command]
        time.sleep(1)
    raise AssertionError("the machine did not start")


def _way() -> list[tuple[str, str]]:
    """Title and commands of each numbered section of docs/server.md, with what is to be filled in."""
    text = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    steps = []
    for section in re.split(r"^## (?=[1-5]\. )", text, flags=re.MULTILINE)[1:]:
        title, _, rest = section.partition("\n")
        script = "\n".join(
            line[4:] for block in BLOCK.findall(rest.partition("\n## ")[0]) for line in block.splitlines()
        )
        for written, filled in BY_HAND.items():
            script = script.replace(written, filled)
        if title.startswith("3"):
            script = f"{_settings()}\n{script}"
        if title.startswith("5"):
            script = f"{_certificate()}\n{script}"
        steps.append((title, f"mkdir -p /srv/lotsen && cd /srv/lotsen\n{script}"))
    return steps


def _settings() -> str:
    values = SETTINGS | {"secret": secrets.token_hex(32)}
    edits = "; ".join(f's|^{name} = .*|{name} = "{value}"|' for name, value in values.items())
    return f"sed -i '{edits}; s|^# trusted_proxies|trusted_proxies|' /etc/lotsen/lotsen.toml"


def _certificate() -> str:
    folder = f"/etc/letsencrypt/live/{HOST}"
    return (
        f"mkdir -p {folder} && openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN={HOST} "
        f"-keyout {folder}/privkey.pem -out {folder}/fullchain.pem 2>/dev/null"
    )


if __name__ == "__main__":
    sys.exit(main())
