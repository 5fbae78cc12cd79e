"""Pages for everybody: there without log-in, in both languages, linked in every footer, without a cookie."""

import pytest

from lotsen.core.db import transaction
from lotsen.municipality import service
from tests import factories
from tests.page import PageClient

PAGES = ["/", "/impressum", "/datenschutz", "/barrierefreiheit"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_everybody_reads_it_and_every_footer_links_the_three(as_visitor: PageClient, path: str, language: str) -> None:
    answer = as_visitor.client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    for linked in PAGES[1:]:
        assert f'href="{linked}"' in answer.text


@pytest.mark.parametrize("path", ["/impressum", "/datenschutz", "/barrierefreiheit"])
def test_a_first_visit_to_a_page_without_a_form_sets_no_cookie(as_visitor: PageClient, path: str) -> None:
    assert "Set-Cookie" not in as_visitor.client.get(path).headers


def test_the_impressum_comes_from_the_settings(as_visitor: PageClient, at: object) -> None:
    assert "noch nicht vollständig" in as_visitor.get("public.impressum").text
    admin = factories.administrator()
    with transaction():
        service.change("impressum", "Vertreten durch den Bürgermeister.", by=admin, at=at)  # type: ignore[arg-type]
    page = as_visitor.get("public.impressum")
    assert "Vertreten durch den Bürgermeister." in page.text
    assert "noch nicht vollständig" not in page.text


def test_the_landing_page_has_two_ways_in(as_visitor: PageClient) -> None:
    page = as_visitor.get("public.landing")
    assert "/anfragen/neu" in page.html
    assert page.links("So werden Sie Lotsin oder Lotse")


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico", "/sitemap.xml", "/.well-known/security.txt"])
def test_what_browsers_and_robots_ask_for_is_there(as_visitor: PageClient, path: str) -> None:
    with as_visitor.client.get(path, follow_redirects=True) as answer:
        assert answer.status_code == 200


def test_every_answer_carries_the_security_headers(as_visitor: PageClient) -> None:
    headers = as_visitor.client.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers


def test_the_language_can_be_chosen_and_stays(as_visitor: PageClient) -> None:
    page = as_visitor.get("public.impressum")
    page = page.click("English")
    assert page.soup.html["lang"] == "en"
    assert as_visitor.get("privacy.notice").soup.html["lang"] == "en"
    as_visitor.get("core.language", lang="fr", status=404)


def test_the_towns_colour_is_a_style_sheet_of_its_own(as_visitor: PageClient, at: object) -> None:
    with transaction():
        service.change("colour", "#1a5c38", by=factories.administrator(), at=at)  # type: ignore[arg-type]
    assert "/farbe.css" in as_visitor.get("public.landing").html
    assert "#1a5c38" in as_visitor.client.get("/farbe.css").text
