"""Who came in is written down; secrets are not. And nobody locks out somebody else."""

import logging

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client

from accounts import queries
from accounts.models import AccountMark, Event
from tests.factories.accounts import PASSWORD, InvitationFactory

LOGIN = "/accounts/login/"


def sign_in_as(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "accounts.security")
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if record.name == "accounts.security"
    ]


class TestRecords:
    def test_a_good_sign_in(self, client, admin, lines):
        sign_in_as(client, admin.user.email)
        assert lines() == [f"signed_in: person {admin.user.pk} from 127.0.0.1"]
        event = Event.objects.get(organization=admin.organization)
        assert (event.action, event.actor) == ("signed_in", admin.user)

    def test_a_failed_one(self, client, admin, lines):
        for _time in range(2):
            sign_in_as(client, admin.user.email.upper(), "my secret guess")
        line = (
            "sign_in_failed: wrong password or address as 'ada.admin@example.com' "
            "from 127.0.0.1"
        )
        assert lines() == [line, line]
        event = Event.objects.get()
        assert (event.action, event.actor) == ("sign_in_failed", None)

    def test_an_unknown_address_can_not_forge_a_line(self, client, db, lines):
        sign_in_as(client, "x\nsigned_in: person 1@example.com", "my secret guess")
        client.post(LOGIN, {"login": "who@example.com", "password": "my secret guess"})
        assert all("\n" not in line and "secret" not in line for line in lines())
        assert not Event.objects.exists()

    def test_too_many(self, client, admin, lines):
        for _time in range(6):
            sign_in_as(client, admin.user.email, "wrong")
        assert lines()[-1].startswith("sign_in_failed: too many attempts as 'ada.admin")

    def test_a_changed_password(self, admin, sign_in, lines):
        data = {"oldpassword": PASSWORD, "password1": "nine grey herons on a pond"}
        data["password2"] = data["password1"]
        sign_in(admin).post("/accounts/password/change/", data)
        assert lines() == [f"password_changed: person {admin.user.pk} from 127.0.0.1"]
        assert Event.objects.get().action == "password_changed"
        assert mail.outbox[0].to == [admin.user.email]
        assert mail.outbox[0].subject == "Your Plumbline password was changed"


class TestMasks:
    def test_no_line_holds_a_link_that_opens_something(self, client, admin, caplog):
        invitation = InvitationFactory(organization=admin.organization, serial=1)
        token = queries.invitation_token(invitation)
        gone = token.replace(".1.", ".0.")
        client.get(f"/invitations/{gone}/")
        invitation.revoked_at = invitation.sent_at
        invitation.save()
        client.get(f"/invitations/{token}/")
        client.post(f"/invitations/{token}/sign-up/")
        printed = caplog.text
        assert printed.count("/invitations/…/") == 3
        assert token not in printed
        assert token.split(":")[1] not in printed


class TestLockingOut:
    @pytest.fixture
    def attacked(self, admin):
        """Somebody far away guesses until the account is closed for a while."""
        stranger = Client(REMOTE_ADDR="203.0.113.9")
        for _time in range(7):
            sign_in_as(stranger, admin.user.email, "wrong")
        return admin

    def test_a_browser_of_the_persons_own_still_gets_in(self, client, admin, settings):
        sign_in_as(client, admin.user.email)
        client.post("/accounts/logout/")
        stranger = Client(REMOTE_ADDR="203.0.113.9")
        for _time in range(7):
            sign_in_as(stranger, admin.user.email, "wrong")
        assert b"Too many attempts" in sign_in_as(stranger, admin.user.email).content
        sign_in_as(client, admin.user.email)
        assert get_user(client) == admin.user

    def test_a_new_browser_waits(self, attacked, client):
        assert b"Too many attempts" in sign_in_as(client, attacked.user.email).content

    def test_a_known_browser_has_no_endless_guesses(self, client, admin):
        sign_in_as(client, admin.user.email)
        client.post("/accounts/logout/")
        for _time in range(5):
            sign_in_as(client, admin.user.email, "wrong")
        assert b"Too many attempts" in sign_in_as(client, admin.user.email).content

    def test_the_browser_of_somebody_else_is_no_known_one(
        self, client, admin, manager, attacked
    ):
        sign_in_as(client, manager.user.email)
        client.post("/accounts/logout/")
        assert b"Too many attempts" in sign_in_as(client, admin.user.email).content


class TestBrowsers:
    def test_a_browser_keeps_its_name_over_sign_outs(self, client, admin, manager):
        for member in (admin, manager):
            sign_in_as(client, member.user.email)
            client.post("/accounts/logout/")
        marks = AccountMark.objects.filter(kind="browser")
        assert marks.count() == 2
        assert len(set(marks.values_list("value", flat=True))) == 1
        assert queries.accounts_of_same_person(admin.user) == {
            manager.user.pk: {"browser"}
        }

    def test_its_cookie_is_signed_and_not_for_scripts(self, client, admin):
        sign_in_as(client, admin.user.email)
        cookie = client.cookies["browser"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert cookie["max-age"] == 400 * 24 * 60 * 60
        name = AccountMark.objects.get(kind="browser").value
        other = Client()
        other.cookies["browser"] = f"{name}:forged"
        sign_in_as(other, admin.user.email)
        assert AccountMark.objects.filter(kind="browser").count() == 2

    def test_reading_pages_writes_nothing(
        self, client, admin, django_assert_num_queries
    ):
        sign_in_as(client, admin.user.email)
        client.get("/help/")
        with django_assert_num_queries(3):
            client.get("/help/")
