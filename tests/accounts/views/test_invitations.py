"""What administrators do with invitations."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Invitation
from accounts.services import invitations
from tests.factories.accounts import (
    InvitationFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
)

NEW = "/organization/invitations/new/"


def test_invite_shows_a_link_to_pass_on(admin, team, sign_in):
    client = sign_in(admin)
    assertContains(client.get(NEW), "Invite somebody")
    response = client.post(
        NEW,
        {"email": "new@example.com", "role": "viewer", "teams": [team.pk]},
        follow=True,
    )
    invitation = Invitation.objects.get()
    assertRedirects(response, f"/organization/invitations/{invitation.pk}/")
    assertContains(response, "The invitation is on its way to new@example.com.")
    link = invitations.link_on_page(invitation, origin="http://testserver")
    assertContains(response, f'value="{link}"')
    assert link not in mail.outbox[0].body, "only the mailed one proves the mailbox"


def test_the_link_of_an_auditor_is_on_no_page(admin, sign_in):
    client = sign_in(admin)
    data = {"email": "new@example.com", "role": "auditor"}
    response = client.post(NEW, data, follow=True)
    assertContains(response, "The link went by mail")
    for page in (response, client.get("/organization/people/")):
        assertNotContains(page, "http://testserver/invitations/")


def test_invite_a_member_is_refused_at_the_field(admin, viewer, sign_in):
    response = sign_in(admin).post(
        "/organization/invitations/new/",
        {"email": viewer.user.email, "role": "viewer"},
    )
    assertContains(response, "is a member already.")
    assertContains(response, 'href="#id_email"')
    assert mail.outbox == []


def test_invite_when_mail_fails_says_so(admin, sign_in, monkeypatch):
    def fail(*_args):
        raise OSError("no route to host")

    monkeypatch.setattr(invitations, "send_mail", fail)
    response = sign_in(admin).post(
        "/organization/invitations/new/",
        {"email": "new@example.com", "role": "viewer"},
        follow=True,
    )
    assertContains(response, "could not be sent. Send it again later.")
    assertContains(response, "http://testserver/invitations/")


def test_resend_an_expired_one(admin, sign_in):
    invitation = InvitationFactory(
        organization=admin.organization, sent_at=timezone.now() - timedelta(days=15)
    )
    client = sign_in(admin)
    page = f"/organization/invitations/{invitation.pk}/"
    assertContains(client.get(page), "The link has expired")
    assertContains(client.get("/organization/people/"), "Expired on")
    response = client.post(f"{page}resend/", follow=True)
    assertContains(response, "Open until")
    assert len(mail.outbox) == 1


def test_a_limit_is_said_on_the_form_and_on_the_page(admin, sign_in, settings):
    invitation = InvitationFactory(organization=admin.organization)
    settings.INVITATIONS_MAX_PER_HOUR = 0
    client = sign_in(admin)
    said = "as many invitations within an hour as it may (0). Try again later."
    data = {"email": "new@example.com", "role": "viewer"}
    assertContains(client.post("/organization/invitations/new/", data), said)
    page = f"/organization/invitations/{invitation.pk}/resend/"
    assertContains(client.post(page, follow=True), said)
    settings.INVITATIONS_MAX_OPEN = 1
    refused = client.post("/organization/invitations/new/", data)
    assertContains(refused, "as many open invitations as it may have (1).")
    assert mail.outbox == []


def test_revoke(admin, sign_in):
    invitation = InvitationFactory(organization=admin.organization)
    client = sign_in(admin)
    response = client.post(
        f"/organization/invitations/{invitation.pk}/revoke/", follow=True
    )
    assertRedirects(response, "/organization/people/")
    assertContains(response, "its link no longer works")
    assert client.get(f"/organization/invitations/{invitation.pk}/").status_code == 404


def test_dates_are_in_the_zone_of_the_organization(admin, sign_in):
    admin.organization.time_zone = "Asia/Tokyo"
    admin.organization.save()
    with time_machine.travel("2026-11-20 20:30 +0000", tick=False):
        invitation = InvitationFactory(organization=admin.organization)
        response = sign_in(admin).get(f"/organization/invitations/{invitation.pk}/")
    assertContains(response, 'datetime="2026-11-21T05:30:00+09:00"')


class TestManagers:
    def test_they_invite_contributors_and_viewers(self, manager, team, sign_in):
        client = sign_in(manager)
        page = client.get(NEW)
        assertContains(page, 'value="contributor"')
        assertContains(page, 'value="viewer"')
        for role in ("admin", "manager", "auditor"):
            assertNotContains(page, f'value="{role}"')
        assertContains(page, "an administrator invites the others")
        client.post(
            NEW,
            {"email": "new@example.com", "role": "contributor", "teams": [team.pk]},
        )
        assert Invitation.objects.get().role == "contributor"
        assertContains(client.get("/organization/people/"), "new@example.com")

    @pytest.mark.parametrize("role", ["admin", "manager", "auditor"])
    def test_they_invite_nobody_else(self, manager, team, sign_in, role):
        data = {"email": "new@example.com", "role": role, "teams": [team.pk]}
        assertContains(sign_in(manager).post(NEW, data), "Select a valid choice")
        assert not Invitation.objects.exists()
        with pytest.raises(PermissionDenied):
            invitations.invite(
                by=manager, email="new@example.com", role=role, origin="http://x"
            )

    @pytest.mark.parametrize("what", ["", "resend/", "revoke/"])
    def test_they_touch_no_invitation_that_they_could_not_send(
        self, manager, sign_in, what
    ):
        invitation = InvitationFactory(
            organization=manager.organization, role="auditor", email="a@example.com"
        )
        client = sign_in(manager)
        address = f"/organization/invitations/{invitation.pk}/{what}"
        response = client.post(address) if what else client.get(address)
        assert response.status_code == 403
        assertNotContains(client.get("/organization/people/"), "a@example.com")


class TestTeams:
    def test_the_only_team_is_ticked(self, admin, team, sign_in):
        page = sign_in(admin).get(NEW)
        assert list(page.context["form"]["teams"].initial) == [team]

    def test_of_several_none_is_ticked(self, admin, team, sign_in):
        TeamFactory(organization=admin.organization)
        page = sign_in(admin).get(NEW)
        assert not page.context["form"]["teams"].initial

    def test_a_contributor_needs_one(self, admin, team, sign_in):
        data = {"email": "new@example.com", "role": "contributor"}
        assertContains(sign_in(admin).post(NEW, data), "Choose a team: without one")
        assert not Invitation.objects.exists()


class TestProof:
    def test_only_proven_people_invite(self, northwind, client):
        member = MembershipFactory(
            organization=northwind, role="admin", user=UserFactory(proven=False)
        )
        client.force_login(member.user)
        assertContains(client.get(NEW), "First confirm your own address")
        data = {"email": "new@example.com", "role": "viewer"}
        client.post(NEW, data)
        assert not Invitation.objects.exists()
        assert mail.outbox == []
        assertContains(client.get(NEW), settings.MAIL_FOLDER)

    def test_nor_do_they_send_again(self, northwind, client):
        member = MembershipFactory(
            organization=northwind, role="admin", user=UserFactory(proven=False)
        )
        invitation = InvitationFactory(organization=northwind)
        client.force_login(member.user)
        client.post(f"/organization/invitations/{invitation.pk}/resend/")
        assert mail.outbox == []
