"""An hour of writing outlives the session, with and without JavaScript."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Verdict
from tests.factories.accounts import PASSWORD
from tests.factories.assessments import answer_all, submit

TEXT = "An hour of careful finding."


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("lost", ["session", "cookies"])
def test_a_finding_outlives_the_session(plant, new_context, enter, axe, script, lost):
    answer_all(plant.assessment, "3")
    submit(plant.assessment)
    ref = plant.refs[0]
    page: Page = enter(
        new_context(java_script_enabled=script).new_page(), plant.auditor
    )
    url = reverse("assessments:review_control", args=[plant.assessment.code, ref])
    page.goto(url)
    page.get_by_role("radio", name="Conforms", exact=True).check()
    page.get_by_label("Finding").fill(TEXT)
    if lost == "session":
        Session.objects.all().delete()
    else:
        page.context.clear_cookies()
    page.get_by_role("button", name="Save and next").click()
    if lost == "cookies":
        page.get_by_role("link", name="Open the form again").click()
    page.get_by_label("E-mail").fill(plant.auditor.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.get_by_label("Finding")).to_have_value(TEXT)
    expect(page.get_by_role("radio", name="Conforms", exact=True)).to_be_checked()
    assert not Verdict.objects.exists()
    if script:
        assert axe(page) == []
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text(f"{ref}: verdict saved.")).to_be_visible()
    assert Verdict.objects.get().reason == TEXT
