"""``python -m tests.drills.attack [sqlite|postgresql]``: every address, every role, own and foreign objects, over HTTP.

What `tests/house/test_access.py` proves inside one process, against a running web server: the declared access of each
endpoint is the answer it gives, and what is refused changes no row. Links of mails, tokens of forms and session cookies
of others are tried, too.
"""

import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer

from tests.house import access_scene as scene
from tests.house.access_scene import ROLES, Answer, Town
from tests.house.test_access import verdict

from .ground import Figures, Ground, chosen, ground
from .restart import SECRET, Web

TRIED, WRONG, CHANGED, OPEN = (
    "endpoint x role x object combinations tried",
    "wrong answers",
    "refused, but changed",
    "let in",
)
AS = "times at the own account as {}"
WORD = "attack"
BY_ITSELF = ("throttle_counters", "user_sessions", "leases", "incidents", "job_runs")  # and what tells of an incident


class Attack:
    """A browser for each role, before a running server."""

    def __init__(self, at: Ground, town: Town, port: int, figures: Figures) -> None:
        self.at, self.town, self.figures = at, town, figures
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.csrf = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(WORD)
        before, at.app.secret_key = at.app.secret_key, SECRET
        signer = at.app.session_interface.get_signing_serializer(at.app)  # type: ignore[attr-defined]
        at.app.secret_key = before
        self.signer = signer
        self.cookies = {
            role: signer.dumps(
                {"csrf_token": WORD, **({"_user_id": town.sessions[role]} if role in town.sessions else {})}
            )
            for role in ROLES
        }

    def enter(self, role: str) -> None:
        """Log in anew, to an account that may have been switched off meanwhile."""
        if self.town.let_in(role) is not None:
            self.cookies[role] = self.signer.dumps({"csrf_token": WORD, "_user_id": self.town.sessions[role]})

    def is_in(self, role: str) -> None:
        """Each browser is at its own account: it shows the address of the one who is logged in."""
        answer = self.ask(role, "GET", "/konto")
        shown = {name for name, (email, _phone) in self.town.contact.items() if email in answer.html}
        if answer.to_login if role == "visitor" else shown == {role}:
            self.figures.count(AS.format(role))
        else:
            self.wrong(f"{role} at the account of {shown or 'nobody'} ({answer.status})")

    def ask(self, role: str, method: str, path: str, cookie: str = "", csrf: str | None = "good") -> Answer:
        """One request."""
        headers = {"Cookie": f"lotsen={cookie or self.cookies[role]}", "Accept-Language": "de"}
        body = None
        if method == "POST":
            token = self.csrf if csrf == "good" else csrf or ""
            body = urlencode({"csrf_token": token, "wer": str(self.town.ids["a"]["pilot"])})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.figures.count(TRIED)
        return Answer(answer.status, text, answer.getheader("Location") or "")

    def combinations(self, method: str) -> Iterator[tuple[str, str, str]]:
        """Role, path and expected verdict."""
        for role in ROLES:
            for side in ("a", "b"):
                for rule, path in scene.addresses(self.town, role, side):
                    if method in (rule.methods or ()) and path != "/readyz":
                        yield role, path, scene.expected(self.town, rule, role, side)

    def run(self) -> None:
        """Read everything, then press what must be refused, then all the rest."""
        for role in ROLES:
            self.is_in(role)
        for role, path, want in self.combinations("GET"):
            self.judge(role, "GET", path, want, self.ask(role, "GET", path))
        self.unchanged("reading")
        posts = list(self.combinations("POST"))
        for role, path, want in posts:
            if want != "open":
                self.judge(role, "POST", path, want, self.ask(role, "POST", path))
            else:
                self.judge(role, "POST", path, "400", self.ask(role, "POST", path, csrf=None), csrf=False)
        self.unchanged("pressing what is refused")
        for role in ROLES:
            self.is_in(role)
        self.forged()
        for role, path, want in posts:
            if want == "open" and path != "/abmelden":
                answer = self.ask(role, "POST", path)
                if answer.to_login:  # a press before, a new password for instance, ended the session
                    self.enter(role)
                    answer = self.ask(role, "POST", path)
                if answer.status >= 500 or answer.status == 403 or answer.to_login:
                    self.wrong(f"{role} POST {path}: {answer.status}, not {want}")
                self.figures.count(OPEN)

    def forged(self) -> None:
        """Cookies that nobody signed, and one of a session that does not exist."""
        good = self.cookies["administrator"]
        for cookie in (good[:-3] + "abc", good.replace(".", "", 1), "e30.x.y", "", "x" * 4000):
            for path in ("/verwaltung", "/konto", "/anfragen"):
                answer = self.ask("visitor", "GET", path, cookie=cookie or "-")
                if not answer.to_login:
                    self.wrong(f"forged cookie {cookie[:20]!r} GET {path}: {answer.status}")

    def judge(self, role: str, method: str, path: str, want: str, answer: Answer, *, csrf: bool = True) -> None:
        """Count a wrong answer and show it."""
        said = verdict(answer) if csrf else str(answer.status)
        if said != want:
            self.wrong(f"{role} {method} {path}: {said}, not {want}")

    def wrong(self, words: str) -> None:
        """Show it."""
        self.figures.count(WRONG)
        print(f"         {words}")

    def unchanged(self, after: str) -> None:
        """Whether every row stands as before."""
        now = scene.dump()
        for name, rows in now.items():
            before = {str(row) for row in self.town.kept[name]}
            found = [row for row in map(str, rows) if row not in before and "'incident" not in row]
            gone = len(before - set(map(str, rows)))
            if name not in BY_ITSELF and (found or gone):
                self.figures.count(CHANGED)
                print(f"         after {after}: {name}, {gone} gone, new: {found[:3]}"[:400])


def main() -> int:
    """On each database."""
    failed = 0
    for database in chosen():
        with ground(database) as at:
            figures = Figures(none=(WRONG, CHANGED), some=tuple(AS.format(role) for role in ROLES))
            town = scene.build(at.app)
            web = Web(at)
            try:
                Attack(at, town, web.port, figures).run()
            finally:
                web.close()
            failed |= figures.report(f"every address x role x object, over HTTP, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
