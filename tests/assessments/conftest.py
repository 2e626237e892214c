"""The cast: one person per role around one assessment, a guest, and a stranger."""

from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Membership
from tests.factories.accounts import MembershipFactory, OrganizationFactory, TeamFactory
from tests.factories.assessments import AssessmentFactory


@pytest.fixture
def northwind(db):
    return OrganizationFactory(name="Northwind Pharma")


@pytest.fixture
def team(northwind):
    return TeamFactory(organization=northwind, name="IT operations")


@pytest.fixture
def cast(northwind, team) -> SimpleNamespace:
    """Memberships by role; `colleague` is a contributor of another team."""

    def member(name: str, role: str, **fields: object) -> Membership:
        return MembershipFactory(
            organization=northwind, user__name=name, role=role, **fields
        )

    return SimpleNamespace(
        admin=member("Ada Admin", Role.ADMIN),
        manager=member("Ines Duarte", Role.MANAGER),
        contributor=member("Jonas Weber", Role.CONTRIBUTOR, teams=[team]),
        colleague=member("Mei Tanaka", Role.CONTRIBUTOR),
        auditor=member("Ruth Adler", Role.AUDITOR),
        viewer=member("Vera Lind", Role.VIEWER),
        stranger=MembershipFactory(user__name="Sam Stranger", role=Role.ADMIN),
    )


@pytest.fixture
def assessment(northwind, team, cast):
    return AssessmentFactory(
        organization=northwind,
        team=team,
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )


@pytest.fixture
def sign_in():
    """Returns a client that is signed in as this member."""

    def client(member: Membership) -> Client:
        signed_in = Client()
        signed_in.force_login(member.user)
        return signed_in

    return client
