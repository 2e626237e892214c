"""People and organizations as a browser meets them, with and without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import queries
from accounts.enums import Role
from accounts.models import Membership
from tests.factories.accounts import PASSWORD, InvitationFactory, MembershipFactory


@pytest.fixture
def admin(transactional_db) -> Membership:
    return MembershipFactory(
        user__name="Ines Duarte", organization__name="Northwind", role=Role.ADMIN
    )


def link(invitation) -> str:
    token = queries.invitation_token(invitation)
    return reverse("accounts:invitation", args=[token])


def test_sign_up_takes_the_time_zone_of_the_device(transactional_db, new_context):
    page: Page = new_context(timezone_id="Asia/Tokyo").new_page()
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Ines Duarte")
    page.get_by_label("E-mail").fill("ines@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Organization").fill("Northwind")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("contentinfo")).to_contain_text("Times in Asia/Tokyo")


def test_a_faulty_form_brings_the_focus_to_its_faults(admin, new_context):
    page: Page = new_context().new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("ines.duarte@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Sign in – Plumbline")
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()


def test_copying_the_link_of_an_invitation(admin, new_context, enter):
    invitation = InvitationFactory(organization=admin.organization)
    page = enter(new_context().new_page(), admin)
    page.goto(f"/organization/invitations/{invitation.pk}/")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    chosen = page.evaluate("window.getSelection().toString()")
    token = queries.invitation_token(invitation, on_page=True)
    assert chosen.endswith(f"/invitations/{token}/")


def test_inviting_and_joining_without_javascript(admin, new_context, enter):
    page = enter(new_context(java_script_enabled=False).new_page(), admin)
    page.goto("/organization/people/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail").fill("jonas@example.com")
    page.get_by_role("radio", name=re.compile("^Manager")).check()
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)
    address = page.get_by_label("Link of the invitation").input_value()

    other: Page = new_context(java_script_enabled=False).new_page()
    other.goto(address)
    other.get_by_label("Your name").fill("Jonas Weber")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign up and join").click()
    expect(other).to_have_url(re.compile(r"/$"))
    joined = Membership.objects.get(user__email="jonas@example.com")
    assert (joined.organization, joined.role) == (admin.organization, Role.MANAGER)
