import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Membership, Organization, Team
from accounts.services import organizations
from tests.factories.accounts import InvitationFactory, MembershipFactory, TeamFactory


def test_overview_shows_teams_and_the_next_thing_to_do(admin, sign_in):
    response = sign_in(admin).get("/organization/")
    assertContains(response, "<h1>Northwind Pharma</h1>", html=True)
    assertContains(response, "IT operations")
    assertContains(response, "Next: invite the people who will answer and review")
    assertContains(response, "Times in Europe/Lisbon")


def test_overview_counts_waiting_invitations(admin, sign_in, northwind):
    InvitationFactory(organization=northwind)
    response = sign_in(admin).get("/organization/")
    assertContains(response, "Next: 1 invitation is still open")


def test_overview_without_rights_offers_no_changes(viewer, team, sign_in):
    response = sign_in(viewer).get("/organization/")
    assertContains(response, "IT operations")
    assertNotContains(response, reverse("accounts:settings"))
    assertNotContains(response, reverse("accounts:add_team"))
    assertNotContains(response, reverse("accounts:rename_team", args=[team.pk]))


def test_overview_without_teams_says_what_to_do(admin, sign_in):
    Team.objects.all().delete()
    assertContains(sign_in(admin).get("/organization/"), "add the first")


def test_settings(admin, sign_in, northwind):
    client = sign_in(admin)
    assertContains(client.get("/organization/settings/"), "Northwind Pharma")
    response = client.post(
        "/organization/settings/",
        {"name": "Northwind AG", "time_zone": "Asia/Tokyo"},
        follow=True,
    )
    assertRedirects(response, "/organization/")
    assertContains(response, "Times in Asia/Tokyo")
    northwind.refresh_from_db()
    assert northwind.name == "Northwind AG"


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "time_zone": "UTC"},
        {"name": "x" * 121, "time_zone": "UTC"},
        {"name": "Northwind", "time_zone": "Mars/Olympus"},
    ],
)
def test_settings_refuse_bad_input_with_a_summary(admin, sign_in, northwind, data):
    response = sign_in(admin).post("/organization/settings/", data)
    assertContains(response, "There is a problem")
    assertContains(response, "<title>Error:")
    northwind.refresh_from_db()
    assert northwind.name == "Northwind Pharma"


def test_create_organization_and_be_in_it(nobody, sign_in):
    client = sign_in(nobody)
    response = client.post(
        "/organization/new/",
        {"name": "Southwind", "team": "Lab", "time_zone": "Europe/Berlin"},
        follow=True,
    )
    assertRedirects(response, "/organization/")
    assertContains(response, "Southwind is created.")
    assert Organization.objects.get().time_zone == "Europe/Berlin"
    assert Membership.objects.get().user == nobody


def test_a_second_organization_becomes_the_current_one(admin, sign_in):
    client = sign_in(admin)
    client.post("/organization/new/", {"name": "Southwind", "team": "Lab"})
    assertContains(client.get("/organization/"), "<h1>Southwind</h1>", html=True)


def test_switch(admin, sign_in):
    other = MembershipFactory(user=admin.user, organization__name="Southwind")
    client = sign_in(admin)
    assertContains(client.get("/account/"), "to Southwind")
    response = client.post(f"/organization/{other.organization_id}/switch/")
    assertRedirects(response, "/", fetch_redirect_response=False)
    page = client.get("/organization/")
    assertContains(page, "<h1>Southwind</h1>", html=True)
    assert page.wsgi_request.membership == other


def test_switch_only_to_an_organization_of_ones_own(admin, stranger, sign_in):
    client = sign_in(admin)
    url = f"/organization/{stranger.organization_id}/switch/"
    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405


def test_add_team(admin, sign_in, northwind):
    response = sign_in(admin).post(
        "/organization/teams/add/", {"name": "Lab"}, follow=True
    )
    assertRedirects(response, "/organization/")
    assertContains(response, "Team Lab is added.")
    assert northwind.teams.filter(name="Lab").exists()


def test_add_team_twice_is_refused_at_the_field(admin, sign_in):
    response = sign_in(admin).post(
        "/organization/teams/add/", {"name": "it operations"}
    )
    assertContains(response, "There is already a team with this name.")
    assertContains(response, 'href="#id_name"')


def test_rename_team(admin, team, sign_in):
    url = f"/organization/teams/{team.pk}/"
    client = sign_in(admin)
    assertContains(client.get(url), "A team of 1 person")
    assertRedirects(client.post(url, {"name": "IT"}), "/organization/")
    team.refresh_from_db()
    assert team.name == "IT"


def test_rename_team_to_a_taken_name_keeps_the_title(admin, team, sign_in):
    TeamFactory(organization=team.organization, name="Lab")
    response = sign_in(admin).post(f"/organization/teams/{team.pk}/", {"name": "Lab"})
    assertContains(response, "<h1>IT operations</h1>", html=True)
    assertContains(response, "There is already a team with this name.")


def test_delete_team_asks_first(admin, team, sign_in):
    url = f"/organization/teams/{team.pk}/delete/"
    client = sign_in(admin)
    assertContains(client.get(url), "1 person is in this team and stays")
    assert Team.objects.filter(pk=team.pk).exists()
    response = client.post(url, follow=True)
    assertContains(response, "Team IT operations is deleted.")
    assert not Team.objects.filter(pk=team.pk).exists()


def test_delete_team_in_use_says_why_not(admin, team, sign_in, monkeypatch):
    def refuse(**_kwargs):
        raise ValidationError("IT operations has assessments.")

    monkeypatch.setattr(organizations, "delete_team", refuse)
    response = sign_in(admin).post(
        f"/organization/teams/{team.pk}/delete/", follow=True
    )
    assertContains(response, "IT operations has assessments.")
    assertContains(response, 'role="alert"')
