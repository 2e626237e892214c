"""Answers out as a file and in again, as a person does it."""

from playwright.sync_api import Page, expect

from assessments.models import Answer
from tests.browser.steps import heading
from tests.factories.assessments import answer


def test_a_file_is_looked_at_then_stored(page: Page, plant, enter, axe, tmp_path):
    answer(plant.assessment, plant.refs[1], "2", note="Signed in May by the board")
    answer(plant.assessment, plant.refs[2], "3", by=plant.contributor.user)
    enter(page, plant.manager)
    page.goto(f"{page.url.rstrip('/')}{plant.assessment.get_absolute_url()}")
    page.get_by_role("link", name="Answers as a file").click()
    heading(page, "Answers as a file")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    path = tmp_path / "answers.csv"
    download.value.save_as(path)
    text = path.read_text("utf-8-sig")
    text = text.replace(
        f"{plant.refs[0]},Handling of topic 1,Page 1,,",
        "C.1,Handling of topic 1,Page 1,4,",
    )
    path.write_text(text.replace("Signed in May by", "Signed in June by"))

    page.get_by_label("A file of answers").set_input_files(path)
    page.get_by_role("button", name="Look at what it brings").click()
    heading(page, "What answers.csv will bring")
    expect(page.get_by_text("Nothing is stored yet.")).to_be_visible()
    assert axe(page) == []
    assert Answer.objects.count() == 2

    page.get_by_role("button", name="Store 2 answers").click()
    expect(page.get_by_text("2 answers from answers.csv were stored.")).to_be_visible()
    stored = Answer.objects.values_list("control__ref", "option", "note")
    assert set(stored) == {
        ("C.1", "4", ""),
        ("C.2", "2", "Signed in June by the board"),
        ("C.3", "3", ""),
    }
