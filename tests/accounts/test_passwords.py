"""Passwords that are easy to guess are refused wherever one is chosen."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.queries import is_proven
from config.management.commands.demo import demo_password
from tests.factories.accounts import MembershipFactory


def codes(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {fault.code for fault in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        *("summer2026", "Winter2025!", "2026autumn", "October_2026", "monday123"),
        *("P@ssw0rd2026", "welcome2026!", "qwerty2026", "123dragon456", "Spring-26!"),
        *("aaaaaaaaaaaa", "abababababab", "1a1a1a1a1a1a"),
    ],
)
def test_common_words_with_digits(password):
    assert "password_pattern" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        *("gina gears", "GinaGears1", "gearsgina2026", "ACME.gears!", "acmegears"),
        *("AcmeGears1", "plumbline", "Plumbline1", "gina@acme.example"),
        *("acme-plumbline", "ginagears@acme"),
    ],
)
def test_names_that_others_know(db, password):
    member = MembershipFactory(
        user__name="Gina Gears",
        user__email="gina@acme.example",
        organization__name="Acme Gears",
    )
    assert "password_personal" in codes(password, member.user)


@pytest.mark.parametrize(
    "password",
    [
        *("seven oak trees by the river", "acme never sleeps on tuesdays"),
        *("summer rain on hot stones", "Tr0ub4dor&3 horse", "x" * 40 + "abcdefg"),
        *("žluťoučký kůň", "  spaces at both ends  ", "plumbline hangs over marble"),
    ],
)
def test_sentences_are_fine(db, password):
    member = MembershipFactory(
        user__name="Gina Gears", organization__name="Acme Gears GmbH"
    )
    assert codes(password, member.user) == set()


def sign_up(client, **data):
    return client.post(
        "/accounts/signup/",
        {
            "name": "Gina Gears",
            "email": "gina@acme.example",
            "organization": "Acme Gears",
            "team": "Operations",
        }
        | data,
    )


@pytest.mark.parametrize("password", ["gina gears", "AcmeGears1", "summer2026"])
def test_signing_up_knows_the_organization(client, db, password):
    assert sign_up(client, password1=password).status_code == 200
    assert not User.objects.exists()


class TestOperators:
    @pytest.fixture(autouse=True)
    def _who(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "op@acme.example")
        monkeypatch.setenv("DJANGO_SUPERUSER_NAME", "Otto Operator")

    @pytest.mark.parametrize("password", ["a", "summer2026", "OttoOperator1"])
    def test_a_weak_password_is_refused(self, db, monkeypatch, password):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
        with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD: Th"):
            call_command("createsuperuser", "--noinput")
        assert not User.objects.exists()

    def test_their_address_is_proven(self, db, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "nine grey herons on a pond")
        call_command("createsuperuser", "--noinput", verbosity=0)
        assert is_proven(User.objects.get(is_superuser=True))


@pytest.mark.parametrize("password", ["a", "summer2026", "Northwind1"])
def test_the_demo_has_no_weak_password(monkeypatch, password):
    monkeypatch.setenv("PLUMBLINE_DEMO_PASSWORD", password)
    with pytest.raises(CommandError, match="PLUMBLINE_DEMO_PASSWORD: Th"):
        demo_password()


def test_a_wrong_password_costs_one_hash(client, db, monkeypatch):
    """Known address or not: the clock must not tell, and no thread works twice."""
    MembershipFactory(user__email="gina@acme.example")
    hashed = []
    original = MD5PasswordHasher.encode

    def count(self, password, salt):
        hashed.append(password)
        return original(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    for email in ("gina@acme.example", "who@acme.example"):
        hashed.clear()
        client.post("/accounts/login/", {"login": email, "password": "wrong"})
        assert hashed == ["wrong"], email
