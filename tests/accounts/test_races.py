"""Two clicks, or two people, at once: one wins, and the other hears a sentence."""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import queries
from accounts.forms import SignUpForm
from accounts.models import Membership, Organization, Team, User
from accounts.services import invitations, organizations
from tests.factories.accounts import PASSWORD, InvitationFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 20  # seconds; never reached
SIGN_UP = {
    "name": "Ines Duarte",
    "email": "ines@example.com",
    "password1": PASSWORD,
    "organization": "Porto Pharma",
    "team": "Operations",
}


def waits(second: Future) -> None:
    with pytest.raises(TookTooLong):
        second.result(0.5)


def sign_up_at_once() -> User:
    return User.objects.create_user("ines@example.com", PASSWORD, name="Ines Duarte")


def test_two_sign_ups_with_the_same_address(monkeypatch):
    """The address was free when the form was checked."""
    save = SignUpForm.save

    def save_too_late(form, request):
        sign_up_at_once()
        return save(form, request)

    monkeypatch.setattr(SignUpForm, "save", save_too_late)
    client = Client()
    response = client.post(reverse("account_signup"), SIGN_UP)

    assert (response.status_code, response["Location"]) == (
        302,
        reverse("account_login"),
    )
    page = client.get(response["Location"]).content.decode()
    assert "There is an account with this e-mail address now. Sign in." in page
    assert not Organization.objects.exists()


def test_a_double_click_on_sign_up_makes_one_organization(beside, uncommitted):
    def click():
        return Client().post(reverse("account_signup"), SIGN_UP)

    with uncommitted(click):
        second = beside(click)
        waits(second)

    assert second.result(LONG)["Location"] == reverse("account_login")
    assert Organization.objects.get().name == "Porto Pharma"
    assert Membership.objects.get().user == User.objects.get()


def test_a_double_click_on_new_organization_makes_one(beside, uncommitted):
    user = sign_up_at_once()
    wish = {"name": "Porto Pharma", "team": "Operations", "time_zone": "UTC"}
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)

    def click():
        return clients.pop().post(reverse("accounts:create_organization"), wish)

    with uncommitted(click):
        second = beside(click)
        waits(second)

    assert second.result(LONG)["Location"] == reverse("accounts:organization")
    made = Organization.objects.get()
    assert list(made.teams.values_list("name", flat=True)) == ["Operations"]
    assert Membership.objects.get().user == user


def test_an_invited_person_signs_up_elsewhere_at_once(northwind, monkeypatch):
    sign_up_at_once()
    monkeypatch.setattr(queries, "has_account", lambda email: False)
    invitation = InvitationFactory(organization=northwind, email="ines@example.com")
    url = reverse("accounts:join_new", args=[queries.invitation_token(invitation)])
    response = Client().post(url, {"name": "Ines Duarte", "password": PASSWORD})

    assert response.status_code == 200
    assert "There is already an account for ines@example.com." in (
        response.content.decode()
    )
    assert not Membership.objects.filter(user__email="ines@example.com").exists()


def test_an_invitation_is_taken_up_once(northwind, beside, uncommitted):
    invitation = InvitationFactory(organization=northwind, email="ines@example.com")
    user = sign_up_at_once()

    def accept() -> Membership:
        return invitations.accept(invitation=invitation, user=user)

    with uncommitted(accept):
        second = beside(accept)
        waits(second)

    with pytest.raises(ValidationError, match="can’t be used any more"):
        second.result(LONG)
    assert Membership.objects.filter(user=user).count() == 1


def test_two_teams_of_the_same_name(admin, beside, uncommitted):
    def add() -> Team:
        return organizations.add_team(by=admin, name="Quality")

    with uncommitted(add):
        second = beside(add)
        waits(second)

    with pytest.raises(ValidationError, match="already a team with this name"):
        second.result(LONG)
    assert Team.objects.filter(name="Quality").count() == 1
