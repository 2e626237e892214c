"""From sign-up to the sealed report, as people walk it: with JavaScript, and without.

A real worker makes the report; a second browser is the auditor's.
"""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import Event, Membership
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Review,
    ScoreSnapshot,
    SectionTask,
    Verdict,
)
from reports.enums import ReportState
from reports.models import Report
from standards.models import Edition
from tests.browser import steps
from tests.browser.steps import Opinion, choose, control, heading
from tests.factories.accounts import PASSWORD
from tests.factories.standards import EditionFactory
from tests.processes import Worker, wait_until
from tests.reports.renderers import inspection

NOTE = "Done in March. *Not bold* #let x = 1; 每年检查一次。 Ελέγχεται κάθε χρόνο. ⚠️"
SHORT = "Written down in the train."
WHY = "We have no such machines at this site."
EMPTY = {"justification": "", "note": "", "ticks": [], "flagged": False}
LEVELS = {
    "C.1": "3", "C.2": "2", "C.3": "na", "C.4": "4", "C.5": "3", "C.6": "1",
    "C.7": "2", "C.8": "3", "C.9": "5", "C.10": "3", "C.11": "2", "C.12": "4",
}  # fmt: skip
PAGE_1, PAGE_2 = list(LEVELS)[:10], list(LEVELS)[10:]
FILE = {
    "name": "review.csv",
    "mimeType": "text/csv",
    "buffer": b"name;date\nAnna;3 March\n",
}
MINOR = Opinion("Minor nonconformity", "1", finding="One of three records had no date.")
CHANGE = Opinion("Observation", request="Attach the minutes of the meeting.")
MINUTES = "https://intranet.example/minutes"
PRINTED = (
    *(NOTE, SHORT, WHY, "review.csv", "Minutes"),
    *(MINOR.grade, MINOR.finding, "Sealed"),
    *("Northwind Pharma", "Ines Duarte", "Ruth Adler"),
)
# What a PDF may not lack (PDF.md, section 7).
TAGS = {"/Document", "/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/TOC"}


@pytest.fixture
def edition(transactional_db) -> Edition:
    """Two pages: ten controls and two."""
    return EditionFactory(standard="cleaning", controls=12)


@pytest.fixture
def fonts() -> None:
    """The worker reads them from the data directory that it shares with this test."""
    call_command("collect_fonts", stdout=StringIO())


@pytest.fixture
def people(new_context, edition, worker, fonts) -> Callable[..., tuple[Page, Page]]:
    """The team's browser and the auditor's."""

    def open_both(**options: object) -> tuple[Page, Page]:
        return new_context(**options).new_page(), new_context(**options).new_page()

    return open_both


def test_from_sign_up_to_the_sealed_report(people, edition, worker, tmp_path):
    team, auditor = people()
    steps.sign_up(team)
    assessment = steps.start(team, edition)

    open_section(team, assessment, "P1")
    answer_first_page(team)
    cut_the_network_and_reload(team)
    for ref in PAGE_1[6:]:
        choose(team, ref, LEVELS[ref])
        saved(team, ref)
    steps.complete(team, "Page 1")
    open_section(team, assessment, "P2")
    for ref in PAGE_2:
        choose(team, ref, LEVELS[ref])
    steps.complete(team, "Page 2")
    assert stored() == LEVELS
    first_round(team, auditor, assessment)

    control(team, "C.4").get_by_role("button", name="Add file or link").click()
    add_link(team)
    expect(control(team, "C.4").get_by_role("link", name="Minutes")).to_be_visible()
    choose(team, "C.4", "3")
    saved(team, "C.4")
    second_round(team, auditor, assessment)

    with stopped(worker):
        report = request_report(team, assessment)
        expect(team.locator("#jobs")).to_contain_text("Queued")
    wait_for_report(report, ReportState.RUNNING)
    with stopped(worker):
        bar = team.get_by_role("progressbar", name="Full assessment, PDF: progress")
        expect(bar).to_be_visible()
        assert int(bar.get_attribute("value")) in range(100)
    check_report(download(team, tmp_path), report)
    check_what_is_kept(assessment)


def test_the_same_without_javascript(people, edition, worker, tmp_path):
    team, auditor = people(java_script_enabled=False)
    steps.sign_up(team)
    assessment = steps.start(team, edition)

    open_section(team, assessment, "P1")
    for ref in PAGE_1:
        choose(team, ref, LEVELS[ref])
    write_words(team)
    control(team, "C.6").get_by_label("Note").fill(SHORT)
    team.get_by_role("button", name="Save section").click()
    expect(
        team.get_by_role("status").filter(has_text="10 answers saved.")
    ).to_be_visible()
    add = control(team, "C.1").get_by_role("button", name="Add file or link")
    add.click()
    heading(team, re.compile("C.1"))
    team.get_by_label("Files").set_input_files([FILE])
    team.get_by_role("button", name="Add evidence").click()
    expect(control(team, "C.1").get_by_role("link", name="review.csv")).to_be_visible()
    steps.complete(team, "Page 1")
    open_section(team, assessment, "P2")
    for ref in PAGE_2:
        choose(team, ref, LEVELS[ref])
    steps.complete(team, "Page 2")
    assert stored() == LEVELS
    first_round(team, auditor, assessment)

    control(team, "C.4").get_by_role("button", name="Add file or link").click()
    add_link(team)
    choose(team, "C.4", "3")
    team.get_by_role("button", name="Save section").click()
    expect(
        team.get_by_role("status").filter(has_text="1 answer saved.")
    ).to_be_visible()
    second_round(team, auditor, assessment)

    with stopped(worker):
        report = request_report(team, assessment)
        expect(team.locator("#jobs")).to_contain_text("Queued")
    wait_for_report(report, ReportState.DONE)
    team.get_by_role("link", name="Refresh").click()
    check_report(download(team, tmp_path), report)
    check_what_is_kept(assessment)


# The team


def open_section(page: Page, assessment: Assessment, ref: str) -> None:
    page.goto(reverse("assessments:section", args=[assessment.code, ref]))


def saved(page: Page, ref: str) -> None:
    """Waits for it; a second try comes after two seconds, a third after four more."""
    state = control(page, ref).locator("[data-state]")
    expect(state).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=20_000)


def write_words(page: Page) -> None:
    first = control(page, "C.1")
    first.get_by_text("Criteria: tick what is true").click()
    for criterion in ("C.1-1.1", "C.1-3.1", "C.1-3.2"):
        first.locator(f"[id='t-{criterion}']").check()
    first.get_by_label("Note").fill(NOTE)
    control(page, "C.3").get_by_label("Why does it not apply?").fill(WHY)


def answer_first_page(page: Page) -> None:
    """Levels, ticks, a note, a file and a justification, saved as they are given."""
    choose(page, "C.3", "na")
    write_words(page)
    saved(page, "C.3")
    first = control(page, "C.1")
    expect(first.locator("[data-suggestion]")).to_contain_text("The ticks suggest 3")
    first.get_by_role("button", name="Add file or link").click()
    first.get_by_label("Files").set_input_files([FILE])
    first.get_by_role("button", name="Add evidence").click()
    expect(first.get_by_role("link", name="review.csv")).to_be_visible()
    choose(page, "C.1", "3")
    saved(page, "C.1")
    choose(page, "C.2", "2")
    saved(page, "C.2")


def cut_the_network_and_reload(page: Page) -> None:
    """What was answered without a network is there after a reload, and is then sent."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(True)
    for ref in ("C.4", "C.5"):
        choose(page, ref, LEVELS[ref])
    control(page, "C.6").get_by_label("Note").fill(SHORT)
    choose(page, "C.6", LEVELS["C.6"])
    expect(page.locator("[data-save-state]")).to_have_text(
        "Offline. Answers waiting: 3"
    )
    assert stored() == {"C.1": "3", "C.2": "2", "C.3": "na"}

    page.route("**/answer/", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    for ref in ("C.4", "C.5", "C.6"):
        state = control(page, ref).locator("[data-state]")
        expect(state).to_have_text("Not saved – retrying")
        radio = control(page, ref).locator(f"input[type=radio][value='{LEVELS[ref]}']")
        expect(radio).to_be_checked()
    expect(control(page, "C.6").get_by_label("Note")).to_have_value(SHORT)

    page.unroute("**/answer/")
    for ref in ("C.4", "C.5", "C.6"):
        saved(page, ref)
    assert stored() == {ref: LEVELS[ref] for ref in PAGE_1[:6]}
    assert Answer.objects.get(control__ref="C.6").note == SHORT
    # What the page sent while it was left may have arrived: still it is one write.
    assert versions("C.4", "C.5", "C.6") == [("C.4", 1), ("C.5", 1), ("C.6", 1)]


def add_link(page: Page) -> None:
    page.get_by_label("Or a link").fill(MINUTES)
    page.get_by_label("Title").fill("Minutes")
    page.get_by_role("button", name="Add evidence").click()


def stored() -> dict[str, str]:
    rows = Answer.objects.order_by("control__position")
    return dict(rows.values_list("control__ref", "option"))


def versions(*refs: str) -> list[tuple[str, int]]:
    rows = AnswerRevision.objects.filter(answer__control__ref__in=refs)
    pairs = rows.values_list("answer__control__ref", "version")
    return list(pairs.order_by("answer__control__position", "version"))


# The review


def first_round(team: Page, auditor: Page, assessment: Assessment) -> None:
    """Submitted, judged, and sent back; ends on the team's page with the request."""
    team.goto(assessment.get_absolute_url())
    steps.submit(team)
    auditor.goto(invite_auditor(team, assessment))
    heading(auditor, "Join Northwind Pharma")
    auditor.get_by_label("Your name").fill("Ruth Adler")
    auditor.get_by_label("Password").fill(PASSWORD)
    auditor.get_by_role("button", name="Sign up and join").click()
    expect(auditor.get_by_role("main")).to_contain_text("Cleaning:2025")

    steps.judge(auditor, assessment, "C.1", Opinion("Conforms"))
    steps.judge(auditor, assessment, "C.2", MINOR)
    steps.judge(auditor, assessment, "C.4", CHANGE)
    steps.decide(auditor, assessment, "Send back to the team", "Send back")
    assert_state(assessment, "changes")

    team.goto(assessment.get_absolute_url())
    expect(team.get_by_role("row", name="Page 1")).to_contain_text("1 change requested")
    open_section(team, assessment, "P1")
    request = control(team, "C.4").get_by_role("group", name="Change requested")
    expect(request).to_contain_text("Ruth Adler asks for a change")
    expect(request).to_contain_text(CHANGE.request)


def invite_auditor(page: Page, assessment: Assessment) -> str:
    """Invite a guest for this assessment; returns the link, which is only mailed.

    Whoever invites confirms the own address first.
    """
    page.goto(steps.mailed_link("ines@northwind.example"))
    page.get_by_role("button", name="Yes, confirm").click()
    page.goto(reverse("assessments:people", args=[assessment.code]))
    page.get_by_label("E-mail of the auditor").fill("ruth@audit.example")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("is on its way to ruth@audit.example.")).to_be_visible()
    return steps.mailed_link("ruth@audit.example")


def second_round(team: Page, auditor: Page, assessment: Assessment) -> None:
    """Submitted again, accepted and sealed."""
    answer = Answer.objects.get(assessment=assessment, control__ref="C.4")
    assert answer.option == "3"
    assert [item["title"] for item in answer.evidence] == ["Minutes"]
    team.goto(assessment.get_absolute_url())
    steps.submit(team, "Submit again")
    steps.judge(auditor, assessment, "C.4", Opinion("Conforms"))
    steps.decide(auditor, assessment, "Accept", "Accept")
    assert_state(assessment, "accepted")
    steps.decide(auditor, assessment, "Seal", "Seal")
    assert_state(assessment, "sealed")
    open_section(team, assessment, "P1")
    expect(control(team, "C.1").get_by_role("radio").first).to_be_disabled()


def assert_state(assessment: Assessment, state: str) -> None:
    assessment.refresh_from_db()
    assert assessment.state == state


# The report


def request_report(page: Page, assessment: Assessment) -> Report:
    page.goto(reverse("assessments:results", args=[assessment.code]))
    page.get_by_role("radio", name="Full assessment, PDF").check()
    page.get_by_role("button", name="Request report").click()
    expect(
        page.locator("#jobs").get_by_role("link", name="Full assessment")
    ).to_be_visible()
    return Report.objects.get()


@contextmanager
def stopped(worker: Worker) -> Iterator[None]:
    """Holds the worker and all it started, so that the page shows what it does."""
    assert worker.process
    os.killpg(worker.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(worker.process.pid, signal.SIGCONT)


def wait_for_report(report: Report, state: str) -> None:
    rows = Report.objects.filter(pk=report.pk, state=state)
    wait_until(rows.exists, seconds=60, what=f"the report to be {state}")


def download(page: Page, directory: Path) -> bytes:
    with page.expect_download() as started:
        page.locator("#jobs").get_by_role("link", name="Download").click()
    path = directory / started.value.suggested_filename
    started.value.save_as(path)
    return path.read_bytes()


def check_report(content: bytes, report: Report) -> None:
    """The file that the browser got is whole, accessible, and has people's words."""
    report.refresh_from_db()
    assert (report.state, report.progress, report.attempts) == ("done", 100, 1)
    assert report.sha256 == sha256(content).hexdigest()
    assert inspection.failures(content, "ua1") == []
    assert inspection.failures(content, "2a") == []
    assert inspection.is_sound(content)
    with pikepdf.open(BytesIO(content)) as pdf:
        pages = len(pdf.pages)
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        kinds = {str(element.S) for element in inspection.elements(pdf)}
    assert kinds >= TAGS
    for number in range(2, pages + 1):
        words = inspection.text(content, first=number, last=number)
        assert f"Page {number} of {pages}" in words
    words = inspection.squeezed(inspection.text(content))
    for text in PRINTED:
        assert inspection.squeezed(text) in words


def check_what_is_kept(assessment: Assessment) -> None:
    """The rows behind it all."""
    ines = Membership.objects.get(user__email="ines@northwind.example")
    ruth = Membership.objects.get(user__email="ruth@audit.example")
    assert (ines.role, ruth.role) == (Role.ADMIN, Role.AUDITOR)
    assert (ruth.organization, ruth.only_assessment) == (
        ines.organization,
        assessment.code,
    )
    assert stored() == LEVELS | {"C.4": "3"}
    first = Answer.objects.get(control__ref="C.1")
    assert (first.note, first.ticks) == (NOTE, ["1.1", "3.1", "3.2"])
    assert Answer.objects.get(control__ref="C.3").justification == WHY
    tasks = SectionTask.objects.filter(owner=ines.user, completed_at__isnull=False)
    assert tasks.count() == SectionTask.objects.count() == 2
    verdicts = Verdict.objects.order_by("pk").values_list(
        "answer__control__ref", "grade", "option", "reason", "request", "auditor"
    )
    assert list(verdicts) == [
        ("C.1", "conforms", "3", "", "", ruth.user_id),
        ("C.2", "minor", "1", MINOR.finding, "", ruth.user_id),
        ("C.4", "observation", "4", "", CHANGE.request, ruth.user_id),
        ("C.4", "conforms", "3", "", "", ruth.user_id),
    ]
    rounds = Review.objects.order_by("round").values_list("round", "outcome")
    assert list(rounds) == [(1, "changes"), (2, "accepted")]
    occasions = ScoreSnapshot.objects.order_by("pk").values_list("occasion", flat=True)
    assert list(occasions) == ["submitted", "submitted", "sealed"]
    events = Event.objects.filter(subject=assessment.subject).order_by("pk")
    assert list(events.values_list("action", "actor")) == [
        ("assessment.created", ines.user_id),
        ("section.completed", ines.user_id),
        ("section.completed", ines.user_id),
        ("assessment.submitted", ines.user_id),
        # The guest whom Ines invited has joined, and audits it now.
        ("assessment.changed", ines.user_id),
        ("assessment.sent_back", ruth.user_id),
        ("assessment.resubmitted", ines.user_id),
        ("assessment.accepted", ruth.user_id),
        ("assessment.sealed", ruth.user_id),
    ]
