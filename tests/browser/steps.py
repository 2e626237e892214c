"""The steps of the journeys, as a person takes them: by labels, names and buttons.

Everything here works with and without JavaScript.
"""

import re
from dataclasses import dataclass

from django.core import mail
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from assessments.models import Assessment
from standards.models import Edition
from tests.factories.accounts import PASSWORD


def control(page: Page, ref: str) -> Locator:
    return page.locator(f"[data-control='{ref}']")


def choose(page: Page, ref: str, code: str) -> None:
    control(page, ref).locator(f"input[type=radio][value='{code}']").check()


def heading(page: Page, name: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def sign_up(page: Page) -> None:
    """A new person with a new organization and its first team."""
    page.goto("/")
    heading(page, "Sign in")
    page.get_by_role("main").get_by_role(
        "link", name="Sign up with a new organization"
    ).click()
    page.get_by_label("Your name").fill("Ines Duarte")
    page.get_by_label("E-mail").fill("ines@northwind.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Organization").fill("Northwind Pharma")
    page.get_by_label("First team").fill("IT operations")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    heading(page, "Dashboard")


def mailed_link(address: str) -> str:
    """The link in the newest mail to this address."""
    to_address = [message for message in mail.outbox if message.to == [address]]
    return re.search(r"http://\S+", to_address[-1].body)[0]


def start(page: Page, edition: Edition) -> Assessment:
    """Start an assessment of this edition, in four screens."""
    page.get_by_role("main").get_by_role("link", name="Start an assessment").click()
    heading(page, "Which standard?")
    page.get_by_role("link", name=edition.title).click()
    heading(page, "Which team and scope?")
    page.get_by_label("Scope").fill("Porto site and its cloud services")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Which period and target?")
    page.get_by_label("Period from").fill("2026-01-01")
    page.get_by_label("Period to").fill("2026-12-31")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Who takes part?")
    page.get_by_role("button", name="Give all to me").click()
    page.get_by_role("button", name="Start the assessment").click()
    heading(page, re.compile(re.escape(edition.title)))
    return Assessment.objects.get()


def complete(page: Page, title: str) -> None:
    """From a section to its answers, which are checked, and back to the task list."""
    page.get_by_role("button", name="Check answers").click()
    heading(page, f"Check answers: {title}")
    expect(page.get_by_text("Every control has an answer.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Complete ")).click()
    expect(page.get_by_text(f"{title} is completed.")).to_be_visible()
    if page.get_by_role("heading", name="Sections", exact=True).count() == 0:
        breadcrumb = page.get_by_role("navigation", name="Breadcrumb")
        breadcrumb.get_by_role("link").nth(1).click()
    expect(page.get_by_role("row", name=title)).to_contain_text("Completed")


def submit(page: Page, button: str = "Submit for review") -> None:
    """Declare and hand over, from the task list of a finished assessment."""
    page.get_by_role("link", name=button).first.click()
    heading(page, button)
    page.get_by_label("I, Ines Duarte, declare for the team IT operations").check()
    page.get_by_role("button", name=button).click()
    heading(page, "Submitted")


@dataclass(frozen=True)
class Opinion:
    """What the auditor writes on one answer."""

    grade: str
    level: str | None = None
    finding: str = ""
    request: str = ""


def judge(page: Page, assessment: Assessment, ref: str, opinion: Opinion) -> None:
    page.goto(reverse("assessments:review_control", args=[assessment.code, ref]))
    page.get_by_role("radio", name=opinion.grade, exact=True).check()
    if opinion.level:
        page.get_by_label("Audited level").select_option(opinion.level)
    page.get_by_label("Finding").fill(opinion.finding)
    page.get_by_label("Change requested").fill(opinion.request)
    button = "Request changes" if opinion.request else "Save and next"
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(f"{ref}: verdict saved.")).to_be_visible()


def decide(page: Page, assessment: Assessment, link: str, button: str) -> None:
    """Take one of the decisions on the whole, from the page of the review."""
    page.goto(reverse("assessments:review", args=[assessment.code]))
    page.get_by_role("link", name=link, exact=True).click()
    page.get_by_role("button", name=button, exact=True).click()
