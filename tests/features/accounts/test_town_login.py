"""Log-in by the town's own account, against a provider that really runs."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from lotsen import create_app
from lotsen.accounts.models import Identity, User, UserSession
from lotsen.audit.models import AuditEvent
from lotsen.core.config import ConfigError
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from tests import factories

from .provider import CLIENT, SECRET, Provider

SORRY = "Das hat mit dem Konto der Stadt nicht geklappt."
NOBODY = "Zu Ihrem Konto der Stadt gibt es hier noch keine Person."


@pytest.fixture(scope="module")
def running():
    made = Provider().start()
    yield made
    made.stop()


@pytest.fixture
def provider(app, running, monkeypatch):
    running.reset()
    oidc = {"oidc_issuer": running.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production", **oidc))
    return running


def go(visitor, path="/anmelden"):
    """Press the button; returns the address at which the provider sends the browser back."""
    page = visitor.get_path(path)
    away = visitor.client.get(page.links("Mit dem Konto der Stadt anmelden")[0]).headers["Location"]
    back = requests.get(away, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://localhost/anmelden/stadt/zurueck?")
    return back.removeprefix("http://localhost")


def count(*conditions):
    return db.session.scalar(select(func.count()).where(*conditions))


def logged_in(visitor):
    return visitor.get("accounts.own").h1 != "Anmelden"


def test_a_coordinator_comes_in_by_the_towns_account_and_where_she_wanted_to_go(provider, staff, browser):
    provider.claims["amr"] = ["pwd", "mfa"]
    visitor = browser(None)
    assert visitor.get_path(go(visitor, "/anmelden?next=/anfragen")).h1 == "Anfragen"
    with visitor.client.session_transaction() as cookie:
        kept = {"_user_id", "_fresh", "_id", "person", "csrf_token"}
        assert set(cookie) <= kept, "neither code nor token of the town stays"
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert asked["response_type"] == "code" and len(asked["state"]) >= 20 and len(asked["nonce"]) >= 20
    row = db.session.scalar(select(Identity))
    assert (row.user_id, row.issuer, row.subject) == (staff.id, provider.issuer, "s-1")
    assert count(AuditEvent.action == "user.identity_linked") == 1
    visitor.post("accounts.logout")
    provider.claims["email"] = "karin.neu@example.org"
    visitor.get_path(go(visitor))
    assert logged_in(visitor), "known by her number there, whatever her address"
    assert count(AuditEvent.action == "user.identity_linked") == 1


@pytest.mark.parametrize("setting", [True, False])
def test_without_a_second_factor_there_ours_is_asked(provider, staff, browser, app, monkeypatch, setting, telephone):
    phone, _codes = telephone(staff)
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], oidc_mfa=setting))
    visitor = browser(None)
    page = visitor.get_path(go(visitor))
    if setting:
        assert logged_in(visitor)
    else:
        assert page.h1 == "Zweiter Schritt"
        assert page.submit("Anmelden", code=phone.code()).h1 != "Zweiter Schritt"


def test_staff_without_any_second_factor_set_ours_up(provider, staff, browser):
    visitor = browser(None)
    assert visitor.get_path(go(visitor)).h1 == "Zweiten Schritt einrichten"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "niemand@example.org"},
        {"email": ""},
        {"email": ["karin@example.org"]},
    ],
)
def test_an_address_that_is_not_verified_or_not_known_opens_nothing(provider, staff, browser, claims):
    provider.claims.update(claims)
    visitor = browser(None)
    page = visitor.get_path(go(visitor), status=403)
    assert NOBODY in page.text
    assert count(User.id > 0) == 1 and count(Identity.id > 0) == 0 and count(UserSession.id > 0) == 0


@pytest.mark.parametrize("change", [{"active": False}, {"email_confirmed_at": None}, {"is_demo": True}])
def test_an_account_that_may_not_log_in_may_not_this_way_either(provider, staff, browser, change):
    with transaction():
        user = db.session.get_one(User, staff.id)
        for name, value in change.items():
            setattr(user, name, value)
    visitor = browser(None)
    assert NOBODY in visitor.get_path(go(visitor), status=403).text


def test_an_address_that_went_to_somebody_else_at_the_town_does_not_open_the_account(provider, staff, browser):
    provider.claims["amr"] = ["mfa"]
    first, heir = browser(None), browser(None)
    first.get_path(go(first))
    provider.claims["sub"] = "s-2"
    assert NOBODY in heir.get_path(go(heir), status=403).text


EVIL = {
    "nonce of another": lambda c: {**c, "nonce": "another"},
    "no nonce": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "for another site": lambda c: {**c, "aud": "another"},
    "from another issuer": lambda c: {**c, "iss": "https://evil.example"},
    "late": lambda c: {**c, "exp": c["iat"] - 3600, "iat": c["iat"] - 7200},
    "without an end": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "nobody": lambda c: {k: v for k, v in c.items() if k != "sub"},
    "no token at all": lambda c: None,
    "authorised for another": lambda c: {**c, "aud": [CLIENT, "another"], "azp": "another"},
}


@pytest.mark.parametrize("twist", EVIL.values(), ids=EVIL)
def test_a_token_with_a_wrong_claim_opens_nothing(provider, staff, browser, twist):
    provider.twist = twist
    visitor = browser(None)
    assert SORRY in visitor.get_path(go(visitor), status=400).text
    assert count(UserSession.id > 0) == 0


@pytest.mark.parametrize("way", ["signed_by_another", "signed_with_the_public_key", "not_signed"])
def test_a_forged_token_opens_nothing(provider, staff, browser, way):
    provider.sign = getattr(provider, way)
    visitor = browser(None)
    assert SORRY in visitor.get_path(go(visitor), status=400).text
    assert count(UserSession.id > 0) == 0


def test_the_way_back_of_another_browser_another_state_or_a_second_time_opens_nothing(provider, staff, browser):
    provider.claims["amr"] = ["mfa"]
    victim, attacker = browser(None), browser(None)
    theirs = go(attacker)
    assert victim.get_path(theirs).h1 == "Anmelden", "no log-in was begun there"
    own = go(victim)
    assert SORRY in victim.get_path(theirs, status=400).text, "a state of somebody else"
    assert count(UserSession.id > 0) == 0
    code = parse_qs(urlsplit(own).query)["code"][0]
    own = own.replace(code, "code-made-up")
    assert SORRY in victim.get_path(own, status=400).text
    own = go(victim)
    victim.get_path(own)
    assert logged_in(victim)
    victim.post("accounts.logout")
    assert victim.get_path(own).h1 == "Anmelden"
    assert not logged_in(victim)


def test_a_code_without_the_word_behind_its_challenge_is_worth_nothing(provider, staff, browser):
    visitor = browser(None)
    back = go(visitor)
    code = parse_qs(urlsplit(back).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": provider.asked[-1]["redirect_uri"]}
    answer = requests.post(f"{provider.issuer}/token", data=form, auth=(CLIENT, SECRET), timeout=5)
    assert answer.status_code == 400


def test_a_log_in_that_says_it_is_another_is_not_trusted_until_it_says_who_it_is(provider, staff, browser, app):
    app.extensions.pop("lotsen.town_login", None)  # what was read before is known without asking
    provider.says = {"issuer": "https://evil.example"}
    visitor = browser(None)
    assert SORRY in visitor.get_path("/anmelden/stadt", status=400).text
    provider.says = {}
    assert go(visitor)


@pytest.mark.parametrize(
    ("whence", "asks"), [("same-origin", False), ("none", False), ("cross-site", True), ("same-site", True)]
)
def test_another_site_logs_nobody_in_behind_her_back(provider, staff, browser, whence, asks):
    client = browser(None).client
    answer = client.get("/anmelden/stadt?next=/konto", headers={"Sec-Fetch-Site": whence})
    assert answer.status_code == 302
    if asks:
        assert answer.headers["Location"] == "/anmelden?next=/konto" and not provider.asked
    else:
        assert answer.headers["Location"].startswith(provider.issuer)


@pytest.mark.parametrize("address", ["configuration", "token"])
def test_nobody_is_followed_to_another_address(provider, staff, browser, app, address):
    app.extensions.pop("lotsen.town_login", None)  # what was read before is known without asking
    visitor = browser(None)
    provider.leads_on = {address}
    path = "/anmelden/stadt" if address == "configuration" else go(visitor)
    assert SORRY in visitor.get_path(path, status=400).text
    assert count(UserSession.id > 0) == 0


@pytest.mark.parametrize("query", ["error=access_denied&state=x", "code=%00&state=%0d%0a", "", "code=a&code=b&state="])
def test_whatever_comes_back_is_a_page(provider, browser, query):
    visitor = browser(None)
    go(visitor)
    answer = visitor.client.get(f"/anmelden/stadt/zurueck?{query}")
    assert answer.status_code in (302, 400) and (SORRY in answer.text or answer.status_code == 302)


def test_when_the_towns_log_in_does_not_answer_the_password_still_does(app, browser, monkeypatch):
    dead = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], **dead))
    page = browser(None).get_path("/anmelden/stadt", status=400)
    assert SORRY in page.text and page.form_with("Anmelden")


def test_where_the_town_has_none_there_is_no_button_and_no_page(as_visitor):
    assert "Konto der Stadt" not in as_visitor.get("accounts.login").text
    for path in ("/anmelden/stadt", "/anmelden/stadt/zurueck?code=a&state=b"):
        as_visitor.get_path(path, status=404)


@pytest.mark.parametrize(
    "settings",
    [
        {"oidc_issuer": "https://login.town.de"},
        {"oidc_issuer": "ftp://login.town.de", "oidc_client_id": "a", "oidc_client_secret": "b"},
        {"oidc_mfa": "maybe"},
    ],
)
def test_settings_that_cannot_work_are_named_at_the_start(settings, tmp_path):
    with pytest.raises(ConfigError, match="LOTSEN_OIDC"):
        create_app(mode="test", instance=str(tmp_path), **settings)


def test_production_takes_only_https_of_the_towns_log_in(tmp_path):
    with pytest.raises(ConfigError, match="https"):
        create_app(
            mode="production",
            url="https://lotsen.example.de",
            secret="s" * 40,
            mail_url="smtp://mail.example.de",
            instance=str(tmp_path),
            oidc_issuer="http://login.town.de",
            oidc_client_id="a",
            oidc_client_secret="b",
        )


def test_other_people_come_in_as_well(provider, browser, time):
    person = factories.member().user
    provider.claims.update(email=person.email, sub="m-1")
    visitor = browser(None)
    visitor.get_path(go(visitor))
    assert logged_in(visitor)
