import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _urls():
    with override_settings(ROOT_URLCONF="tests.common.urls"):
        yield


def test_every_answer_carries_the_strict_policy(client):
    response = client.get("/public")

    assert response["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )
    assert response["Permissions-Policy"] == (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    )


def test_a_view_may_set_a_stricter_policy(client):
    assert client.get("/strict")["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "*/*"])
def test_a_browser_without_session_is_sent_to_sign_in(client, accept):
    response = client.get("/private", headers={"accept": accept})

    assert response.status_code == 302
    assert response["Location"] == "/sign-in?next=/private"


def test_a_script_without_session_hears_401(client):
    response = client.post("/private", headers={"accept": "application/json"})

    assert response.status_code == 401
    assert response.json() == {"error": "signed_out"}


def test_htmx_without_session_reloads_the_whole_page_at_sign_in(client):
    response = client.post(
        "/private",
        headers={
            "hx-request": "true",
            "hx-current-url": "https://plumbline.example/page?tab=2",
        },
    )

    assert response.status_code == 401
    assert response["HX-Redirect"] == "/sign-in?next=/page%3Ftab%3D2"


def test_a_public_view_asks_nobody_to_sign_in(client):
    response = client.get("/public", headers={"accept": "application/json"})

    assert response.content == b"public"


def test_a_signed_in_person_passes(client):
    person = get_user_model().objects.create_user(email="a@example.org", password="x")
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")

    response = client.get("/private", headers={"accept": "application/json"})

    assert response.content == b"private"


def test_what_a_signed_in_person_sees_is_stored_nowhere(client):
    person = get_user_model().objects.create_user(email="a@example.org", password="x")
    assert "Cache-Control" not in client.get("/public")
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")

    for page in ("/private", "/public"):
        assert client.get(page)["Cache-Control"] == "no-store, private"
    assert "no-store" in client.get("/healthz")["Cache-Control"]
