"""A section's head and contents list follow each save; one step completes it."""

import re

from playwright.sync_api import Page, expect

from assessments.models import SectionTask
from tests.browser.steps import choose, control


def live(page: Page):
    return page.get_by_label("Where this section stands")


def chip(page: Page, ref: str):
    return page.locator(f"[data-chip='{ref}'] .level")


def test_the_head_follows_each_save_with_few_requests(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    asked: list[str] = []
    page.on(
        "request",
        lambda request: "/progress/" in request.url and asked.append(request.url),
    )
    expect(live(page)).to_contain_text("A first score appears after 5 more answers.")

    for ref in plant.refs[:4]:
        choose(page, ref, "3")
    expect(live(page)).to_contain_text("4 of 6")
    expect(live(page)).to_contain_text("A first score appears after 1 more answer.")
    choose(page, plant.refs[4], "2")
    expect(live(page)).to_contain_text("5 of 6")
    expect(live(page).locator(".score")).to_be_visible()
    assert 1 <= len(asked) <= 5

    history = control(page, plant.refs[0]).get_by_role("link", name="History")
    expect(history).to_have_text("History, 1 version")
    choose(page, plant.refs[0], "4")
    expect(history).to_have_text("History, 2 versions")


def test_the_contents_list_tells_each_answer_apart(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    first, second, third = plant.refs[:3]
    choose(page, first, "na")
    control(page, first).get_by_label("Why does it not apply?").fill(
        "There is nothing of this kind here."
    )
    choose(page, second, "unknown")

    expect(chip(page, first)).to_have_text("N/A")
    expect(chip(page, second)).to_have_text("?")
    expect(chip(page, third)).to_have_text(re.compile("–"))
    page.reload()
    expect(chip(page, first)).to_contain_text("N/A")
    expect(chip(page, second)).to_contain_text("Don’t know")
    expect(chip(page, third)).to_contain_text("No answer")


def test_one_click_completes_when_the_last_answer_is_in(new_context, plant, enter, axe):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    for ref in plant.refs[:-1]:
        choose(page, ref, "3")
    expect(page.get_by_text("1 question is still open")).to_be_visible()
    expect(page.get_by_role("button", name="Complete")).to_have_count(0)

    choose(page, plant.refs[-1], "2")
    expect(page.get_by_text("All 6 answered")).to_be_visible()
    expect(page.get_by_text(f"Below the target: {plant.refs[-1]}.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Complete this section").click()

    expect(page.get_by_text(f"{plant.page.title} is completed.")).to_be_visible()
    assert SectionTask.objects.get().completed_at
    page.get_by_role("link", name="Look at it again").click()
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text(f"{plant.page.title} is open again.")).to_be_visible()
    assert SectionTask.objects.get().completed_at is None


def test_without_javascript_the_same_button_saves_and_completes(
    new_context, plant, enter
):
    page = enter(new_context(java_script_enabled=False).new_page(), plant.manager)
    page.goto(plant.section)
    for ref in plant.refs:
        choose(page, ref, "3")
    page.get_by_role("button", name="Save section").click()
    control(page, plant.refs[0]).get_by_label("Note").fill("Written last.")
    page.get_by_role("button", name="Complete this section").click()

    expect(page.get_by_text(f"{plant.page.title} is completed.")).to_be_visible()
    page.goto(plant.section)
    note = control(page, plant.refs[0]).get_by_label("Note")
    expect(note).to_have_value("Written last.")
