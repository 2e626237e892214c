import pytest
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_an_unknown_address_answers_with_the_page_of_404(client):
    response = client.get("/no-such-page", headers={"accept": "text/html"})

    assert response.status_code == 404
    assert b"<h1>Page not found</h1>" in response.content


@pytest.mark.parametrize(
    "address",
    ["/standards/?q=a%00b", "/%00", "/standards/a/b%00/", "/accounts/login/?next=%00"],
)
def test_an_address_with_a_nul_is_refused(client, address):
    """PostgreSQL would fail on it."""
    response = client.get(address)

    assert response.status_code == 400
    assert "<h1>This request can’t be read</h1>" in response.content.decode()
    assert "Content-Security-Policy" in response


def test_a_session_cookie_with_a_nul_is_refused(client):
    cookie = r'sessionid="aaaaaaaa\000aaaaaaaa"'
    response = client.get("/help/", headers={"cookie": cookie})

    assert response.status_code == 400


def test_an_expired_form_says_what_to_do():
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("account_login"), {"login": "a@example.org"})

    assert response.status_code == 403
    assert b"<h1>This form has expired</h1>" in response.content


def test_an_expired_form_of_a_script_hears_json():
    client = Client(enforce_csrf_checks=True)

    response = client.post(
        reverse("account_login"), headers={"accept": "application/json"}
    )

    assert response.status_code == 403
    assert response.json() == {"error": "csrf"}


def test_a_script_without_any_cookie_hears_that_it_is_signed_out():
    client = Client(enforce_csrf_checks=True)

    response = client.post(
        reverse("assessments:answer", args=["ABCDEFG", "C.1"]),
        headers={"accept": "application/json"},
    )

    assert response.status_code == 401
    assert response.json() == {"error": "signed_out"}


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html"])
def test_the_error_pages_need_no_request(name):
    """Django renders 400.html without one."""
    assert "<h1>" in render_to_string(name)


def test_a_fault_of_ours_shows_a_page_and_no_detail(client):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF="tests.common.urls"):
        response = client.get("/broken")

    assert response.status_code == 500
    assert b"<h1>Something went wrong</h1>" in response.content
    assert b'href="/static/css/theme.css"' in response.content
    assert b"secret reason" not in response.content


def test_the_page_of_500_stands_without_static_files(client):
    client.raise_request_exception = False
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    with override_settings(
        ROOT_URLCONF="tests.common.urls", STORAGES={"staticfiles": {"BACKEND": storage}}
    ):
        response = client.get("/broken")

    assert response.status_code == 500
    assert b"stylesheet" not in response.content
