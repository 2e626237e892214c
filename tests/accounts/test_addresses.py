"""An address counts only when its mailbox is proven."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import queries
from accounts.enums import Role
from accounts.models import Membership, User
from tests.factories.accounts import PASSWORD, InvitationFactory, UserFactory

LOGIN, EMAIL, RESET = (
    "/accounts/login/",
    "/accounts/email/",
    "/accounts/password/reset/",
)
EVE, VICTIM = "eve@evil.example", "victim@northwind.example"
NEW_PASSWORD = "nine grey herons on a pond"


def sign_up(client, email, **more):
    data = {
        "name": "Somebody",
        "email": email,
        "password1": PASSWORD,
        "organization": "Elsewhere",
        "team": "Operations",
    }
    return client.post("/accounts/signup/", data | more)


def change(client, action, email):
    """Add, remove or choose an address, with the password when it is asked for."""
    response = client.post(EMAIL, {"email": email, f"action_{action}": "1"})
    if response.status_code == 302 and "reauthenticate" in response.url:
        data = {"password": PASSWORD, "next": EMAIL}
        response = client.post("/accounts/reauthenticate/", data)
    return response


def path_in(message):
    return urlsplit(re.search(r"http://\S+", message.body)[0]).path


def mails_to(address):
    return [message for message in mail.outbox if message.to == [address]]


def reset(client, email, password=NEW_PASSWORD):
    """Ask for a new password; choose it, if a link came. Returns whether one did."""
    mail.outbox.clear()
    client.post(RESET, {"email": email})
    [message] = mail.outbox
    if "To choose one" not in message.body:
        return False
    page = client.get(path_in(message), follow=True)
    data = {"password1": password, "password2": password}
    client.post(page.request["PATH_INFO"], data)
    return True


def can_sign_in(email, password):
    client = Client()
    client.post(LOGIN, {"login": email, "password": password})
    return get_user(client).is_authenticated


class TestHijackingBeforehand:
    """Eve makes an account and puts the victim's address beside her own."""

    @pytest.fixture
    def eve(self, db):
        client = Client()
        sign_up(client, EVE)
        change(client, "add", VICTIM)
        change(client, "primary", VICTIM)
        return client

    def test_her_account_keeps_her_own_main_address(self, eve):
        assert list(User.objects.values_list("email", flat=True)) == [EVE]

    def test_the_mailed_link_asks_the_victim_for_a_password(self, eve, client):
        [message] = mails_to(VICTIM)
        assertContains(client.get(path_in(message)), "never counts")
        response = client.post(path_in(message), {"password": "a guess of mine"})
        assertContains(response, "This is not the password of that account.")
        assert not EmailAddress.objects.filter(verified=True).exists()

    def test_neither_signs_in_with_it(self, eve):
        assert not can_sign_in(VICTIM, PASSWORD)
        assert can_sign_in(EVE, PASSWORD)

    @pytest.mark.parametrize("opens_link", [True, False])
    def test_the_victim_joins_with_an_account_of_her_own(
        self, eve, client, northwind, opens_link
    ):
        if opens_link:
            client.post(path_in(mails_to(VICTIM)[0]))
        assert not reset(client, VICTIM)
        invitation = InvitationFactory(
            organization=northwind, email=VICTIM, role=Role.MANAGER
        )
        link = f"/invitations/{queries.invitation_token(invitation)}/"
        client.post(f"{link}sign-up/", {"name": "Vera", "password": NEW_PASSWORD})
        member = Membership.objects.get(organization=northwind)
        assert (member.user.email, queries.is_proven(member.user)) == (VICTIM, True)
        assert not EmailAddress.objects.filter(user__email=EVE, email=VICTIM).exists()
        fresh = Client()
        assert reset(fresh, EVE)
        fresh.post(LOGIN, {"login": EVE, "password": NEW_PASSWORD})
        assertNotContains(fresh.get("/account/"), "Northwind Pharma")

    def test_the_victim_can_sign_up_all_the_same(self, eve, client):
        assertRedirects(sign_up(client, VICTIM), "/", fetch_redirect_response=False)
        assert get_user(client).email == VICTIM
        client.post(path_in(mails_to(VICTIM)[-1]))
        assert queries.is_proven(User.objects.get(email=VICTIM))


class TestSittingOnAnAddress:
    """Somebody signed up with an address that is not theirs."""

    @pytest.fixture
    def squatter(self, db):
        client = Client()
        sign_up(client, VICTIM)
        return client

    def test_a_mailed_link_takes_it_from_them(self, squatter, client):
        change(squatter, "add", EVE)
        assert reset(client, VICTIM)
        assert get_user(squatter).is_anonymous
        assert not can_sign_in(VICTIM, PASSWORD)
        assert can_sign_in(VICTIM, NEW_PASSWORD)
        assert list(EmailAddress.objects.values_list("email", "verified")) == [
            (VICTIM, True)
        ]

    @pytest.mark.parametrize("mode", ["optional", "mandatory"])
    def test_the_owner_proves_nothing_for_them_by_the_confirmation_mail(
        self, client, db, settings, mode
    ):
        settings.ACCOUNT_EMAIL_VERIFICATION = mode
        squatter = Client()
        sign_up(squatter, VICTIM)
        link = path_in(mails_to(VICTIM)[0])
        assertContains(client.get(link), "never counts")
        response = client.post(link)
        assertContains(response, "This is not the password of that account.")
        assert not queries.is_proven(User.objects.get(email=VICTIM))
        assert can_sign_in(VICTIM, PASSWORD) is (mode == "optional")

    def test_who_signed_up_elsewhere_confirms_with_the_password(self, squatter, client):
        link = path_in(mails_to(VICTIM)[0])
        client.post(link, {"password": PASSWORD})
        assert queries.is_proven(User.objects.get(email=VICTIM))

    def test_a_further_address_gets_no_link(self, squatter, client):
        change(squatter, "add", EVE)
        assert not reset(client, EVE)


@pytest.mark.parametrize(
    "proof", ["confirm", "reset", "sign in", "join"], ids=lambda proof: proof
)
def test_every_proof_drops_the_other_unproven_addresses(client, northwind, proof):
    user = UserFactory(email=VICTIM, proven=proof == "sign in")
    EmailAddress.objects.create(user=user, email=EVE)
    if proof == "confirm":
        EmailAddress.objects.create(user=user, email=VICTIM, primary=True)
        client.force_login(user)
        client.post(EMAIL, {"email": VICTIM, "action_send": "1"})
        client.post(path_in(mail.outbox[-1]))
    elif proof == "reset":
        assert reset(client, VICTIM)
    elif proof == "sign in":
        client.post(LOGIN, {"login": VICTIM, "password": PASSWORD})
    else:
        client.force_login(user)
        invitation = InvitationFactory(organization=northwind, email=VICTIM)
        client.post(f"/invitations/{queries.invitation_token(invitation)}/")
    left = EmailAddress.objects.filter(user=user).values_list("email", "verified")
    assert list(left) == [(VICTIM, True)]


class TestChanging:
    @pytest.mark.parametrize("action", ["add", "remove", "primary"])
    def test_it_asks_for_the_password(self, admin, sign_in, action):
        mine = EmailAddress.objects.create(
            user=admin.user, email="ada@home.example", verified=True
        )
        client = sign_in(admin)
        before = sorted(EmailAddress.objects.values_list("email", "primary"))
        email = "new@home.example" if action == "add" else mine.email
        response = client.post(EMAIL, {"email": email, f"action_{action}": "1"})
        assert response.url.startswith("/accounts/reauthenticate/")
        assert sorted(EmailAddress.objects.values_list("email", "primary")) == before

    def test_a_new_address_is_confirmed_then_main_then_the_only_one(
        self, admin, sign_in
    ):
        client = sign_in(admin)
        change(client, "add", "ada@home.example")
        page = client.get(EMAIL)
        assertContains(page, "not confirmed yet")
        assertNotContains(page, "Make main")
        client.post(path_in(mails_to("ada@home.example")[0]))
        change(client, "primary", "ada@home.example")
        change(client, "remove", "ada.admin@example.com")
        user = User.objects.get(pk=admin.user.pk)
        assert user.email == "ada@home.example"
        assert [address.email for address in user.emailaddress_set.all()] == [
            "ada@home.example"
        ]
        subjects = [message.subject for message in mails_to("ada.admin@example.com")]
        assert subjects == ["The main address of your Plumbline account was changed"]

    def test_on_another_device_the_link_asks_for_the_password(
        self, admin, sign_in, client
    ):
        change(sign_in(admin), "add", "ada@home.example")
        path = path_in(mails_to("ada@home.example")[0])
        client.post(path, {"password": PASSWORD})
        assert EmailAddress.objects.get(email="ada@home.example").verified

    def test_the_address_of_somebody_else_is_not_to_be_had(
        self, admin, sign_in, client
    ):
        sign_up(client, VICTIM)
        mail.outbox.clear()
        ada = sign_in(admin)
        page = change(ada, "add", VICTIM)
        assert page.status_code == 302
        [message] = mails_to(VICTIM)
        assert message.subject == "You have a Plumbline account already"
        address = EmailAddress.objects.get(user=admin.user, email=VICTIM)
        path = f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/"
        assertContains(ada.get(path), "can’t be confirmed")


def test_a_reset_asked_for_twice_gives_two_links_that_work_once(admin, client):
    for _time in range(2):
        client.post(RESET, {"email": admin.user.email})
    first, second = (path_in(message) for message in mail.outbox)
    assert first != second
    page = client.get(first, follow=True)
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(page.request["PATH_INFO"], data)
    for path in (first, second):
        assertContains(Client().get(path, follow=True), "This link no longer works")


class TestRealMail:
    """With a mail server an account is nothing before its address is confirmed."""

    @pytest.fixture(autouse=True)
    def _server(self, settings):
        settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
        settings.MAIL_IS_SENT = True

    def test_signing_up_ends_at_the_mailbox(self, client, db):
        response = sign_up(client, "ines@example.com")
        assertRedirects(response, "/accounts/confirm-email/")
        assert get_user(client).is_anonymous
        assert not can_sign_in("ines@example.com", PASSWORD)
        response = client.post(path_in(mail.outbox[0]), follow=True)
        assert get_user(client).email == "ines@example.com"
        assertContains(response, "Dashboard")

    def test_a_known_address_looks_the_same(self, client, admin):
        new = sign_up(Client(), "new@example.com")
        taken = sign_up(client, admin.user.email)
        assert (taken.status_code, taken.url) == (new.status_code, new.url)
        assert taken.cookies.keys() == new.cookies.keys()
        [message] = mails_to(admin.user.email)
        assert message.subject == "You have a Plumbline account already"
        follow_new = client.get(new.url).content.decode()
        assert "sent you a link" in follow_new

    def test_a_sign_up_in_the_name_of_somebody_gives_nothing(self, client, northwind):
        sign_up(client, VICTIM)
        invitation = InvitationFactory(organization=northwind, email=VICTIM)
        link = f"/invitations/{queries.invitation_token(invitation)}/"
        owner = Client()
        assertContains(owner.get(link), "Ask for a new password")
        assert reset(owner, VICTIM)
        owner.post(LOGIN, {"login": VICTIM, "password": NEW_PASSWORD})
        owner.post(link)
        assert Membership.objects.filter(organization=northwind).count() == 1
        assert not can_sign_in(VICTIM, PASSWORD)

    def test_a_link_to_pass_on_tells_nobody_who_has_an_account(
        self, northwind, admin, team
    ):
        """The inviter could open it to find out."""
        UserFactory(email=VICTIM)
        answers = []
        for email in (VICTIM, "new@example.com"):
            invitation = InvitationFactory(organization=northwind, email=email)
            token = queries.invitation_token(invitation, on_page=True)
            reader, link = Client(), f"/invitations/{token}/"
            assertContains(reader.get(link), "Sign up and join")
            data = {"name": "Vera", "password": PASSWORD}
            answer = reader.post(f"{link}sign-up/", data)
            answers.append((answer.status_code, answer.url))
        assert answers[0] == answers[1] == (302, "/accounts/confirm-email/")
        assert mails_to(VICTIM)[0].subject == "You have a Plumbline account already"
        assert Membership.objects.filter(user__email=VICTIM).count() == 0

    def test_invited_people_are_in_at_once(self, client, northwind):
        invitation = InvitationFactory(organization=northwind, email="new@example.com")
        link = f"/invitations/{queries.invitation_token(invitation)}/"
        client.post(f"{link}sign-up/", {"name": "Nina", "password": PASSWORD})
        assert get_user(client).email == "new@example.com"
        assert mail.outbox == []


class TestClosedSignUp:
    @pytest.fixture(autouse=True)
    def _closed(self, settings):
        settings.SIGNUP = False

    def test_nobody_signs_up(self, client, db):
        assertContains(client.get("/accounts/signup/"), "by invitation")
        assertContains(sign_up(client, "ines@example.com"), "Sign-up is closed")
        assert not User.objects.exists()

    def test_no_page_or_mail_leads_there(self, client, db):
        assertNotContains(client.get(LOGIN), "/accounts/signup/")
        client.post(RESET, {"email": "who@example.com"})
        assert "signup" not in mail.outbox[0].body

    def test_invited_people_sign_up(self, client, northwind):
        invitation = InvitationFactory(organization=northwind, email="new@example.com")
        link = f"/invitations/{queries.invitation_token(invitation)}/"
        client.post(f"{link}sign-up/", {"name": "Nina", "password": PASSWORD})
        assert get_user(client).email == "new@example.com"

    def test_only_operators_make_organizations(self, viewer, sign_in):
        client = sign_in(viewer)
        data = {"name": "Own", "team": "Mine"}
        assert client.get("/organization/new/").status_code == 403
        assert client.post("/organization/new/", data).status_code == 403
        viewer.user.is_staff = True
        viewer.user.save()
        assert client.post("/organization/new/", data).status_code == 302
