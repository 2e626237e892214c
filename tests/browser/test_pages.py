"""Every page of every role, as the demo shows it: accessible, quiet, never too wide.

The table of the access matrix knows every address, so a new page can't be forgotten.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from accounts.enums import Role
from accounts.models import Membership, Organization, Team
from assessments.enums import State
from assessments.models import Answer, AnswerUpload, Assessment, Evidence
from assessments.services import review
from assessments.services.files import ZIP_TYPE
from config.demo import making
from reports.enums import Format, Kind, ReportState, Stage
from reports.models import Report
from tests.factories.accounts import PASSWORD, InvitationFactory
from tests.factories.assessments import tree_of
from tests.factories.files import zipped
from tests.factories.standards import store_built_in
from tests.test_access_matrix import COLUMNS, arguments, rows

# The same on every database, so the second one is spared them.
pytestmark = pytest.mark.pages

# As long as addresses really get: it must not push a narrow page sideways.
LONG = "external.auditor.with.a.long.name@certification-body.example"
WIDE, PHONE, NARROWEST = 1280, 390, 320
# Files, answers for programs, and addresses that only ever lead elsewhere.
NO_PAGES = {
    *("healthz", "assessments:evidence", "reports:download", "reports:jobs"),
    *("account_set_password", "account_confirm_login_code"),
    *(
        "assessments:progress",
        "assessments:answers_file",
        "robots",
        "sitemap",
        "favicon",
        "touch_icon",
    ),
    # What asks for the password again, or nobody of the demo has set up;
    # `test_second_factor` looks at these.
    *(
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
    ),
}
# Addresses whose pages have nothing to do with the state of an assessment.
OUTSIDE = (
    *("dashboard", "account_", "accounts:", "standards:", "reports:list", "healthz"),
    *("assessments:list", "assessments:new", "mfa_"),
)
ONLY_OPEN = {"assessments:evidence_add", "assessments:import"}
# What differs from one load of a page to the next, though it looks the same.
CHANGING = re.compile(
    r'name="(csrfmiddlewaretoken|key:[^"]*)" value="[^"]*"|data-(outbox|user)="[^"]*"'
)
# Who has most to see comes first: the others' pages mostly show less of the same.
VISITORS = ("anonymous", "admin", "auditor", "manager", "contributor", "viewer")
QUICK = {"resultTypes": ["violations"]}


@pytest.fixture
def demo(transactional_db) -> Organization:
    """The demo and what it leaves out: open invitations, reports in every state."""
    store_built_in()
    organization = making.make(PASSWORD)
    boss = Membership.objects.get(organization=organization, role=Role.ADMIN)
    InvitationFactory(organization=organization, invited_by=boss.user, email=LONG)
    Team.objects.create(organization=organization, name="Nobody’s team")
    for assessment in Assessment.objects.all():
        InvitationFactory(
            organization=organization,
            invited_by=boss.user,
            role=Role.AUDITOR,
            only_assessment=assessment.code,
        )
        for state, more in REPORTS.items():
            report = Report.objects.create(
                assessment=assessment,
                kind=Kind.EXECUTIVE,
                format=Format.PDF,
                requested_by=boss.user,
                state=state,
                **more,
            )
            if state == ReportState.DONE:
                report.file.save(f"{report.code}.pdf", ContentFile(b"%PDF-1.7"))
    return organization


REPORTS: dict[ReportState, dict[str, object]] = {
    ReportState.QUEUED: {},
    ReportState.RUNNING: {"progress": 40, "stage": Stage.WRITING},
    ReportState.FAILED: {"reason": "The disk is full. Make room, then retry."},
    ReportState.DONE: {
        "progress": 100,
        "size": 81_920,
        "sha256": "7c" * 32,
        "started_at": datetime(2026, 1, 1, tzinfo=UTC),  # outdated: answers came later
    },
}


@pytest.mark.parametrize("where", ["outside", *State.values])
def test_every_page(demo, new_context, live_server, axe, where):
    if where == State.ACCEPTED:
        accept(demo)
    inspection = Inspection(axe, server=live_server.url)
    visited = set()
    for who in VISITORS:
        context = new_context(reduced_motion="reduce")
        client = sign_in(who, demo, context, live_server.url)
        pages = list(pages_for(who, where, demo))
        visited |= inspection.walk(context, client, pages)
    assert inspection.faults == []
    closed = set() if where in {"outside", "open", "changes"} else ONLY_OPEN
    if where == State.SEALED:  # its record of evidence is older than the archive
        closed = closed | {"assessments:evidence_contents"}
    assert visited == names(where) - NO_PAGES - closed


def names(where: str) -> set[str]:
    """The addresses of assessments, looked at in each state, or all others."""
    found = {name for name, method, _allowed in rows() if method == "GET"}
    outside = {name for name in found if name.startswith(OUTSIDE)}
    return outside if where == "outside" else found - outside


def sign_in(
    who: str, organization: Organization, context: BrowserContext, home: str
) -> Client:
    """Signs in without the page, which has tests of its own."""
    client = Client()
    if who != "anonymous":
        member = Membership.objects.get(organization=organization, role=who)
        client.force_login(member.user)
        begin_an_assessment(client, organization)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": home}])
    return client


def begin_an_assessment(client: Client, organization: Organization) -> None:
    """Far enough for the last screens to be shown, to whom may start one."""
    team = organization.teams.first()
    period = {"period_start": "2026-01-01", "period_end": "2026-12-31"}
    scope = f"{reverse('assessments:new_scope')}?edition=iso-27032/2023"
    client.post(scope, {"team": team.pk, "scope": "Porto"})
    client.post(
        reverse("assessments:new_period"),
        period | {"due": "2027-01-29", "target": "3"},
    )


def pages_for(
    who: str, where: str, organization: Organization
) -> Iterator[tuple[str, str]]:
    """Names and addresses that this role may get."""
    column = COLUMNS.index(who)
    state = State.OPEN if where == "outside" else State(where)
    world = world_of(organization, state)
    for name, method, allowed in rows():
        possible = method == "GET" and allowed[column] in {"200", "302"}
        if possible and name in names(where) - NO_PAGES:
            for shown in world.reports if name.startswith("reports:") else [None]:
                world.report = world.done = shown
                yield name, reverse(name, args=arguments(name, world))


def world_of(organization: Organization, state: State) -> SimpleNamespace:
    """What stands in the addresses of an assessment in this state."""
    assessment = organization.assessments.filter(state=state).first()
    answers = Answer.objects.filter(assessment=assessment)
    answer = answers.exclude(evidence=[]).first()
    tree = tree_of(assessment)
    people = Membership.objects.filter(organization=organization)
    return SimpleNamespace(
        assessment=assessment,
        control=tree.control(answer.control.ref),
        page=tree.section_of(answer.control.ref),
        evidence=archive(Evidence.objects.get(code=answer.evidence[0]["code"])),
        upload=AnswerUpload.objects.update_or_create(
            assessment=assessment,
            by=people.get(role=Role.MANAGER).user,
            defaults={
                "name": "answers-with-a-name-that-is-longer-than-a-narrow-page.csv",
                "content": f"ref,option,note\n{answer.control.ref},9,\n".encode(),
                "at": timezone.now(),
            },
        )[0],
        reports=list(assessment.reports.all()),
        invitation=organization.invitations.filter(only_assessment="").get(),
        team=organization.teams.get(name="Nobody’s team"),
        member=people.get(role=Role.VIEWER),
    )


def archive(evidence: Evidence) -> Evidence:
    """Make it a ZIP, whose page lists a name that must not widen a narrow page."""
    if evidence.media_type != ZIP_TYPE:
        content = zipped(f"plans/{'long-name-of-a-plan' * 8}.pdf", "readme.txt")
        evidence.file.save("plans.zip", ContentFile(content), save=False)
        evidence.media_type = ZIP_TYPE
        evidence.save()
    return evidence


def accept(organization: Organization) -> None:
    """The demo has no assessment in this state."""
    assessment = organization.assessments.get(state=State.REVIEW)
    auditor = Membership.objects.get(organization=organization, role=Role.AUDITOR)
    review.accept(assessment=assessment, by=auditor.user)


@dataclass
class Inspection:
    """Opens pages and writes down what is wrong with them."""

    axe: Callable[..., list[str]]
    server: str
    faults: list[str] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def walk(
        self, context: BrowserContext, client: Client, pages: list[tuple[str, str]]
    ) -> set[str]:
        """Look at each page that no earlier visitor saw; return the names of all."""
        page = context.new_page()
        page.on("console", lambda message: self._listen(page, message))
        visited = set()
        for name, path in pages:
            response = client.get(path)
            if response.status_code == 200:
                visited.add(name)
                self._visit(page, path, response.text)
        context.close()
        return visited

    def _visit(self, page: Page, path: str, html: str) -> None:
        """Most pages are the same, or nearly, for several roles."""
        content = CHANGING.sub("", html[html.index("<main") : html.index("</main>")])
        known = self.seen[path]
        if content not in known:
            faults = self._look(page, path, thoroughly=not known)
            self.faults += [f"{path}: {fault}" for fault in faults]
        known.add(content)

    def _listen(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{page.url}: console: {message.text}")

    def _look(self, page: Page, path: str, *, thoroughly: bool) -> Iterator[str]:
        show(page, WIDE)
        page.goto(self.server + path)
        yield from outline(page)
        yield from self.axe(page, **QUICK)
        if thoroughly:
            page.emulate_media(color_scheme="dark")
            show(page, PHONE)
            for fault in self.axe(page, **QUICK):
                yield f"dark, {PHONE}: {fault}"
            page.emulate_media(color_scheme="light")
        show(page, NARROWEST)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST:
            yield f"{width} pixels wide on a screen of {NARROWEST}"


def show(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def outline(page: Page) -> Iterator[str]:
    headings = page.locator("h1").count()
    if headings != 1:
        yield f"{headings} headings of level 1"
    if not re.fullmatch(r"\S.* – Plumbline", page.title()):
        yield f"the title {page.title()!r}"


# How much of the focused element can be seen, and of it how much the save bar covers.
FOCUS = """() => {
  const focused = document.activeElement;
  const bar = document.querySelector(".savebar").getBoundingClientRect();
  if (focused.closest(".savebar") || focused === document.body) return null;
  const own = focused.getBoundingClientRect();
  const hidden = own.bottom > bar.top + 1 && own.top < bar.bottom;
  const outside = own.bottom <= 0 || own.top >= innerHeight;
  return hidden || outside ? focused.outerHTML.slice(0, 200) : null;
}"""


def test_the_save_bar_never_hides_the_focus(new_context, plant, enter):
    context = new_context(
        viewport={"width": PHONE, "height": 700}, reduced_motion="reduce"
    )
    page = enter(context.new_page(), plant.manager)
    page.goto(plant.section)
    stops = 0
    while not page.evaluate("!!document.activeElement.closest('footer')"):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) is None
        stops += 1
    assert stops > 40
    while not page.evaluate("!!document.activeElement.closest('.skip')"):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(FOCUS) is None
