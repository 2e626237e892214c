import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import queries
from accounts.enums import InvitationState, Role
from accounts.models import Event, Invitation, Membership, User
from accounts.services import invitations, members
from tests.factories.accounts import PASSWORD, InvitationFactory, UserFactory

ORIGIN = "https://plumbline.example"


def invite(by, email="new@example.com", role=Role.CONTRIBUTOR, **more):
    return invitations.invite(by=by, email=email, role=role, origin=ORIGIN, **more)


def test_invite_mails_a_link_in_plain_text(admin, team):
    sent = invite(admin, " New@Example.com ", teams=[team])
    invitation = Invitation.objects.get()
    assert sent == invitations.Sent(invitation, mailed=True)
    assert invitation.email == "new@example.com"
    assert list(invitation.teams.all()) == [team]
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    assert message.subject == "Invitation to Northwind Pharma on Plumbline"
    token = queries.invitation_token(invitation)
    assert f"\n{ORIGIN}/invitations/{token}/\n" in message.body
    assert "Ada Admin invites you to Northwind Pharma" in message.body
    assert message.alternatives == []
    event = Event.objects.get()
    assert (event.action, event.subject) == ("invited", f"invitation:{invitation.pk}")


def test_a_name_with_a_line_break_can_not_forge_a_header(admin):
    admin.organization.name = "North\nBcc: all@example.com"
    admin.organization.save()
    invite(admin)
    assert mail.outbox[0].subject == (
        "Invitation to North Bcc: all example com on Plumbline"
    )


def test_invite_survives_a_mail_server_that_is_down(admin, monkeypatch, caplog):
    def fail(*_args):
        raise OSError("no route to host")

    monkeypatch.setattr(invitations, "send_mail", fail)
    with caplog.at_level(logging.ERROR):
        sent = invite(admin)
    assert not sent.mailed
    assert Invitation.objects.get() == sent.invitation


def test_invite_guest_auditor(admin):
    sent = invite(admin, role=Role.AUDITOR, only_assessment="K7QX2M")
    user = UserFactory(email="new@example.com")
    membership = invitations.accept(invitation=sent.invitation, user=user)
    assert (membership.role, membership.only_assessment) == (Role.AUDITOR, "K7QX2M")


def test_guests_are_auditors(admin):
    with pytest.raises(ValueError, match="always an auditor"):
        invite(admin, role=Role.MANAGER, only_assessment="K7QX2M")


def test_members_are_not_invited_again(admin, contributor):
    with pytest.raises(ValidationError, match="is a member already"):
        invite(admin, contributor.user.email.upper())


def test_an_organization_has_so_many_open_invitations(admin, stranger, settings):
    settings.INVITATIONS_MAX_OPEN = 2
    first = invite(admin, "one@example.com").invitation
    invite(admin, "two@example.com")
    with pytest.raises(ValidationError) as refused:
        invite(admin, "three@example.com")
    assert refused.value.messages == [
        "This organization has as many open invitations as it may have (2). "
        "An administrator can withdraw those that nobody needs any more."
    ]
    assert len(mail.outbox) == 2
    # Those of another organization don't count, nor those that nobody can use.
    invite(stranger, "three@example.com")
    invitations.revoke(invitation=first, by=admin)
    invite(admin, "three@example.com")
    assert admin.organization.invitations.open().count() == 2


def test_an_organization_sends_so_many_invitations_an_hour(admin, stranger, settings):
    settings.INVITATIONS_MAX_PER_HOUR = 2
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        invitation = invite(admin, "one@example.com").invitation
        invitations.resend(invitation=invitation, by=admin, origin=ORIGIN)
        sent = (
            "This organization has sent as many invitations within an hour as it may "
            "(2). Try again later."
        )
        with pytest.raises(ValidationError) as refused:
            invite(admin, "two@example.com")
        assert refused.value.messages == [sent]
        with pytest.raises(ValidationError) as refused:
            invitations.resend(invitation=invitation, by=admin, origin=ORIGIN)
        assert refused.value.messages == [sent]
        assert len(mail.outbox) == 2
        invite(stranger, "two@example.com")
        clock.shift(3601)
        invite(admin, "two@example.com")
        invitations.resend(invitation=invitation, by=admin, origin=ORIGIN)


def test_one_open_invitation_per_address(admin):
    invite(admin)
    with pytest.raises(ValidationError, match="is invited already"):
        invite(admin)


def test_a_guest_is_guest_of_one_assessment(admin, guest):
    with pytest.raises(ValidationError, match="guest of assessment K7QX2M already"):
        invite(admin, guest.user.email, Role.AUDITOR, only_assessment="B2B2B2")


def test_a_guest_can_be_invited_to_the_whole(admin, guest):
    sent = invite(admin, guest.user.email, Role.MANAGER)
    invitations.accept(invitation=sent.invitation, user=guest.user)
    guest.refresh_from_db()
    assert (guest.role, guest.only_assessment) == (Role.MANAGER, "")


def test_accept_makes_one_membership_and_uses_the_invitation_up(admin, team):
    invitation = invite(admin, teams=[team]).invitation
    user = UserFactory(email="new@example.com")
    membership = invitations.accept(invitation=invitation, user=user)
    assert membership.role == Role.CONTRIBUTOR
    assert list(membership.teams.all()) == [team]
    assert Membership.objects.filter(user=user).count() == 1
    invitation.refresh_from_db()
    assert invitation.state_at(timezone.now()) == InvitationState.ACCEPTED
    with pytest.raises(ValidationError, match="can’t be used any more"):
        invitations.accept(invitation=invitation, user=user)


def test_accept_is_for_the_invited_person(admin):
    invitation = invite(admin).invitation
    with pytest.raises(ValidationError, match=r"is for new@example\.com"):
        invitations.accept(invitation=invitation, user=UserFactory())
    assert Membership.objects.count() == 1


def test_accept_until_the_last_minute_and_not_after(admin):
    invitation = invite(admin).invitation
    user = UserFactory(email="new@example.com")
    with (
        time_machine.travel(invitation.expires_at, tick=False),
        pytest.raises(ValidationError),
    ):
        invitations.accept(invitation=invitation, user=user)
    with time_machine.travel(invitation.expires_at - timedelta(minutes=1), tick=False):
        assert invitations.accept(invitation=invitation, user=user)


def test_resend_starts_the_time_again(admin):
    invitation = invite(admin).invitation
    later = invitation.expires_at + timedelta(days=30)
    with time_machine.travel(later, tick=False):
        invitations.resend(invitation=invitation, by=admin, origin=ORIGIN)
        assert invitation.state_at(timezone.now()) == InvitationState.OPEN
    assert len(mail.outbox) == 2
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "invited",
        "invited again",
    ]


def test_revoked_invitations_are_refused(admin):
    invitation = invite(admin).invitation
    invitations.revoke(invitation=invitation, by=admin)
    with pytest.raises(ValidationError):
        invitations.accept(
            invitation=invitation, user=UserFactory(email="new@example.com")
        )
    assert invite(admin).mailed, "the address may be invited again"


def test_coming_back_revives_the_membership(admin, contributor, team):
    joined = contributor.joined_at
    members.end_membership(member=contributor, by=admin.user)
    invitation = invite(admin, contributor.user.email, Role.VIEWER, teams=[team])
    back = invitations.accept(invitation=invitation.invitation, user=contributor.user)
    assert back.pk == contributor.pk
    assert (back.role, back.left_at) == (Role.VIEWER, None)
    assert back.joined_at > joined
    assert list(back.teams.all()) == [team]


def test_a_full_member_keeps_what_they_have(admin, manager):
    invitation = InvitationFactory(
        organization=admin.organization, email=manager.user.email, role=Role.VIEWER
    )
    membership = invitations.accept(invitation=invitation, user=manager.user)
    assert membership.role == Role.MANAGER


def test_sign_up_and_accept_makes_one_of_each(admin):
    invitation = invite(admin).invitation
    membership = invitations.sign_up_and_accept(
        invitation=invitation, name="New Person", password=PASSWORD
    )
    user = User.objects.get(email="new@example.com")
    assert (membership.user, user.name) == (user, "New Person")
    assert user.check_password(PASSWORD)
    assert user.memberships.count() == 1


def test_sign_up_and_accept_needs_a_new_address(admin):
    invitation = invite(admin).invitation
    UserFactory(email="new@example.com")
    with pytest.raises(ValidationError, match="already an account"):
        invitations.sign_up_and_accept(
            invitation=invitation, name="New", password=PASSWORD
        )


def test_sign_up_and_accept_leaves_nothing_behind_when_it_fails(admin):
    invitation = invite(admin).invitation
    invitations.revoke(invitation=invitation, by=admin)
    with pytest.raises(ValidationError):
        invitations.sign_up_and_accept(
            invitation=invitation, name="New", password=PASSWORD
        )
    assert not queries.has_account("new@example.com")


@pytest.mark.parametrize("token", ["", "1", "1:forged", "x:y:z", "9:" + "a" * 43])
def test_forged_tokens_name_nothing(admin, token):
    invite(admin)
    assert queries.opened_link(token) is None


def test_tokens_of_other_purposes_name_nothing(admin):
    from django.core.signing import Signer  # noqa: PLC0415 -- the point of this test

    pk = invite(admin).invitation.pk
    assert queries.opened_link(Signer(salt="another").sign(f"{pk}.0.mail")) is None
