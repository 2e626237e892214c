"""A file of answers in the browser: looked at first, stored by a button."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, AnswerRevision, AnswerUpload
from assessments.services import uploads
from tests.factories.assessments import answer, submit, tree_of


def url_of(name, assessment, *args):
    return reverse(f"assessments:{name}", args=[assessment.code, *args])


def bring(client, assessment, *rows, header="ref,option", name="a.csv"):
    """Upload a file; returns the response of the page that it leads to, if any."""
    content = "\n".join([header, *rows]).encode()
    return client.post(
        url_of("transfer", assessment),
        {"answers": SimpleUploadedFile(name, content)},
        follow=True,
    )


def store(client, response, **fields):
    return client.post(
        response.redirect_chain[-1][0] if response.redirect_chain else response.url,
        {"shown": response.context["plan"].fingerprint, **fields},
    )


def options_in(assessment):
    found = Answer.objects.filter(assessment=assessment)
    return dict(found.values_list("control__ref", "option"))


@pytest.fixture
def manager(sign_in, cast):
    return sign_in(cast.manager)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_what_the_page_gives_it_takes(manager, assessment, form):
    answer(assessment, "C.1", "3", note="=1+1", ticks=("1.1", "3.1"))
    answer(assessment, "C.2", "na")

    given = manager.get(url_of("answers_file", assessment, form))
    page = manager.post(
        url_of("transfer", assessment),
        {"answers": SimpleUploadedFile(f"a.{form}", given.content)},
        follow=True,
    )

    assert given["Content-Disposition"] == (
        f'attachment; filename="{assessment.code}-answers.{form}"'
    )
    plan = page.context["plan"]
    assert (plan.changes, plan.newer, plan.problems) == ([], [], [])
    assert plan.unchanged == 3
    assert "There is nothing to bring in." in page.content.decode()


def test_nothing_is_stored_before_the_button(manager, cast, assessment):
    answer(assessment, "C.1", "2", note="As before", by=cast.contributor.user)

    page = bring(manager, assessment, "C.1,3,1", "C.2,4,", header="ref,option,version")

    assert options_in(assessment) == {"C.1": "2"}
    assert "Level raised from 2 to 3." in page.content.decode()

    done = store(manager, page)

    assert done.status_code == 302
    assert options_in(assessment) == {"C.1": "3", "C.2": "4"}
    newest = AnswerRevision.objects.filter(answer__control__ref="C.1").first()
    assert (newest.kind, newest.by, newest.note) == (
        "import",
        cast.manager.user,
        "As before",
    )
    assert not AnswerUpload.objects.exists()


def test_a_faulty_row_is_named_and_there_is_no_button(manager, assessment):
    page = bring(manager, assessment, "C.1,3", "C.2,7")

    html = page.content.decode()
    assert "“7” in line 3, column 2 is not an answer that C.2 allows." in html
    assert "Store" not in html
    assert store(manager, page).status_code == 409
    assert options_in(assessment) == {}


@pytest.mark.parametrize(
    ("choice", "option"), [("theirs", "3"), ("file", "5"), ("", "3")]
)
def test_newer_answers_ask_what_becomes_of_them(
    manager, cast, assessment, choice, option
):
    answer(assessment, "C.1", "2")
    answer(assessment, "C.1", "3", by=cast.contributor.user)

    page = bring(manager, assessment, "C.1,5,1", "C.2,4,0", header="ref,option,version")
    html = page.content.decode()
    done = store(manager, page, newer=choice)

    assert "The answer is newer than the file: version 2 by Jonas Weber" in html
    assert done.status_code == (302 if choice else 409)
    stored = {"C.1": option} | ({"C.2": "4"} if choice else {})
    assert options_in(assessment) == stored


def test_somebody_answers_between_the_look_and_the_button(manager, cast, assessment):
    page = bring(manager, assessment, "C.1,5")
    answer(assessment, "C.1", "3", by=cast.contributor.user)

    done = store(manager, page)

    assert done.status_code == 409
    assert "Somebody answered meanwhile; nothing was stored." in done.content.decode()
    assert options_in(assessment) == {"C.1": "3"}


def test_rights_are_those_of_the_questionnaire(sign_in, cast, assessment):
    assert (
        bring(sign_in(cast.contributor), assessment, "C.1,3").context["plan"].problems
        == []
    )
    (problem,) = (
        bring(sign_in(cast.colleague), assessment, "C.1,3").context["plan"].problems
    )
    assert problem.message == "Mei Tanaka may not answer this control."


def test_an_upload_is_seen_by_nobody_else(sign_in, manager, cast, assessment):
    page = bring(manager, assessment, "C.1,3")
    address = page.redirect_chain[-1][0]

    assert sign_in(cast.admin).get(address).status_code == 404
    assert manager.get(address).status_code == 200


def test_one_file_at_a_time_and_none_for_ever(manager, assessment):
    first = bring(manager, assessment, "C.1,3").redirect_chain[-1][0]
    AnswerUpload.objects.update(at=timezone.now() - 2 * uploads.KEPT)
    bring(manager, assessment, "C.1,4")

    assert manager.get(first).status_code == 404
    assert AnswerUpload.objects.count() == 1


def test_a_submitted_assessment_takes_no_file(manager, assessment):
    address = bring(manager, assessment, "C.1,3").redirect_chain[-1][0]
    submit(assessment)

    assert manager.get(address).status_code == 403
    assert manager.post(address, {"shown": "x"}).status_code == 403
    page = manager.get(url_of("transfer", assessment)).content.decode()
    assert "takes no answers now: it is “In review”" in page
    assert 'type="file"' not in page
    assert options_in(assessment) == {}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", b"MZ", "The name must end in"),
        ("a.csv", b"", "The file is empty."),
        ("a.xlsx", b"PK\x03\x04rest", "This is no workbook that can be read."),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "one with a password"),
        ("a.json", b"[" * 100_000, "This is not JSON"),
        ("a.csv", b"x" * (10 * 1024 * 1024 + 1), "The file is larger than 10 MB."),
    ],
)
def test_a_hostile_file_ends_with_a_sentence(
    manager, assessment, name, content, message
):
    page = manager.post(
        url_of("transfer", assessment), {"answers": SimpleUploadedFile(name, content)}
    )

    assert page.status_code == 422
    assert message in page.content.decode()
    assert not AnswerUpload.objects.exists()


def test_a_form_without_a_file_says_so(manager, assessment):
    page = manager.post(url_of("transfer", assessment))

    assert page.status_code == 422
    assert "Choose a file." in page.content.decode()


def test_the_preview_costs_the_same_for_any_number_of_rows(
    manager, assessment, django_assert_max_num_queries
):
    address = bring(manager, assessment, "C.1,3", "C.2,3", "C.3,3").redirect_chain[-1][
        0
    ]
    manager.get(address)

    with django_assert_max_num_queries(12):
        manager.get(address)


def test_a_json_report_names_its_edition_as_an_object(manager, assessment):
    edition = tree_of(assessment)
    file = {
        "edition": {"code": edition.code, "title": edition.title},
        "answers": [{"ref": "C.1", "option": "3"}],
    }
    page = manager.post(
        url_of("transfer", assessment),
        {"answers": SimpleUploadedFile("a.json", json.dumps(file).encode())},
        follow=True,
    )

    assert len(page.context["plan"].changes) == 1
