import pytest
from django.test import Client

from accounts.models import Event, User
from accounts.services.events import log
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)


@pytest.fixture
def event(db):
    return log(
        organization=OrganizationFactory(),
        actor=UserFactory(),
        action="created",
        subject="organization:1",
    )


def test_the_log_is_append_only(event):
    with pytest.raises(TypeError, match="append-only"):
        event.save()
    with pytest.raises(TypeError, match="append-only"):
        event.delete()
    with pytest.raises(TypeError, match="append-only"):
        Event.objects.update(action="forged")
    with pytest.raises(TypeError, match="append-only"):
        Event.objects.all().delete()
    assert Event.objects.get().action == "created"


def test_the_log_goes_with_its_organization(event):
    event.organization.delete()
    assert not Event.objects.exists()


def test_names(event):
    assert str(event) == "created organization:1"
    assert str(MembershipFactory(user__name="Ines")) == "Ines, Contributor"
    assert str(InvitationFactory(email="a@example.com")) == "a@example.com"
    assert str(User(email="b@example.com")) == "b@example.com"


def test_create_user_keeps_addresses_in_lower_case(db):
    user = User.objects.create_superuser("Op@Example.COM", PASSWORD, name="Op")
    assert (user.email, user.is_staff) == ("op@example.com", True)
    assert user.get_full_name() == "Op"
    assert User.objects.get_by_natural_key("OP@example.com") == user


@pytest.fixture
def operator(db):
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    "model", ["user", "organization", "team", "membership", "invitation", "event"]
)
def test_operators_look_things_up(operator, event, model):
    MembershipFactory()
    InvitationFactory()
    expected = 404 if model == "team" else 200
    assert operator.get(f"/admin/accounts/{model}/").status_code == expected


def test_operators_can_not_write_the_log(operator, event):
    assert operator.get("/admin/accounts/event/add/").status_code == 403
    page = f"/admin/accounts/event/{event.pk}/"
    assert operator.get(f"{page}delete/").status_code == 403
    assert operator.post(f"{page}change/", {"action": "forged"}).status_code == 403


def test_operators_close_accounts_and_never_delete_them(operator, event):
    page = f"/admin/accounts/user/{event.actor.pk}"
    assert operator.get(f"{page}/change/").status_code == 200
    assert operator.get(f"{page}/delete/").status_code == 403


def test_admin_is_for_operators(client, db):
    client.force_login(MembershipFactory(role="admin").user)
    assert client.get("/admin/").status_code == 302
