"""Which addresses a browser may use, and so which a mailed link can hold."""

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _named(settings):
    settings.ALLOWED_HOSTS = ["plumbline.example"]
    settings.OWN_PORTS = {"80", "443", "8000"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("plumbline.example", 200),
        ("plumbline.example:8000", 200),
        ("plumbline.example:443", 200),
        ("plumbline.example:9999", 400),
        ("localhost", 400),
        ("localhost:8000", 400),
        ("127.0.0.1:8000", 400),
        ("[::1]", 400),
        ("evil.example", 400),
    ],
)
def test_pages_answer_to_our_own_addresses_only(client, host, status):
    response = client.get(reverse("account_login"), headers={"host": host})

    assert response.status_code == status


@pytest.mark.parametrize("host", ["localhost", "10.0.0.7:8000", "plumbline.example"])
def test_probes_may_use_any_name(client, broker, host):
    response = client.get("/healthz", headers={"host": host})

    assert "parts" in response.json()
    assert "Content-Security-Policy" in response


@pytest.mark.parametrize("host", ["localhost:9999", "plumbline.example:9999"])
def test_no_link_to_somebody_elses_port_is_mailed(client, host):
    user = UserFactory()

    client.post(
        reverse("account_reset_password"),
        {"email": user.email},
        headers={"host": host},
    )

    assert mail.outbox == []


def test_without_names_any_port_of_this_machine_will_do(client, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.OWN_PORTS = set()

    response = client.get(reverse("account_login"), headers={"host": "localhost:9999"})

    assert response.status_code == 200
