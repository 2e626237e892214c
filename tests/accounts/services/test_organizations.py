import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import ProtectedError

from accounts.enums import Role
from accounts.models import Event, Organization, Team
from accounts.services import organizations
from tests.factories.accounts import TeamFactory, UserFactory


def events():
    return list(Event.objects.order_by("pk").values_list("action", "subject"))


def test_create_organization_makes_one_of_each(db):
    user = UserFactory()
    membership = organizations.create_organization(
        user=user, name="Northwind", team="IT", time_zone="Europe/Lisbon"
    )
    organization = Organization.objects.get()
    assert (organization.name, organization.time_zone) == ("Northwind", "Europe/Lisbon")
    assert (membership.user, membership.role) == (user, Role.ADMIN)
    assert list(membership.teams.all()) == [Team.objects.get(name="IT")]
    event = Event.objects.get()
    assert (event.action, event.actor) == ("created", user)
    assert event.after == {
        "name": "Northwind",
        "team": "IT",
        "time_zone": "Europe/Lisbon",
    }


def test_the_same_wish_again_is_a_second_click_only_for_a_minute(db):
    wish = {"user": UserFactory(), "name": "Northwind", "team": "IT"}
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False) as clock:
        first = organizations.create_organization(**wish)
        clock.shift(59)
        assert organizations.create_organization(**wish) == first
        other = organizations.create_organization(**wish | {"name": "Northwind AG"})
        assert other != first
        somebody = organizations.create_organization(**wish | {"user": UserFactory()})
        assert somebody != first
        clock.shift(2)
        assert organizations.create_organization(**wish) != first
    assert Organization.objects.count() == 4
    assert Event.objects.count() == 4


@pytest.mark.parametrize("guess", ["", "Mars/Olympus", "../../etc/passwd"])
def test_create_organization_falls_back_to_utc(db, guess):
    membership = organizations.create_organization(
        user=UserFactory(), name="Northwind", team="IT", time_zone=guess
    )
    assert membership.organization.time_zone == "UTC"


def test_change_organization_logs_before_and_after(admin):
    organizations.change_organization(by=admin, name="Northwind AG", time_zone="UTC")
    event = Event.objects.get()
    assert event.before == {"name": "Northwind Pharma", "time_zone": "Europe/Lisbon"}
    assert event.after == {"name": "Northwind AG", "time_zone": "UTC"}


def test_change_organization_to_the_same_logs_nothing(admin):
    organizations.change_organization(
        by=admin, name="Northwind Pharma", time_zone="Europe/Lisbon"
    )
    assert events() == []


def test_add_and_rename_team(admin, northwind):
    added = organizations.add_team(by=admin, name="Lab")
    organizations.rename_team(team=added, by=admin, name="Laboratory")
    assert northwind.teams.filter(name="Laboratory").count() == 1
    assert [action for action, _ in events()] == ["created", "renamed"]


def test_rename_team_to_its_own_name_logs_nothing(admin, team):
    organizations.rename_team(team=team, by=admin, name=team.name)
    assert events() == []


def test_rename_team_may_change_the_case(admin, team):
    organizations.rename_team(team=team, by=admin, name="IT OPERATIONS")
    assert Team.objects.get(pk=team.pk).name == "IT OPERATIONS"


def test_team_names_are_unique_whatever_their_case(admin, team):
    with pytest.raises(ValidationError, match="already a team"):
        organizations.add_team(by=admin, name=team.name.upper())


@pytest.mark.parametrize(
    "name",
    [
        "ZÜRICH ÄRZTE",
        "Zürich  Ärzte",
        " Zürich\u00a0Ärzte ",
        "Zu\u0308rich A\u0308rzte",
        "Ｚürich Ärzte",
    ],
)
def test_team_names_are_unique_whatever_their_writing(admin, name):
    organizations.add_team(by=admin, name="Zürich Ärzte")

    with pytest.raises(ValidationError, match="already a team"):
        organizations.add_team(by=admin, name=name)


def test_the_database_itself_refuses_a_second_writing_of_a_name(admin):
    team = organizations.add_team(by=admin, name="Zürich Ärzte")
    organizations.rename_team(team=team, by=admin, name="Bern Ärzte")
    TeamFactory(organization=admin.organization, name="ZÜRICH ÄRZTE")

    with pytest.raises(IntegrityError):
        TeamFactory(organization=admin.organization, name="Bern  ÄRZTE")


def test_other_organizations_may_use_the_same_team_name(admin):
    TeamFactory(name="Lab")
    assert organizations.add_team(by=admin, name="Lab").pk


def test_delete_team_keeps_its_people(admin, team):
    organizations.delete_team(team=team, by=admin)
    assert not Team.objects.exists()
    assert admin.organization.memberships.active().count() == 1
    assert [action for action, _ in events()] == ["deleted"]


def test_delete_team_in_use_is_refused_in_words(admin, team, monkeypatch):
    def refuse(self):
        raise ProtectedError("protected", set())

    monkeypatch.setattr(models.Model, "delete", refuse)
    with pytest.raises(ValidationError, match=r"IT operations has assessments"):
        organizations.delete_team(team=team, by=admin)
    assert events() == []
