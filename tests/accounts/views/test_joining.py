"""What the invited person sees."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import queries
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.services import invitations, members
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)


@pytest.fixture
def invitation(admin):
    return InvitationFactory(
        organization=admin.organization,
        invited_by=admin.user,
        email="new@example.com",
        role=Role.AUDITOR,
    )


@pytest.fixture
def invited(invitation):
    return UserFactory(email=invitation.email, name="Ines Invited")


def link(invitation):
    token = queries.invitation_token(invitation)
    return reverse("accounts:invitation", args=[token])


def sign_up(client, invitation, **data):
    return client.post(
        f"{link(invitation)}sign-up/",
        {"name": "Ines Invited", "password": PASSWORD} | data,
    )


def test_a_new_person_signs_up_and_is_in(client, invitation):
    page = client.get(link(invitation))
    assertContains(page, "Join Northwind Pharma")
    assertContains(page, "Ada Admin invited you. Your role: <strong>Auditor</strong>.")
    assertContains(page, 'value="new@example.com"')
    assertContains(page, 'autocomplete="new-password"')
    response = sign_up(client, invitation)
    assertRedirects(response, "/", fetch_redirect_response=False)
    person = User.objects.get(email="new@example.com")
    assert get_user(client) == person
    assert person.memberships.get().role == Role.AUDITOR
    assert person.memberships.get().organization == invitation.organization


def test_the_address_can_not_be_exchanged(client, invitation):
    sign_up(client, invitation, email="other@example.com")
    assert not User.objects.filter(email="other@example.com").exists()
    assert User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"password": ""}, "This field is required."),
        ({"password": "short"}, "This password is too short."),
        ({"password": "new@example.com"}, "too similar to the e-mail address"),
        ({"password": "13579246801357"}, "entirely numeric"),
    ],
)
def test_sign_up_refuses_bad_input(client, invitation, data, message):
    response = sign_up(client, invitation, **data)
    assertContains(response, message)
    assertContains(response, "There is a problem")
    assert not queries.has_account("new@example.com")


def test_an_existing_person_signs_in_and_returns(client, invitation, invited):
    page = client.get(link(invitation))
    assertNotContains(page, 'type="password"')
    sign_in_link = (
        f"{reverse('account_login')}?next={link(invitation).replace(':', '%3A')}"
    )
    assertContains(page, sign_in_link)
    response = client.post(
        reverse("account_login"),
        {"login": invited.email, "password": PASSWORD, "next": link(invitation)},
    )
    assertRedirects(response, link(invitation))


def test_an_existing_person_can_not_sign_up_again(client, invitation, invited):
    response = sign_up(client, invitation)
    assertContains(response, "There is an account for")
    assert get_user(client).is_anonymous
    assert invited.memberships.count() == 0


def test_a_signed_in_person_joins_with_one_click(invitation, invited, sign_in):
    client = sign_in(invited)
    assertContains(client.get(link(invitation)), "Join Northwind Pharma</button>")
    assertRedirects(client.post(link(invitation)), "/", fetch_redirect_response=False)
    assert invited.memberships.get().role == Role.AUDITOR


def test_joining_leads_into_the_new_organization(invitation, invited, sign_in):
    MembershipFactory(user=invited, organization__name="Old employer")
    client = sign_in(invited)
    client.post(link(invitation))
    assert client.get("/help/").wsgi_request.membership.organization == (
        invitation.organization
    )


def test_somebody_else_gets_a_clear_message(invitation, stranger, sign_in):
    client = sign_in(stranger)
    page = client.get(link(invitation))
    assertContains(page, "This invitation is for <strong>new@example.com</strong>")
    assertContains(page, "Sign out and continue")
    response = client.post(link(invitation))
    assertContains(response, "This invitation is for new@example.com.")
    assert Membership.objects.filter(organization=invitation.organization).count() == 1


def test_signing_out_comes_back_to_the_invitation(invitation, stranger, sign_in):
    client = sign_in(stranger)
    response = client.post(reverse("account_logout"), {"next": link(invitation)})
    assertRedirects(response, link(invitation))


def test_posting_without_being_signed_in_joins_nobody(client, invitation, invited):
    assert client.post(link(invitation)).status_code == 200
    assert invited.memberships.count() == 0


def test_a_guest_is_told_what_they_will_see(client, invitation):
    invitation.only_assessment = "K7QX2M"
    invitation.save()
    assertContains(
        client.get(link(invitation)),
        "you see the one assessment that you are invited to review",
    )


def test_expired(client, invitation):
    invitation.sent_at = timezone.now() - timedelta(days=15)
    invitation.save()
    page = client.get(link(invitation))
    assertContains(page, "This invitation has expired", status_code=410)
    assertContains(page, "to send it again", status_code=410)
    assert sign_up(client, invitation).status_code == 410
    assert not queries.has_account("new@example.com")


def test_revoked(client, invitation):
    invitation.revoked_at = timezone.now()
    invitation.save()
    page = client.get(link(invitation))
    assertContains(page, "This invitation was withdrawn", status_code=410)


def test_used(client, invitation):
    sign_up(client, invitation)
    page = client.get(link(invitation))
    assertContains(page, "This invitation is used already", status_code=410)


@pytest.mark.parametrize("token", ["1", "1:forged", "abc"])
def test_forged(client, invitation, token):
    page = client.get(f"/invitations/{token}/")
    assertContains(page, "This link isn’t an invitation", status_code=404)
    assert client.post(f"/invitations/{token}/sign-up/").status_code == 404


def test_returning_after_removal_revives_the_membership(admin, sign_in, team):
    member = MembershipFactory(organization=admin.organization)
    members.end_membership(member=member, by=admin.user)
    invitation = InvitationFactory(
        organization=admin.organization, email=member.user.email, role=Role.VIEWER
    )
    sign_in(member).post(link(invitation))
    member.refresh_from_db()
    assert (member.left_at, member.role) == (None, Role.VIEWER)


def test_joining_by_mail_proves_the_address_without_another_mail(client, invitation):
    sign_up(client, invitation)
    person = User.objects.get(email="new@example.com")
    assert queries.is_proven(person)
    assert mail.outbox == []


class TestLinkOnAPage:
    """The inviter can pass it on; so it proves nothing of whoever opens it."""

    @pytest.fixture
    def passed_on(self, admin):
        invitation = InvitationFactory(
            organization=admin.organization, email="new@example.com", role=Role.VIEWER
        )
        token = queries.invitation_token(invitation, on_page=True)
        return reverse("accounts:invitation", args=[token])

    def test_joining_leaves_the_address_to_be_confirmed(self, client, passed_on):
        client.post(f"{passed_on}sign-up/", {"name": "Ines", "password": PASSWORD})
        person = User.objects.get(email="new@example.com")
        assert person.memberships.get().role == Role.VIEWER
        assert not queries.is_proven(person)
        assert mail.outbox[0].subject == "Please confirm your e-mail address"

    @pytest.mark.parametrize("only", ["", "K7QX2M"])
    def test_it_lets_no_auditor_in(self, client, admin, only):
        invitation = InvitationFactory(
            organization=admin.organization, role=Role.AUDITOR, only_assessment=only
        )
        token = queries.invitation_token(invitation, on_page=True)
        address = reverse("accounts:invitation", args=[token])
        assertContains(client.get(address), "There is a newer link", status_code=410)
        data = {"name": "Ines", "password": PASSWORD}
        assert client.post(f"{address}sign-up/", data).status_code == 410
        assert not queries.has_account(invitation.email)

    def test_an_older_plumblines_link_proves_nothing_either(self, client, admin):
        viewer = InvitationFactory(organization=admin.organization, role=Role.VIEWER)
        token = queries._signer.sign(str(viewer.pk))
        assert queries.opened_link(token).is_mailed is False
        assert queries.opened_link(token).is_replaced is False


def test_sending_again_makes_a_new_link(client, invitation, admin):
    before = link(invitation)
    invitations.resend(invitation=invitation, by=admin, origin="http://testserver")
    assertContains(client.get(before), "There is a newer link", status_code=410)
    assertContains(client.get(link(invitation)), "Join Northwind Pharma")
    assert link(invitation) in mail.outbox[0].body


def test_an_unproven_account_joins_as_auditor_by_its_mailbox_only(invitation):
    user = UserFactory(email=invitation.email, proven=False)
    with pytest.raises(ValidationError, match="Confirm your e-mail address"):
        invitations.accept(invitation=invitation, user=user, is_mailed=False)
    assert not user.memberships.exists()
    invitations.accept(invitation=invitation, user=user)
    assert queries.is_proven(user)


def test_nobody_keeps_a_way_back_into_an_account_made_for_somebody_else(
    client, northwind
):
    """Even a proven address of a stranger goes when the main one never was."""
    user = UserFactory(email="ines@example.com", proven=False)
    EmailAddress.objects.create(user=user, email="other@example.com", verified=True)
    invitation = InvitationFactory(organization=northwind, email=user.email)
    client.force_login(user)
    client.post(link(invitation))
    assert Membership.objects.filter(user=user, organization=northwind).exists()
    client.logout()
    client.post("/accounts/password/reset/", {"email": "other@example.com"})
    assert mail.outbox[-1].subject == "No Plumbline account with this address"


def test_a_password_is_not_the_organizations_name(client, invitation):
    response = sign_up(client, invitation, password="NorthwindPharma1")
    assertContains(response, "This password is mostly your name")
    assert not queries.has_account("new@example.com")
