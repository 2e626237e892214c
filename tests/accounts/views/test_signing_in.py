"""allauth's pages in our frame: signing up, in and out, new passwords, addresses."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.enums import Role
from accounts.models import Event, Membership, Organization, Team, User
from tests.factories.accounts import PASSWORD, UserFactory

LOGIN = "/accounts/login/"
SIGN_UP = {
    "name": "Ines Duarte",
    "email": "Ines@Example.com",
    "password1": PASSWORD,
    "organization": "Northwind Pharma",
    "team": "IT operations",
    "time_zone": "Europe/Lisbon",
}


def mailed_path():
    return urlsplit(re.search(r"http://\S+", mail.outbox[-1].body)[0]).path


def test_sign_up_makes_exactly_one_of_each(client, db):
    response = client.post("/accounts/signup/", SIGN_UP)
    assertRedirects(response, "/", fetch_redirect_response=False)
    user, organization = User.objects.get(), Organization.objects.get()
    assert (user.name, user.email) == ("Ines Duarte", "ines@example.com")
    assert (organization.name, organization.time_zone) == (
        "Northwind Pharma",
        "Europe/Lisbon",
    )
    membership = Membership.objects.get()
    assert (membership.user, membership.organization) == (user, organization)
    assert membership.role == Role.ADMIN
    assert list(membership.teams.all()) == [Team.objects.get(name="IT operations")]
    assert Event.objects.get().action == "created"
    assert get_user(client) == user


def test_sign_up_form_helps_password_managers(client, db):
    page = client.get("/accounts/signup/")
    assertContains(page, 'autocomplete="username"')
    assertContains(page, 'autocomplete="new-password"')
    assertContains(page, "data-time-zone")
    assertNotContains(page, "placeholder")


@pytest.mark.parametrize(
    "field", ["name", "email", "password1", "organization", "team"]
)
def test_sign_up_needs_everything(client, db, field):
    response = client.post("/accounts/signup/", SIGN_UP | {field: ""})
    assertContains(response, "There is a problem")
    assert not User.objects.exists()
    assert not Organization.objects.exists()


def test_sign_up_leaves_nothing_behind_when_it_fails(client, db, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("accounts.services.organizations.log", fail)
    with pytest.raises(RuntimeError):
        client.post("/accounts/signup/", SIGN_UP)
    assert not User.objects.exists()


def test_sign_up_with_a_known_address_says_so(client, db):
    UserFactory(email="ines@example.com")
    response = client.post("/accounts/signup/", SIGN_UP)
    assertContains(response, "There is already an account with this e-mail address.")
    assert not Organization.objects.exists()


def test_sign_up_survives_a_mail_server_that_is_down(client, db, settings, caplog):
    settings.EMAIL_BACKEND = "tests.accounts.views.test_signing_in.DeadBackend"
    response = client.post("/accounts/signup/", SIGN_UP)
    assertRedirects(response, "/", fetch_redirect_response=False)
    assertContains(client.get("/help/"), "ines@example.com could not be sent")


def DeadBackend(*_args, **_kwargs):  # noqa: N802 -- stands in for a class
    raise OSError("no route to host")


def test_sign_up_returns_to_where_the_reader_was(client, db):
    response = client.post("/accounts/signup/", SIGN_UP | {"next": "/help/"})
    assertRedirects(response, "/help/")


def test_sign_in_and_out(client, admin):
    page = client.get(LOGIN)
    assertContains(page, 'autocomplete="current-password"')
    response = client.post(
        LOGIN, {"login": "ADA.admin@example.com", "password": PASSWORD}
    )
    assertRedirects(response, "/", fetch_redirect_response=False)
    assertContains(client.get("/help/"), "Sign out")
    assertContains(client.get("/accounts/logout/"), "Sign out?")
    response = client.post("/accounts/logout/", follow=True)
    assertRedirects(response, LOGIN)
    assertContains(response, "You are signed out.")


def test_following_a_link_does_not_sign_out(admin, sign_in):
    client = sign_in(admin)
    client.get("/accounts/logout/")
    assert get_user(client) == admin.user


def test_sign_in_with_a_wrong_password(client, admin):
    response = client.post(LOGIN, {"login": admin.user.email, "password": "wrong"})
    assertContains(response, "belong together")
    assertContains(response, "There is a problem")


def test_sign_in_returns_to_the_page_asked_for(client, admin):
    response = client.get("/organization/people/")
    assertRedirects(response, f"{LOGIN}?next=/organization/people/")
    assertContains(client.get(response.url), 'value="/organization/people/"')


def test_sign_in_never_leads_to_another_host(client, admin):
    response = client.post(
        LOGIN,
        {"login": admin.user.email, "password": PASSWORD, "next": "https://evil.test/"},
    )
    assertRedirects(response, "/", fetch_redirect_response=False)


class TestInPlace:
    """The questionnaire signs in again by fetch, with the token of the cookie."""

    @pytest.fixture
    def browser(self, admin):
        client = Client(enforce_csrf_checks=True)
        client.get(LOGIN)
        return client

    def post(self, browser, password):
        return browser.post(
            LOGIN,
            {"login": "ada.admin@example.com", "password": password},
            headers={
                "X-Requested-With": "XMLHttpRequest",
                "X-CSRFToken": browser.cookies["csrftoken"].value,
            },
        )

    def test_success_is_json_and_changes_the_token(self, browser, admin):
        before = browser.cookies["csrftoken"].value
        response = self.post(browser, PASSWORD)
        assert response.status_code == 200
        assert response.json()["location"] == "/"
        assert get_user(browser) == admin.user
        assert browser.cookies["csrftoken"].value != before

    def test_success_leaves_no_message_for_the_next_page(self, browser):
        self.post(browser, PASSWORD)
        assertNotContains(browser.get("/help/"), 'class="notices')

    def test_failure_is_json_with_the_reason(self, browser):
        response = self.post(browser, "wrong")
        assert response.status_code == 400
        assert response.json()["form"]["errors"] == [
            "This e-mail address and password don’t belong together."
        ]
        assert get_user(browser).is_anonymous


def test_new_password_by_mail(client, admin):
    assertContains(client.get("/accounts/password/reset/"), "Forgot your password?")
    response = client.post(
        "/accounts/password/reset/", {"email": admin.user.email}, follow=True
    )
    assertContains(response, "Check your mail")
    [message] = mail.outbox
    assert message.subject == "Choose a new password for Plumbline"
    assert message.alternatives == []
    response = client.get(mailed_path(), follow=True)
    assertContains(response, "Choose a new password")
    response = client.post(
        response.request["PATH_INFO"],
        {"password1": "another fine sentence", "password2": "another fine sentence"},
        follow=True,
    )
    assertContains(response, "Your password is changed")
    admin.user.refresh_from_db()
    assert admin.user.check_password("another fine sentence")
    [link] = re.findall(r"http://\S+", message.body)
    used = client.get(urlsplit(link).path, follow=True)
    assertContains(used, "This link no longer works")
    assert mail.outbox[-1].subject == "Your Plumbline password was changed"


def test_new_password_for_an_unknown_address_tells_the_page_nothing(client, db):
    response = client.post(
        "/accounts/password/reset/", {"email": "who@example.com"}, follow=True
    )
    assertContains(response, "Check your mail")
    assert mail.outbox[0].subject == "No Plumbline account with this address"
    assert "http://testserver/accounts/signup/" in mail.outbox[0].body


def test_change_password(admin, sign_in):
    client = sign_in(admin)
    assertContains(client.get("/accounts/password/change/"), "Current password")
    data = {"oldpassword": "wrong", "password1": "another fine sentence"}
    data |= {"password2": data["password1"]}
    response = client.post("/accounts/password/change/", data)
    assertContains(response, "This is not your password.")
    response = client.post(
        "/accounts/password/change/", data | {"oldpassword": PASSWORD}, follow=True
    )
    assertRedirects(response, "/account/")
    assertContains(response, "Your password is changed.")


def test_confirm_address(client, db):
    client.post("/accounts/signup/", SIGN_UP)
    assert mail.outbox[0].subject == "Please confirm your e-mail address"
    assertContains(client.get(mailed_path()), "Confirm your e-mail address")
    response = client.post(mailed_path())
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert User.objects.get().emailaddress_set.get().verified
    assertContains(client.get("/accounts/confirm-email/wrong/"), "no longer works")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/accounts/inactive/", "This account is closed"),
        ("/accounts/confirm-email/", "Check your mail"),
        ("/accounts/password/reset/done/", "Check your mail"),
        ("/accounts/password/reset/key/done/", "Your password is changed"),
        ("/accounts/password/reset/key/1-wrong/", "This link no longer works"),
    ],
)
def test_other_pages_for_everybody(client, db, path, text):
    assertContains(client.get(path), text)


def test_pages_for_the_signed_in(admin, sign_in):
    client = sign_in(admin)
    assertContains(client.get("/accounts/reauthenticate/"), "Enter your password")
    assertRedirects(client.get("/accounts/password/set/"), "/accounts/password/change/")
    admin.user.set_unusable_password()
    admin.user.save()
    client.force_login(admin.user)
    assertContains(client.get("/accounts/password/set/"), "Choose a password")


@pytest.mark.parametrize(
    "name", ["account_email", "account_change_password", "account_reauthenticate"]
)
def test_own_pages_need_signing_in(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(LOGIN)
