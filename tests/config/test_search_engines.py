"""What search engines find, and what they are kept from."""

import re
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.urls import get_resolver, reverse

from common.views import CLOSED_TO_ROBOTS
from standards.models import Edition, Standard
from tests.factories.standards import built_in_edition, store_built_in

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def canonical(page) -> list[str]:
    return re.findall(r'<link rel="canonical" href="([^"]*)">', page.text)


def descriptions(page) -> list[str]:
    return re.findall(r'<meta name="description" content="([^"]*)">', page.text)


def title(page) -> str:
    return re.search(r"<title>(.*?)</title>", page.text)[1]


def test_the_sitemap_lists_every_public_page_once(client):
    store_built_in()

    response = client.get("/sitemap.xml")

    urls = ElementTree.fromstring(response.content).findall(f"{SITEMAP}url")  # noqa: S314
    addresses = [url.find(f"{SITEMAP}loc").text for url in urls]
    assert sorted(addresses) == sorted(
        HOST + path
        for path in (
            *("/standards/", "/help/", "/accessibility/", "/privacy/"),
            *(standard.get_absolute_url() for standard in Standard.objects.all()),
            *(edition.get_absolute_url() for edition in Edition.objects.all()),
        )
    )
    for address in addresses:
        page = client.get(address.removeprefix(HOST))
        assert page.status_code == 200
        assert canonical(page) == [address]
        assert 'content="noindex"' not in page.text
        (description,) = descriptions(page)
        assert 20 <= len(description) <= 160, address


def test_a_standard_says_when_it_changed(client):
    built_in_edition("iso-27001/2022")
    Edition.objects.update(published_at=None)

    response = client.get("/sitemap.xml")

    reviewed = Standard.objects.get().profile["reviewed_on"]
    assert f"<lastmod>{reviewed}</lastmod>" in response.text
    assert "/standards/iso-27001/2022/" not in response.text


def test_titles_of_public_pages_differ(client):
    built_in_edition("iso-27001/2022")
    paths = ["/standards/", "/standards/iso-27001/", "/standards/iso-27001/2022/"]

    titles = [title(client.get(path)) for path in paths]

    assert titles == [
        "Standards as checklists – Plumbline",
        "ISO/IEC 27001: what it asks, and a self-assessment – Plumbline",
        "ISO/IEC 27001:2022: 118 questions – Plumbline",
    ]


def test_robots_are_kept_from_what_needs_a_sign_in(client):
    lines = client.get("/robots.txt").text.splitlines()

    assert lines[0] == "User-agent: *"
    assert lines[-1] == f"Sitemap: {HOST}/sitemap.xml"
    assert lines[1:-1] == [f"Disallow: {path}" for path in CLOSED_TO_ROBOTS]
    # Every group of addresses is closed, or known to be public.
    public = {"", "healthz", "robots.txt", "sitemap.xml", "favicon.ico", "standards/"}
    public |= {"apple-touch-icon.png", "kept-form/discard/"}
    public |= {"help/", "accessibility/", "privacy/"}
    roots = {str(pattern.pattern).split("<")[0] for pattern in _roots()}
    assert {f"/{root.split('/')[0]}/" for root in roots - public} <= {
        *CLOSED_TO_ROBOTS,
        "//",
    }


def _roots():
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) == "" and hasattr(entry, "url_patterns"):
            yield from entry.url_patterns
        else:
            yield entry


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_private_pages_are_not_to_be_listed(client, path):
    page = client.get(path)

    assert '<meta name="robots" content="noindex">' in page.text
    assert canonical(page) == []


@pytest.mark.parametrize("path", ["/standards/?q=27001", "/standards/?nature=law"])
def test_searches_are_not_to_be_listed(client, path):
    assert '<meta name="robots" content="noindex">' in client.get(path).text


@pytest.mark.parametrize("name", ["favicon", "touch_icon"])
def test_guessed_addresses_of_icons_lead_to_one(client, name):
    response = client.get(reverse(name))

    file = response.url.removeprefix("/static/")
    assert finders.find(file), file


@pytest.mark.parametrize(
    ("spelling", "address"),
    [
        ("/standards/ISO-27001/", "/standards/iso-27001/"),
        ("/standards/iso27001/", "/standards/iso-27001/"),
        ("/standards/iso_27001/", "/standards/iso-27001/"),
        ("/standards/Iso%2027001/", "/standards/iso-27001/"),
        ("/standards/ISO27001/2022/", "/standards/iso-27001/2022/"),
        ("/standards/iso-27001/2022/?q=a%20b", ""),
        ("/standards/ISO-27001/2022/?q=a%20b", "/standards/iso-27001/2022/?q=a%20b"),
    ],
)
def test_other_spellings_lead_to_the_one_address(client, spelling, address):
    built_in_edition("iso-27001/2022")

    response = client.get(spelling)

    if not address:
        assert response.status_code == 200
        return
    assert (response.status_code, response.url) == (301, address)


def test_an_unknown_standard_stays_unknown(client):
    built_in_edition("iso-27001/2022")

    for path in ("/standards/iso-2700/", "/standards/iso-27001/2013/", "/standards/-/"):
        assert client.get(path).status_code == 404
