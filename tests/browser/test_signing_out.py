"""Unsent answers at sign-out: kept for their writer, or removed when asked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import control, heading

OUTBOX = "Object.keys(localStorage).filter((n) => n.startsWith('plumbline:outbox:'))"


@pytest.fixture
def unsent(plant, new_context, enter) -> Page:
    """A questionnaire with one answer that could not be sent."""
    page: Page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    page.route("**/answer/", lambda route: route.abort())
    note = control(page, plant.refs[0]).get_by_label("Note")
    if not note.is_visible():
        control(page, plant.refs[0]).locator("summary").first.click()
    note.fill("Only in this browser")
    note.blur()
    page.wait_for_function(f"{OUTBOX}.length > 0")
    page.on("dialog", lambda dialog: dialog.accept())  # the browser's "leave?"
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        "1 answer that you wrote in this browser has not reached the server yet."
    )
    return page


def test_they_are_removed_when_asked(unsent):
    unsent.get_by_role("button", name="Remove them and sign out").click()
    heading(unsent, "Sign in")

    assert unsent.evaluate(OUTBOX) == []


def test_they_are_kept_otherwise(unsent):
    unsent.get_by_role("button", name="Keep them and sign out").click()
    heading(unsent, "Sign in")

    assert len(unsent.evaluate(OUTBOX)) == 1


def test_nobody_is_signed_out_who_stays(unsent, axe):
    assert axe(unsent) == []
    unsent.get_by_role("button", name="Stay signed in").click()

    expect(unsent.get_by_role("dialog")).to_be_hidden()
    assert len(unsent.evaluate(OUTBOX)) == 1


def test_without_unsent_answers_nothing_is_asked(plant, new_context, enter):
    page: Page = enter(new_context().new_page(), plant.manager)
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()

    heading(page, "Sign in")
