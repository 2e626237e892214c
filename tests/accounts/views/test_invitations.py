"""What administrators do with invitations."""

from datetime import timedelta

import time_machine
from django.core import mail
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Invitation
from accounts.services import invitations
from tests.factories.accounts import InvitationFactory


def test_invite_shows_the_link_that_was_mailed(admin, team, sign_in):
    client = sign_in(admin)
    assertContains(client.get("/organization/invitations/new/"), "Invite somebody")
    response = client.post(
        "/organization/invitations/new/",
        {"email": "new@example.com", "role": "viewer", "teams": [team.pk]},
        follow=True,
    )
    invitation = Invitation.objects.get()
    assertRedirects(response, f"/organization/invitations/{invitation.pk}/")
    assertContains(response, "The invitation is on its way to new@example.com.")
    link = invitations.link_of(invitation, origin="http://testserver")
    assertContains(response, f'value="{link}"')
    assert link in mail.outbox[0].body


def test_invite_a_member_is_refused_at_the_field(admin, viewer, sign_in):
    response = sign_in(admin).post(
        "/organization/invitations/new/",
        {"email": viewer.user.email, "role": "viewer"},
    )
    assertContains(response, "is a member already.")
    assertContains(response, 'href="#id_email"')
    assert mail.outbox == []


def test_invite_when_mail_fails_offers_the_link(admin, sign_in, monkeypatch):
    def fail(*_args):
        raise OSError("no route to host")

    monkeypatch.setattr(invitations, "send_mail", fail)
    response = sign_in(admin).post(
        "/organization/invitations/new/",
        {"email": "new@example.com", "role": "viewer"},
        follow=True,
    )
    assertContains(response, "Pass the link on yourself.")
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
