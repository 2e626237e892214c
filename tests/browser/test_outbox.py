"""The outbox: several tabs, crashes, full storage, and a server that says nothing."""

import json
import re

import pytest
from playwright.sync_api import Error, Page, expect

from accounts.enums import Role
from assessments.enums import State
from assessments.models import Answer, AnswerRevision, Assessment
from assessments.services.answers import record_answer
from assessments.services.content import AnswerContent
from tests.browser.test_saving import choose, control, state, stored, waiting
from tests.factories.accounts import PASSWORD, MembershipFactory
from tests.processes import wait_until

SAVED = re.compile("^Saved")
RETRYING = "Not saved – retrying"
TOP = "document.querySelector('fieldset').getBoundingClientRect().top"
CONFLICT = "Not saved: choose a version above"


def note(page: Page, ref: str):
    return control(page, ref).get_by_label("Note")


def write(page: Page, ref: str, text: str) -> None:
    note(page, ref).fill(text)
    note(page, ref).blur()


def by_colleague(plant, ref: str, text: str, *, seen: int) -> None:
    record_answer(
        assessment=plant.assessment,
        edition=plant.edition,
        control=plant.edition.control(ref),
        by=plant.contributor.user,
        content=AnswerContent(note=text),
        seen_version=seen,
        key="",
    )


def notes(ref: str) -> list[str]:
    rows = AnswerRevision.objects.filter(answer__control__ref=ref)
    return list(rows.order_by("version").values_list("note", flat=True))


def crash(page: Page) -> None:
    with pytest.raises(Error):
        page.goto("chrome://crash", timeout=5000)


def texts_shown(*pages: Page) -> str:
    """All words on these pages, those in fields included."""
    return "\n".join(
        page.evaluate(
            "document.body.innerText + [...document.querySelectorAll('textarea')]"
            ".map((field) => field.value).join('\\n')"
        )
        for page in pages
    )


@pytest.fixture
def context(new_context):
    return new_context()


@pytest.fixture
def page(context, plant, enter):
    page = enter(context.new_page(), plant.manager)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(plant.section)
    return page


def another(page: Page, address: str) -> Page:
    tab = page.context.new_page()
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(address)
    return tab


# Two tabs of one person


@pytest.mark.parametrize("focus_view", [False, True])
def test_two_tabs_of_one_person_conflict_and_neither_text_is_lost(
    page, context, plant, focus_view
):
    ref = plant.refs[0]
    address = plant.section
    if focus_view:
        address = control(page, ref).get_by_role("link", name="One at a time")
        address = address.get_attribute("href")
    other = another(page, address)
    context.set_offline(True)
    write(page, ref, "TEXT A, an hour of work")
    write(other, ref, "TEXT B, another hour")
    expect(state(page, ref)).to_have_text(RETRYING)
    expect(state(other, ref)).to_have_text(RETRYING)
    assert waiting(page) == 2

    context.set_offline(False)
    tabs = [page, other]
    wait_until(
        lambda: (
            sorted(state(tab, ref).inner_text()[:5] for tab in tabs)
            == [CONFLICT[:5], "Saved"]
        ),
        what="one tab to be saved and one to be in conflict",
    )
    assert len(notes(ref)) == 1
    late = next(tab for tab in tabs if state(tab, ref).inner_text() == CONFLICT)
    panel = control(late, ref).get_by_role("group", name=re.compile("two versions"))
    expect(panel).to_contain_text("TEXT A, an hour of work")
    expect(panel).to_contain_text("TEXT B, another hour")
    panel.get_by_role("button", name="Keep yours").click()
    expect(state(late, ref)).to_have_text(SAVED)
    assert sorted(notes(ref)) == ["TEXT A, an hour of work", "TEXT B, another hour"]
    assert waiting(page) == 0


def test_two_tabs_that_write_the_same_are_no_conflict(page, context, plant):
    ref = plant.refs[0]
    other = another(page, plant.section)
    context.set_offline(True)
    write(page, ref, "The same words.")
    write(other, ref, "The same words.")
    context.set_offline(False)
    for tab in (page, other):
        expect(state(tab, ref)).to_have_text(SAVED)
    assert notes(ref) == ["The same words."]


def test_duplicated_tab_does_not_take_what_the_first_still_holds(page, context, plant):
    ref = plant.refs[0]
    page.route("**/answer/", lambda route: route.abort())
    write(page, ref, "Held by the first tab.")
    expect(state(page, ref)).to_have_text(RETRYING)
    with context.expect_page() as opened:  # copies the session storage, as duplicating
        page.evaluate("window.open(location.href)")
    copy = opened.value
    expect(copy.locator("[data-save-state]")).to_have_text(
        "Answers are saved as you give them."
    )
    copy.wait_for_timeout(800)  # longer than pages have to answer
    expect(note(copy, ref)).to_have_value("")
    assert stored() == {}

    page.unroute("**/answer/")
    expect(state(page, ref)).to_have_text(SAVED, timeout=9000)
    assert notes(ref) == ["Held by the first tab."]


def test_two_tabs_crash_and_both_texts_come_back_in_one(page, context, plant):
    ref = plant.refs[0]
    other = another(page, plant.section)
    third = another(page, plant.results)
    for tab in (page, other):
        tab.route("**/answer/", lambda route: route.abort())
    write(page, ref, "TEXT A")
    write(other, ref, "TEXT B")
    assert waiting(third) == 2
    crash(page)
    crash(other)
    third.goto(plant.section)

    # The older text is saved first; the newer meets it as a conflict.
    expect(state(third, ref)).to_have_text(CONFLICT)
    expect(note(third, ref)).to_have_value("TEXT B")
    panel = control(third, ref).get_by_role("group", name=re.compile("two versions"))
    expect(panel).to_contain_text("TEXT A")
    panel.get_by_role("button", name="Keep yours").click()
    expect(state(third, ref)).to_have_text(SAVED)
    assert notes(ref) == ["TEXT A", "TEXT B"]
    assert waiting(third) == 0


def test_what_a_crashed_tab_left_is_sent_once_by_two_that_open_together(
    page, context, plant
):
    ref = plant.refs[0]
    page.route("**/answer/", lambda route: route.abort())
    write(page, ref, "From the crashed tab.")
    expect(state(page, ref)).to_have_text(RETRYING)
    crash(page)
    sent: list[str] = []
    context.on(
        "request",
        lambda request: sent.append(request.url) if "/answer/" in request.url else None,
    )
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        tab.goto(plant.section, wait_until="commit")
    wait_until(lambda: notes(ref) == ["From the crashed tab."], what="the text")
    tabs[0].wait_for_timeout(1500)
    assert notes(ref) == ["From the crashed tab."]
    assert waiting(tabs[0]) == 0
    assert len(sent) == 1


# What the writer saw counts, not what the page shows now


def test_text_of_an_earlier_page_never_covers_what_somebody_wrote_since(
    page, context, plant
):
    ref = plant.refs[0]
    by_colleague(plant, ref, "First.", seen=0)
    page.reload()
    page.route("**/answer/", lambda route: route.abort())
    write(page, ref, "Mine, on the first version.")
    expect(state(page, ref)).to_have_text(RETRYING)
    by_colleague(plant, ref, "Second, by a colleague.", seen=1)
    page.reload()
    expect(note(page, ref)).to_have_value("Mine, on the first version.")
    write(page, ref, "Mine, and written on.")
    page.unroute("**/answer/")

    expect(state(page, ref)).to_have_text(CONFLICT, timeout=9000)
    assert notes(ref) == ["First.", "Second, by a colleague."]


def test_evidence_does_not_hide_what_somebody_wrote_since(page, plant):
    ref = plant.refs[0]
    by_colleague(plant, ref, "By a colleague.", seen=0)
    area = control(page, ref).locator(".evidence")
    area.get_by_role("button", name="Add file or link").click()
    area.get_by_label("Link").fill("https://intranet.example/policy")
    area.get_by_role("button", name="Add evidence").click()
    expect(area.locator(".files li")).to_have_count(1)
    write(page, ref, "Mine.")
    expect(state(page, ref)).to_have_text(CONFLICT)
    assert Answer.objects.get().note == "By a colleague."


def test_yours_in_a_conflict_is_what_the_fields_hold_now(page, plant):
    ref = plant.refs[0]
    by_colleague(plant, ref, "By a colleague.", seen=0)
    write(page, ref, "Mine.")
    expect(state(page, ref)).to_have_text(CONFLICT)
    note(page, ref).fill("Mine, and written on.")
    choose(page, ref, "2")
    panel = control(page, ref).get_by_role("group", name=re.compile("two versions"))
    expect(panel.locator("[data-mine=note]")).to_have_text("Mine, and written on.")
    level = control(page, ref).locator(".opt:has(input[value='2']) b").inner_text()
    expect(panel.locator("[data-mine=level]")).to_have_text(level.rstrip("."))
    page.reload()
    expect(note(page, ref)).to_have_value("Mine, and written on.")
    expect(state(page, ref)).to_have_text(CONFLICT)
    keep = panel.get_by_role("button", name="Keep yours")
    keep.evaluate(
        "(button) => button.scrollIntoView({ block: 'start', behavior: 'instant' })"
    )
    top = page.evaluate(TOP)
    keep.evaluate("(button) => button.click()")
    expect(state(page, ref)).to_have_text(SAVED)
    assert stored() == {ref: ("2", "Mine, and written on.")}
    expect(control(page, ref).locator("input[value='2'][type=radio]")).to_be_focused()
    assert abs(page.evaluate(TOP) - top) < 2


# A network that says something else


def test_page_of_a_hotel_network_is_not_taken_for_saved(page, plant):
    ref = plant.refs[0]
    page.route(
        "**/answer/",
        lambda route: route.fulfill(body="<p>Welcome", content_type="text/html"),
    )
    write(page, ref, "Behind a hotel's page.")
    expect(state(page, ref)).to_have_text(RETRYING)
    other = another(page, plant.results)
    other.close()
    assert waiting(page) == 1
    page.unroute("**/answer/")
    expect(state(page, ref)).to_have_text(SAVED, timeout=9000)
    assert notes(ref) == ["Behind a hotel's page."]


def test_what_was_taken_back_while_offline_is_not_sent_after_all(page, context, plant):
    ref = plant.refs[0]
    context.set_offline(True)
    write(page, ref, "Wrong words.")
    expect(state(page, ref)).to_have_text(RETRYING)
    write(page, ref, "")
    context.set_offline(False)
    expect(state(page, ref)).to_have_text(SAVED, timeout=9000)
    assert Answer.objects.get().note == ""
    assert waiting(page) == 0


def test_words_are_kept_at_each_key_not_only_after_a_pause(page, plant):
    ref = plant.refs[0]
    page.route("**/answer/", lambda route: route.abort())
    note(page, ref).press_sequentially("abc", delay=0)
    kept = page.evaluate("Object.values(localStorage)[0]")
    assert [f"note:{ref}", "abc"] in json.loads(kept)["fields"]


def test_browser_without_storage_says_so_and_saves_all_the_same(
    new_context, plant, enter
):
    context = new_context()
    context.add_init_script(
        "Storage.prototype.setItem = () => {"
        " throw new DOMException('', 'QuotaExceededError') }"
    )
    page = enter(context.new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    page.route("**/answer/", lambda route: route.abort())
    write(page, ref, "Nowhere but here.")
    text = "Not saved, and this browser keeps nothing: leave this page open."
    expect(state(page, ref)).to_have_text(text)
    expect(page.locator("[data-save-state]")).to_have_text(text)
    page.unroute("**/answer/")
    expect(state(page, ref)).to_have_text(SAVED, timeout=9000)
    assert notes(ref) == ["Nowhere but here."]


def test_entry_of_an_earlier_version_of_plumbline_is_sent(page, plant):
    ref = plant.refs[0]
    url = control(page, ref).get_attribute("data-url")
    user = str(plant.manager.user.pk)
    fields = [
        ["writer", user],
        [f"note:{ref}", "Kept by the old script."],
        [f"version:{ref}", "0"],
        [f"key:{ref}", "abc"],
    ]
    entry = {"key": "abc", "page": plant.section, "url": url, "fields": fields}
    page.evaluate(
        "([name, entry]) => localStorage.setItem(name, JSON.stringify(entry))",
        [f"plumbline:outbox:{user}:{url}", entry],
    )
    page.reload()
    expect(state(page, ref)).to_have_text(SAVED)
    expect(note(page, ref)).to_have_value("Kept by the old script.")
    assert notes(ref) == ["Kept by the old script."]
    assert waiting(page) == 0


# Where no answer is taken


def close_to_answers(plant, way: str) -> None:
    if way == "another owner":
        plant.assessment.tasks.update(owner=plant.contributor.user)
    else:
        Assessment.objects.update(state=way)


def open_again(plant) -> None:
    plant.assessment.tasks.update(owner=None)
    Assessment.objects.update(state=State.OPEN)


@pytest.fixture
def colleague(plant):
    """Somebody who answers by team only, and so not what another one owns."""
    return MembershipFactory(
        organization=plant.assessment.organization,
        user__name="Lea Novak",
        role=Role.CONTRIBUTOR,
        teams=[plant.assessment.team],
    )


@pytest.mark.parametrize("way", [State.REVIEW, State.SEALED, "another owner"])
def test_text_that_was_written_too_late_is_shown_kept_and_sent_later(
    new_context, plant, enter, colleague, way
):
    context = new_context()
    page = enter(context.new_page(), colleague)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(plant.section)
    ref = plant.refs[0]
    context.set_offline(True)
    choose(page, ref, "3")
    write(page, ref, "Written too late.")
    expect(state(page, ref)).to_have_text(RETRYING)
    close_to_answers(plant, way)
    context.set_offline(False)
    expect(state(page, ref)).to_have_text("Not saved")
    expect(note(page, ref)).to_have_value("Written too late.")

    page.reload()
    expect(note(page, ref)).to_have_value("")
    panel = control(page, ref).get_by_role("group", name="Not sent")
    expect(panel).to_contain_text("What you wrote lies in this browser only.")
    expect(panel.get_by_role("textbox")).to_have_value(
        re.compile("\n\nWritten too late.$")
    )

    page.goto("/")
    banner = page.locator("[data-outbox]")
    expect(banner).to_contain_text(
        "1 answer that you wrote in this browser has not reached the server yet."
    )
    title = plant.edition.control(ref).title
    banner.get_by_role("link", name=f"Open {ref} {title}").click()
    expect(panel).to_be_visible()
    assert stored() == {}

    open_again(plant)
    page.reload()
    expect(state(page, ref)).to_have_text(SAVED)
    assert stored() == {ref: ("3", "Written too late.")}
    assert waiting(page) == 0


def test_text_that_cannot_be_sent_can_be_copied_and_thrown_away(page, context, plant):
    ref = plant.refs[0]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route("**/answer/", lambda route: route.abort())
    write(page, ref, "Only here.")
    expect(state(page, ref)).to_have_text(RETRYING)
    Assessment.objects.update(state=State.SEALED)
    page.unroute("**/answer/")
    page.reload()
    panel = control(page, ref).get_by_role("group", name="Not sent")
    panel.get_by_role("button", name="Copy").click()
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Only here."
    panel.get_by_role("button", name="Discard").click()
    expect(panel).to_have_count(0)
    assert waiting(page) == 0


def test_banner_does_not_send_what_another_open_tab_holds(page, context, plant):
    ref = plant.refs[0]
    page.route("**/answer/", lambda route: route.abort())
    write(page, ref, "Held by an open tab.")
    expect(state(page, ref)).to_have_text(RETRYING)
    other = another(page, plant.results)
    banner = other.locator("[data-outbox]")
    expect(banner).to_contain_text("It stands in another open tab, which sends it.")
    expect(banner.get_by_role("link", name=re.compile("Open"))).to_have_count(0)
    assert stored() == {}


def test_all_cookies_gone_opens_the_dialog_and_nothing_is_lost(page, context, plant):
    ref = plant.refs[0]
    context.clear_cookies()
    write(page, ref, "Typed without a cookie.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(state(page, ref)).to_have_text(SAVED)
    assert stored() == {ref: ("", "Typed without a cookie.")}


def test_token_of_the_forms_gone_alone_is_renewed_unseen(page, context, plant):
    context.clear_cookies(name="csrftoken")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = ''")
    write(page, plant.refs[0], "Typed without a token.")
    expect(state(page, plant.refs[0])).to_have_text(SAVED)


def test_signing_in_in_another_tab_closes_the_dialog(page, context, plant, enter):
    ref = plant.refs[0]
    context.clear_cookies()
    write(page, ref, "Typed without a cookie.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    enter(context.new_page(), plant.manager)
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(dialog).to_be_hidden()
    expect(state(page, ref)).to_have_text(SAVED)
