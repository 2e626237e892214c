"""No answer is ever lost: the network cut, a reload, two people, a lost session."""

import re

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from assessments.models import Answer, AnswerRevision
from assessments.services.answers import record_answer
from assessments.services.content import AnswerContent
from tests.factories.accounts import PASSWORD
from tests.processes import wait_until


def control(page: Page, ref: str):
    return page.locator(f"[data-control='{ref}']")


def choose(page: Page, ref: str, code: str) -> None:
    control(page, ref).locator(f"input[type=radio][value='{code}']").check()


def state(page: Page, ref: str):
    return control(page, ref).locator("[data-state]")


def stored() -> dict[str, tuple[str, str]]:
    rows = Answer.objects.values_list("control__ref", "option", "note")
    return {ref: (option, note) for ref, option, note in rows}


def waiting(page: Page) -> int:
    """How many answers the outbox of this browser holds."""
    return page.evaluate("Object.keys(localStorage).length")


def test_a_level_saves_at_once_and_a_note_after_typing(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    choose(page, ref, "3")
    expect(state(page, ref)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    control(page, ref).get_by_label("Note").type("Since March.")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("Saved"))
    page.wait_for_timeout(1200)
    expect(state(page, ref)).to_have_text(re.compile(r"^Saved"))

    assert stored() == {ref: ("3", "Since March.")}
    expect(page.locator(f"[data-chip='{ref}'] .level")).to_have_text("3")


def test_every_saved_answer_is_told_to_the_rest_of_the_page(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    page.evaluate(
        "window.told = [];"
        "document.addEventListener('plumbline:saved', (e) => told.push(e.detail))"
    )
    ref = plant.refs[0]
    for code in ("3", "unknown"):
        choose(page, ref, code)
        expect(state(page, ref)).to_have_text(re.compile("^Saved"))
        wait_until(lambda: not waiting(page), what="the answer to be confirmed")

    told = page.evaluate("told")
    assert [(d["ref"], d["option"], d["answered"], d["version"]) for d in told] == [
        (ref, "3", True, 1),
        (ref, "unknown", False, 2),
    ]


def test_network_cut_in_the_middle_and_a_reload_lose_nothing(new_context, plant, enter):
    context = new_context()
    page = enter(context.new_page(), plant.manager)
    page.goto(plant.section)
    first, second, third = plant.refs[:3]
    choose(page, first, "2")
    expect(state(page, first)).to_have_text(re.compile("^Saved"))

    context.set_offline(True)
    choose(page, second, "4")
    control(page, third).get_by_label("Note").fill("Written without a network.")
    control(page, third).get_by_label("Note").blur()
    expect(page.locator("[data-save-state]")).to_have_text(
        "Offline. Answers waiting: 2"
    )
    expect(state(page, second)).to_have_text("Not saved – retrying")
    assert stored() == {first: ("2", "")}

    context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(state(page, second)).to_have_text(re.compile("^Saved"))
    expect(state(page, third)).to_have_text(re.compile("^Saved"))
    expect(control(page, third).get_by_label("Note")).to_have_value(
        "Written without a network."
    )
    assert stored() == {
        first: ("2", ""),
        second: ("4", ""),
        third: ("", "Written without a network."),
    }
    assert waiting(page) == 0


def test_page_that_was_made_before_the_answer_arrived_shows_it(
    new_context, plant, enter
):
    """The network comes back and the reload overtakes the answer that waited."""
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    before = page.request.get(plant.section).text()
    choose(page, ref, "4")
    expect(state(page, ref)).to_have_text(re.compile("^Saved"))
    page.route(
        f"**{plant.section}",
        lambda route: route.fulfill(body=before, content_type="text/html"),
        times=1,
    )
    page.reload()
    chosen = control(page, ref).locator("input[type=radio][value='4']")
    expect(chosen).to_be_checked()
    expect(page.locator(f"[data-chip='{ref}'] .level")).to_have_text("4")


def test_what_waits_is_sent_from_another_page_before_results(new_context, plant, enter):
    context = new_context()
    page = enter(context.new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    page.route("**/answer/", lambda route: route.abort())
    choose(page, ref, "5")
    expect(state(page, ref)).to_have_text("Not saved – retrying")
    page.unroute("**/answer/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(plant.results)
    # The results were made before the answer came: the page loads itself again.
    wait_until(lambda: stored() == {ref: ("5", "")}, what="the outbox to be sent")
    expect(page.locator("[data-outbox]")).to_be_hidden()


def test_answer_lost_on_the_way_back_is_not_written_twice(new_context, plant, enter):
    """The server wrote it, the connection broke before the browser heard of it."""
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    calls = []

    def lose_first(route):
        calls.append(route.request.post_data)
        if len(calls) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/answer/", lose_first)
    choose(page, ref, "3")
    expect(state(page, ref)).to_have_text("Not saved – retrying")
    expect(state(page, ref)).to_have_text(re.compile("^Saved"), timeout=8000)

    assert len(calls) == 2
    assert AnswerRevision.objects.count() == 1


def test_two_people_on_one_answer(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    record_answer(
        assessment=plant.assessment,
        edition=plant.edition,
        control=plant.edition.control(ref),
        by=plant.contributor.user,
        content=AnswerContent(option="1", note="Only one answered."),
        seen_version=0,
        key="",
    )
    choose(page, ref, "2")
    panel = control(page, ref).get_by_role("group", name=re.compile("two versions"))
    expect(panel).to_contain_text("Only one answered.")
    expect(panel).to_contain_text("Jonas Weber")
    expect(state(page, ref)).to_have_text("Not saved: choose a version above")
    assert stored() == {ref: ("1", "Only one answered.")}

    panel.get_by_role("button", name="Keep yours").click()
    expect(state(page, ref)).to_have_text(re.compile("^Saved"))
    assert stored() == {ref: ("2", "")}
    assert [r.option for r in AnswerRevision.objects.order_by("version")] == ["1", "2"]


def test_using_the_other_version_fills_the_form(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    record_answer(
        assessment=plant.assessment,
        edition=plant.edition,
        control=plant.edition.control(ref),
        by=plant.contributor.user,
        content=AnswerContent(option="1", note="Only one answered."),
        seen_version=0,
        key="",
    )
    choose(page, ref, "2")
    control(page, ref).get_by_role(
        "button", name="Use the version of Jonas Weber"
    ).click()

    expect(control(page, ref).locator("input[value='1'][type=radio]")).to_be_checked()
    expect(control(page, ref).get_by_label("Note")).to_have_value("Only one answered.")
    assert waiting(page) == 0
    assert AnswerRevision.objects.count() == 1


def test_lost_session_signs_in_in_place_and_sends(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    Session.objects.all().delete()
    control(page, ref).get_by_label("Note").fill("Typed after the session ended.")
    control(page, ref).get_by_label("Note").blur()
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("E-mail address")).to_have_value(
        plant.manager.user.email
    )

    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_contain_text("The e-mail address or the password is wrong.")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(state(page, ref)).to_have_text(re.compile("^Saved"))

    assert stored() == {ref: ("", "Typed after the session ended.")}


def test_somebody_else_who_signs_in_in_place_sends_nothing(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    Session.objects.all().delete()
    choose(page, ref, "3")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("E-mail address").fill(plant.contributor.user.email)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(control(page, ref).locator("[data-error]")).to_contain_text(
        "You are signed in as Jonas Weber, but somebody else wrote this here."
    )
    assert stored() == {}
    assert waiting(page) == 1

    page.on("dialog", lambda dialog: dialog.accept())
    page.context.clear_cookies()
    enter(page, plant.manager)
    page.goto(plant.section)
    expect(state(page, ref)).to_have_text(re.compile("^Saved"))
    assert stored() == {ref: ("3", "")}


def test_not_applicable_waits_for_its_justification(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    choose(page, ref, "na")
    expect(state(page, ref)).to_have_text(
        "Saved as soon as you say why it does not apply."
    )
    expect(page.locator("[data-save-state]")).to_have_text(
        f"Answers to finish: 1. Go to {ref}"
    )
    expect(control(page, ref).locator(".state-bad")).to_have_count(0)
    expect(control(page, ref).locator("[data-error]")).to_have_text("")

    control(page, plant.refs[1]).get_by_label("Note").focus()
    expect(control(page, ref).locator("[data-error]")).to_have_text(
        "Say why it does not apply, in at least 15 characters."
    )
    expect(page.locator("[data-save-state]")).to_have_text(
        f"Answers that need a look: 1. Go to {ref}"
    )
    assert stored() == {}

    control(page, ref).get_by_label("Why does it not apply?").fill(
        "We have no such site."
    )
    expect(state(page, ref)).to_have_text(re.compile("^Saved"))
    assert stored() == {ref: ("na", "")}


def test_evidence_after_the_session_ended_asks_to_sign_in(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    area = control(page, ref).locator(".evidence")
    area.get_by_role("button", name="Add file or link").click()
    area.get_by_label("Link").fill("https://intranet.example/policy")
    page.context.clear_cookies()
    area.get_by_role("button", name="Add evidence").click()
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    area.get_by_role("button", name="Add evidence").click()
    expect(area.locator(".files li")).to_have_count(1)


def test_keyboard_sets_levels_inside_the_group_only(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    first, second = plant.refs[:2]
    note = control(page, first).get_by_label("Note")
    note.focus()
    page.keyboard.type("35")
    expect(note).to_have_value("35")
    control(page, first).locator("input[type=radio]").first.focus()
    page.keyboard.press("4")
    expect(control(page, first).locator("input[type=radio][value='4']")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(control(page, second).locator("input[type=radio]").first).to_be_focused()
    expect(state(page, first)).to_have_text(re.compile("^Saved"))

    assert stored() == {first: ("4", "35")}


def test_file_is_added_removed_and_put_back(new_context, plant, enter):
    page = enter(new_context().new_page(), plant.manager)
    page.goto(plant.section)
    ref = plant.refs[0]
    area = control(page, ref).locator(".evidence")
    area.get_by_role("button", name="Add file or link").click()
    area.get_by_label("Files").set_input_files(
        [{"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""}]
    )
    area.get_by_role("button", name="Add evidence").click()
    expect(area).to_contain_text("“empty.pdf” is empty. Choose the file again.")
    area.get_by_label("Files").set_input_files(
        [{"name": "list.csv", "mimeType": "text/csv", "buffer": b"a;b\n"}]
    )
    area.get_by_role("button", name="Add evidence").click()
    expect(area.get_by_role("link", name="list.csv")).to_be_in_viewport()
    add = area.get_by_role("button", name="Add file or link")
    expect(add).to_be_focused()
    choose(page, ref, "3")
    expect(state(page, ref)).to_have_text(re.compile("^Saved"))

    area.get_by_role("button", name="Remove list.csv").click()
    expect(area).to_contain_text("None yet.")
    expect(area.get_by_role("button", name="Undo")).to_be_focused()
    area.get_by_role("button", name="Undo").click()
    expect(area.get_by_role("link", name="list.csv")).to_be_visible()
    expect(add).to_be_focused()
    answer = Answer.objects.get()
    assert (answer.option, [item["title"] for item in answer.evidence]) == (
        "3",
        ["list.csv"],
    )
