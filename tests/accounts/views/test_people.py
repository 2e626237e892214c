import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.enums import Role
from accounts.models import Membership
from tests.factories.accounts import InvitationFactory, MembershipFactory, TeamFactory


def change_url(member):
    return reverse("accounts:change_member", args=[member.pk])


def remove_url(member):
    return reverse("accounts:remove_member", args=[member.pk])


def test_list_shows_role_teams_and_guests(admin, guest, sign_in):
    response = sign_in(admin).get("/organization/people/")
    assertContains(response, "Ada Admin")
    assertContains(response, "IT operations")
    assertContains(response, "Guest of assessment K7QX2M")
    assertContains(response, "2 people in Northwind Pharma.")
    assertContains(response, "No invitation is waiting.")


def test_list_leaves_out_who_left_and_who_is_elsewhere(
    admin, contributor, stranger, sign_in
):
    client = sign_in(admin)
    client.post(remove_url(contributor))
    response = client.get("/organization/people/")
    assert list(response.context["members"]) == [admin]


def test_list_without_rights_offers_no_changes(admin, viewer, sign_in):
    InvitationFactory(organization=viewer.organization, email="secret@example.com")
    response = sign_in(viewer).get("/organization/people/")
    assertNotContains(response, change_url(admin))
    assertNotContains(response, "secret@example.com")


@pytest.mark.parametrize("more", [0, 2])
def test_list_costs_the_same_for_1_and_3_members(
    admin, northwind, sign_in, more, django_assert_num_queries
):
    for _ in range(more):
        team = TeamFactory(organization=northwind)
        MembershipFactory(organization=northwind, teams=[team])
        InvitationFactory(organization=northwind).teams.add(team)
    InvitationFactory(organization=northwind)
    client = sign_in(admin)
    # session, person, membership; members, teams; invitations, teams
    with django_assert_num_queries(7):
        client.get("/organization/people/")


def test_change_role_and_teams(admin, contributor, team, sign_in):
    client = sign_in(admin)
    assertContains(client.get(change_url(contributor)), "Cora Contributor")
    response = client.post(
        change_url(contributor), {"role": "manager", "teams": [team.pk]}, follow=True
    )
    assertRedirects(response, "/organization/people/")
    assertContains(response, "Saved: Cora Contributor.")
    contributor.refresh_from_db()
    assert contributor.role == Role.MANAGER
    assert list(contributor.teams.all()) == [team]


def test_change_refuses_an_unknown_role_and_a_foreign_team(admin, contributor, sign_in):
    client = sign_in(admin)
    response = client.post(change_url(contributor), {"role": "emperor"})
    assertContains(response, "There is a problem")
    response = client.post(
        change_url(contributor), {"role": "viewer", "teams": [TeamFactory().pk]}
    )
    assertContains(response, "There is a problem")
    contributor.refresh_from_db()
    assert contributor.role == Role.CONTRIBUTOR


def test_change_in_an_organization_without_teams(contributor, sign_in):
    admin = MembershipFactory(organization=contributor.organization, role=Role.ADMIN)
    sign_in(admin).post(change_url(contributor), {"role": "viewer"})
    contributor.refresh_from_db()
    assert contributor.role == Role.VIEWER


def test_the_last_admin_can_not_step_down(admin, sign_in):
    response = sign_in(admin).post(change_url(admin), {"role": "viewer"})
    assertContains(response, "Ada Admin is the only administrator.")
    assertContains(response, "There is a problem")


def test_a_guest_stays_an_auditor_until_let_in(admin, guest, sign_in):
    client = sign_in(admin)
    response = client.post(change_url(guest), {"role": "manager"})
    assertContains(response, "A guest is always an auditor.")
    client.post(change_url(guest), {"role": "auditor"})
    guest.refresh_from_db()
    assert guest.is_guest
    client.post(change_url(guest), {"role": "manager", "whole_organization": "on"})
    guest.refresh_from_db()
    assert (guest.role, guest.is_guest) == (Role.MANAGER, False)


def test_remove_asks_first_and_keeps_the_row(admin, contributor, sign_in):
    client = sign_in(admin)
    assertContains(client.get(remove_url(contributor)), "verdicts and comments stay")
    assert Membership.objects.active().filter(pk=contributor.pk).exists()
    response = client.post(remove_url(contributor), follow=True)
    assertContains(response, "Cora Contributor is removed.")
    assert Membership.objects.filter(pk=contributor.pk).exists()
    assert client.get(change_url(contributor)).status_code == 404


def test_access_ends_at_once(admin, contributor, sign_in):
    theirs = sign_in(contributor)
    assert theirs.get("/organization/").status_code == 200
    sign_in(admin).post(remove_url(contributor))
    assertRedirects(theirs.get("/organization/"), "/organization/new/")


def test_remove_the_last_admin_is_refused(admin, sign_in):
    response = sign_in(admin).post(remove_url(admin), follow=True)
    assertContains(response, "Ada Admin is the only administrator.")
    admin.refresh_from_db()
    assert admin.left_at is None


def test_leave(contributor, sign_in):
    client = sign_in(contributor)
    assertContains(client.get("/organization/leave/"), "Leave Northwind Pharma?")
    response = client.post("/organization/leave/", follow=True)
    assertRedirects(response, "/account/")
    assertContains(response, "You have left Northwind Pharma.")
    contributor.refresh_from_db()
    assert contributor.left_at is not None


def test_the_last_admin_can_not_leave(admin, sign_in):
    response = sign_in(admin).post("/organization/leave/", follow=True)
    assertContains(response, "Make somebody else an administrator first.")
    admin.refresh_from_db()
    assert admin.left_at is None
