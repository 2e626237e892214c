"""The cast: Northwind with one person per role, a guest, and a stranger elsewhere."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.enums import Role
from tests.factories.accounts import (
    MembershipFactory,
    OrganizationFactory,
    TeamFactory,
    UserFactory,
)


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    """allauth counts attempts in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def northwind(db):
    return OrganizationFactory(name="Northwind Pharma")


@pytest.fixture
def team(northwind):
    return TeamFactory(organization=northwind, name="IT operations")


def _member(organization, name, role, **fields):
    return MembershipFactory(
        organization=organization, user__name=name, role=role, **fields
    )


@pytest.fixture
def admin(northwind, team):
    return _member(northwind, "Ada Admin", Role.ADMIN, teams=[team])


@pytest.fixture
def manager(northwind):
    return _member(northwind, "Max Manager", Role.MANAGER)


@pytest.fixture
def contributor(northwind):
    return _member(northwind, "Cora Contributor", Role.CONTRIBUTOR)


@pytest.fixture
def auditor(northwind):
    return _member(northwind, "Ruth Auditor", Role.AUDITOR)


@pytest.fixture
def viewer(northwind):
    return _member(northwind, "Vic Viewer", Role.VIEWER)


@pytest.fixture
def guest(northwind):
    return _member(northwind, "Gil Guest", Role.AUDITOR, only_assessment="K7QX2M")


@pytest.fixture
def stranger(db):
    """An administrator, but of another organization."""
    return _member(OrganizationFactory(name="Elsewhere"), "Sam Stranger", Role.ADMIN)


@pytest.fixture
def nobody(db):
    """Somebody with an account and no organization."""
    return UserFactory(name="Nora Nobody")


@pytest.fixture
def sign_in():
    """Returns a client of this member or person."""

    def signed_in(who) -> Client:
        client = Client()
        client.force_login(getattr(who, "user", who))
        return client

    return signed_in
