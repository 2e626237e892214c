"""Second factors in a real browser: passkeys by a virtual authenticator, and codes."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, expect

from assessments.models import Answer
from tests.accounts.totp import code_of
from tests.browser.steps import choose, control, heading
from tests.factories.accounts import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


def plug_in_authenticator(page: Page) -> None:
    """A security key inside of the device, which says that its owner is there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")


def give_password(page: Page, member) -> None:
    page.get_by_label("E-mail").fill(member.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_from_its_making_to_its_end(plant, new_context, enter, axe):
    page: Page = enter(new_context().new_page(), plant.manager)
    plug_in_authenticator(page)
    page.goto("/account/")
    page.get_by_role("link", name="Security").click()
    heading(page, "Security")
    assert axe(page) == []
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    heading(page, "Add a passkey")
    assert axe(page) == []
    page.get_by_label("Name").fill("Laptop at work")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add passkey").click()
    heading(page, "Recovery codes")
    assert axe(page) == []
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Passkey: Laptop at work")).to_be_visible()
    expect(page.get_by_text("Signs you in without a password.")).to_be_visible()
    sign_out(page)

    page.get_by_role("button", name="Use a passkey").click()
    heading(page, "Dashboard")
    sign_out(page)

    give_password(page, plant.manager)
    heading(page, "Second factor")
    assert axe(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    heading(page, "Dashboard")

    page.goto("/account/security/")
    page.get_by_role("link", name="Remove Laptop at work").click()
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove").click()
    heading(page, "Security")
    expect(page.get_by_text("Off. Your password alone")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_a_device_without_the_passkey_says_so(plant, new_context):
    page: Page = new_context().new_page()
    page.goto("/accounts/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")  # and nothing plugged in
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new Error()); }"
    )
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert")).to_have_text(re.compile("gave no passkey"))


def test_codes_without_javascript(plant, new_context, enter):
    page: Page = enter(new_context(java_script_enabled=False).new_page(), plant.manager)
    page.goto("/account/security/")
    page.get_by_role("link", name="Set up an app that shows codes").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    secret = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    heading(page, "Recovery codes")
    sign_out(page)
    give_password(page, plant.manager)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    heading(page, "Dashboard")


def test_answers_go_on_after_signing_in_in_place_with_a_code(plant, new_context, enter):
    page: Page = enter(new_context().new_page(), plant.manager)
    TOTP.activate(plant.manager.user, SECRET)
    page.goto(plant.section)
    ref = plant.refs[0]
    Session.objects.all().delete()
    choose(page, ref, "2")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    dialog.get_by_label("Code of your app").fill("000000")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("This code is wrong"))
    dialog.get_by_label("Code of your app").fill(code_of(SECRET))
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(control(page, ref).locator("[data-state]")).to_contain_text("Saved")
    assert Answer.objects.get().option == "2"
