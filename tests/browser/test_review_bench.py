"""The auditor's bench at 1280 x 800: the verdict never leaves the screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Verdict
from tests.factories.assessments import answer_all, submit


@pytest.fixture
def bench(plant):
    answer_all(plant.assessment, "3", by=plant.contributor.user, controls=None)
    submit(plant.assessment)
    return reverse(
        "assessments:review_control", args=[plant.assessment.code, plant.refs[0]]
    )


def test_the_verdict_stays_in_view(new_context, plant, enter, bench, axe):
    size = {"width": 1280, "height": 800}
    page = enter(new_context(viewport=size).new_page(), plant.auditor)
    page.goto(bench)
    seen = [
        page.get_by_role("button", name="Save and next"),
        page.get_by_role("button", name="Request changes"),
        page.get_by_role("radio", name="Major nonconformity"),
        page.get_by_label("Audited level"),
        page.get_by_label("Finding"),
    ]
    for scrolled in (0, 10_000):
        page.mouse.move(600, 300)
        page.mouse.wheel(0, scrolled)
        for part in seen:
            box = part.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 800
    expect(page.get_by_text("What auditors look for")).to_be_in_viewport()
    assert axe(page) == []


def test_a_change_is_requested_in_one_step(new_context, plant, enter, bench):
    page = enter(new_context().new_page(), plant.auditor)
    page.goto(bench)
    page.get_by_label("Change requested").fill("Name the owner.")
    page.get_by_role("button", name="Request changes").click()

    expect(page.get_by_text(f"{plant.refs[0]}: verdict saved.")).to_be_visible()
    verdict = Verdict.objects.get()
    assert (verdict.grade, verdict.option) == ("observation", "3")


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_reads_and_judges(new_context, plant, enter, bench, width):
    size = {"width": width, "height": 844}
    page = enter(new_context(viewport=size).new_page(), plant.auditor)
    page.goto(bench)
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overflow) <= 0
    page.get_by_role("radio", name="Conforms").check()
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text(f"{plant.refs[0]}: verdict saved.")).to_be_visible()
