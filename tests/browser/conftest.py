"""What every browser test starts from: an organization, its people, an assessment."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.enums import Role
from tests.factories.accounts import (
    PASSWORD,
    MembershipFactory,
    OrganizationFactory,
    TeamFactory,
)
from tests.factories.assessments import AssessmentFactory, tree_of
from tests.factories.standards import EditionFactory


@pytest.fixture
def plant(transactional_db) -> SimpleNamespace:
    """An organization with one person per role and a small open assessment."""
    organization = OrganizationFactory(name="Northwind Pharma")
    team = TeamFactory(organization=organization, name="IT operations")

    def member(name: str, role: str):
        return MembershipFactory(
            organization=organization, user__name=name, role=role, teams=[team]
        )

    manager = member("Ines Duarte", Role.MANAGER)
    assessment = AssessmentFactory(
        organization=organization,
        team=team,
        edition=EditionFactory(controls=6),
        manager=manager.user,
    )
    edition = tree_of(assessment)
    page = edition.pages()[0]
    return SimpleNamespace(
        manager=manager,
        contributor=member("Jonas Weber", Role.CONTRIBUTOR),
        auditor=member("Ruth Adler", Role.AUDITOR),
        assessment=assessment,
        edition=edition,
        page=page,
        refs=[control.ref for control in page.assessable()],
        section=reverse("assessments:section", args=[assessment.code, page.ref]),
        results=reverse("assessments:results", args=[assessment.code]),
    )


@pytest.fixture
def enter(live_server):
    """Signs a member in through the page, as a person would."""

    def sign_in(page, member, password: str = PASSWORD):
        page.goto(f"{live_server.url}{reverse('account_login')}")
        page.get_by_label("E-mail").fill(member.user.email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(r"/$"))
        return page

    return sign_in
