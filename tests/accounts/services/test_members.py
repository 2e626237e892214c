import pytest
from django.core.exceptions import ValidationError

from accounts.enums import Role
from accounts.models import Event, Membership
from accounts.services import members
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory


def test_change_member_logs_only_what_changed(admin, contributor, team):
    members.change_member(
        member=contributor, by=admin, role=Role.CONTRIBUTOR, teams=[team]
    )
    event = Event.objects.get()
    assert event.subject == f"membership:{contributor.pk}"
    assert event.before == {"teams": []}
    assert event.after == {"teams": ["IT operations"]}


def test_change_member_to_the_same_logs_nothing(admin, contributor):
    members.change_member(member=contributor, by=admin, role=Role.CONTRIBUTOR, teams=[])
    assert not Event.objects.exists()


def test_opening_the_organization_to_a_guest(admin, guest):
    members.change_member(member=guest, by=admin, role=Role.VIEWER, teams=[])
    guest.refresh_from_db()
    assert (guest.role, guest.is_guest) == (Role.VIEWER, False)


def test_last_admin_keeps_the_role(admin, manager):
    with pytest.raises(ValidationError, match="Ada Admin is the only administrator"):
        members.change_member(member=admin, by=admin, role=Role.VIEWER, teams=[])
    admin.refresh_from_db()
    assert admin.role == Role.ADMIN


def test_an_admin_may_step_down_when_there_is_another(admin):
    MembershipFactory(organization=admin.organization, role=Role.ADMIN)
    members.change_member(member=admin, by=admin, role=Role.VIEWER, teams=[])
    assert admin.role == Role.VIEWER


@pytest.mark.parametrize("other", ["left", "closed", "elsewhere"])
def test_admins_who_can_not_act_do_not_count(admin, stranger, other):
    if other == "left":
        left = MembershipFactory(organization=admin.organization, role=Role.ADMIN)
        members.end_membership(member=left, by=left.user)
    if other == "closed":
        MembershipFactory(
            organization=admin.organization, role=Role.ADMIN, user__is_active=False
        )
    with pytest.raises(ValidationError, match="only administrator"):
        members.end_membership(member=admin, by=admin.user)


def test_removal_keeps_the_row_and_ends_the_teams(admin, team):
    member = MembershipFactory(organization=admin.organization, teams=[team])
    members.end_membership(member=member, by=admin.user)
    kept = Membership.objects.get(pk=member.pk)
    assert kept.left_at is not None
    assert list(kept.teams.all()) == []
    assert list(Membership.objects.of_user(member.user)) == []
    event = Event.objects.get()
    assert (event.action, event.actor) == ("removed", admin.user)
    assert event.before["teams"] == ["IT operations"]


def test_leaving_is_logged_as_leaving(contributor):
    members.end_membership(member=contributor, by=contributor.user)
    assert Event.objects.get().action == "left"


def test_change_profile(db):
    user = UserFactory()
    members.change_profile(user=user, name="Ines", theme="dark", language="en")
    user.refresh_from_db()
    assert (user.name, user.theme, user.language) == ("Ines", "dark", "en")


def test_memberships_come_in_the_order_of_joining(contributor):
    second = MembershipFactory(user=contributor.user)
    TeamFactory(organization=second.organization)
    assert list(Membership.objects.of_user(contributor.user)) == [contributor, second]
