"""The pages of a review: who may open them, what they do, what they refuse."""

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import Event
from assessments.enums import State
from assessments.models import Answer, Verdict
from assessments.services import review
from tests.factories.accounts import MembershipFactory
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    conclude,
    submit,
    tree_of,
)
from tests.factories.standards import EditionFactory

pytestmark = pytest.mark.django_db
READERS = ["admin", "manager", "contributor", "auditor"]
FORM = {"version": "1", "grade": "conforms", "option": "3", "do": "save"}


def url(assessment, name, *args):
    return reverse(f"assessments:{name}", args=[assessment.code, *args])


@pytest.fixture
def submitted(assessment):
    answer_all(assessment, "3")
    submit(assessment)
    return assessment


@pytest.fixture
def auditor(cast, sign_in):
    return sign_in(cast.auditor)


def post(client, assessment, ref="C.1", **data):
    return client.post(url(assessment, "review_control", ref), FORM | data)


# Who


@pytest.mark.parametrize("page", [("review",), ("review_control", "C.1")])
@pytest.mark.parametrize(
    ("who", "status"),
    [*((role, 200) for role in READERS), ("viewer", 403), ("stranger", 404)],
)
def test_who_reads_a_review(submitted, cast, sign_in, page, who, status):
    response = sign_in(getattr(cast, who)).get(url(submitted, *page))
    assert response.status_code == status


@pytest.mark.parametrize("page", ["send_back", "accept", "seal"])
@pytest.mark.parametrize("who", ["admin", "manager", "contributor", "viewer"])
def test_only_auditors_decide(submitted, cast, sign_in, page, who):
    client = sign_in(getattr(cast, who))
    assert client.get(url(submitted, page)).status_code == 403
    assert client.post(url(submitted, page)).status_code == 403
    submitted.refresh_from_db()
    assert submitted.state == State.REVIEW


@pytest.mark.parametrize("who", ["admin", "manager", "contributor", "viewer"])
def test_only_auditors_give_verdicts(submitted, cast, sign_in, who):
    assert post(sign_in(getattr(cast, who)), submitted).status_code == 403
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("auditor", 200), ("manager", 403), ("contributor", 403)],
)
def test_who_may_open_again(submitted, cast, sign_in, who, status):
    response = sign_in(getattr(cast, who)).get(url(submitted, "reopen"))
    assert response.status_code == status


def test_guest_sees_only_the_own_assessment(submitted, northwind, sign_in):
    guest = MembershipFactory(
        organization=northwind, role="auditor", only_assessment=submitted.code
    )
    other = AssessmentFactory(organization=northwind)
    client = sign_in(guest)
    assert client.get(url(submitted, "review")).status_code == 200
    assert client.get(url(other, "review")).status_code == 404


def test_control_of_another_edition_is_not_found(submitted, auditor):
    assert auditor.get(url(submitted, "review_control", "Z.9")).status_code == 404


# Verdicts


def test_save_and_next(submitted, auditor, cast):
    response = post(auditor, submitted, option="2", reason="Seen.")
    assert response.status_code == 302
    assert response.url == url(submitted, "review_control", "C.2")
    verdict = Verdict.objects.get()
    assert (verdict.revision.version, verdict.auditor) == (1, cast.auditor.user)
    assert (verdict.grade, verdict.option, verdict.reason, verdict.request) == (
        *("conforms", "2", "Seen.", ""),
    )


def test_the_last_one_leads_back_to_the_queue(submitted, auditor):
    for ref in ("C.1", "C.2"):
        post(auditor, submitted, ref)
    assert post(auditor, submitted, "C.3").url == url(submitted, "review")
    page = auditor.get(url(submitted, "review"))
    assert "3 of 3 validated. 0 in your queue." in page.content.decode()


def test_request_changes_needs_its_text(submitted, auditor):
    response = post(auditor, submitted, do="changes", reason="Kept words")
    form = response.context["form"]
    assert form.errors == {"request": ["Write what has to change."]}
    assert form["reason"].value() == "Kept words"
    assert "<title>Error:" in response.content.decode()
    assert not Verdict.objects.exists()


def test_request_and_withdraw(submitted, auditor):
    post(auditor, submitted, do="changes", request="Name the owner.")
    assert [v.request for v in review.open_requests(submitted)] == ["Name the owner."]
    page = auditor.get(url(submitted, "review_control", "C.1")).content.decode()
    assert 'value="withdraw"' in page
    post(auditor, submitted, do="withdraw", request="Name the owner.")
    assert review.open_requests(submitted) == []
    assert Verdict.objects.count() == 2


def test_nonconformity_without_finding_keeps_the_form(submitted, auditor):
    response = post(auditor, submitted, grade="major", request="Do it.")
    assert response.context["form"].errors == {
        "reason": ["“Major nonconformity” needs a finding."]
    }
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("grade", "fine"), ("option", "9"), ("version", "x")]
)
def test_wrong_values_are_refused(submitted, auditor, field, value):
    response = post(auditor, submitted, **{field: value})
    assert list(response.context["form"].errors) == [field]
    assert not Verdict.objects.exists()


def test_answer_that_changed_meanwhile_keeps_the_words(submitted, auditor, cast):
    review.reopen(assessment=submitted, by=cast.auditor.user, reason="Typing error")
    submitted.refresh_from_db()
    answer(submitted, "C.1", "4", note="New words.")
    submit(submitted)
    response = post(auditor, submitted, grade="minor", reason="My long finding.")
    assert response.status_code == 409
    form = response.context["form"]
    assert form["reason"].value() == "My long finding."
    assert form["version"].value() == "2"
    assert response.context["since"][1].phrases == [
        "Level raised from 3 to 4.",
        "Note written.",
    ]
    assert not Verdict.objects.exists()
    saved = post(
        auditor, submitted, grade="minor", reason="My long finding.", version="2"
    )
    assert saved.status_code == 302
    assert Verdict.objects.get().revision.version == 2


def test_version_that_never_was_is_a_conflict(submitted, auditor):
    assert post(auditor, submitted, version="7").status_code == 409


def test_review_that_ended_meanwhile_keeps_the_words(submitted, auditor, cast):
    review.accept(assessment=submitted, by=cast.auditor.user)
    response = post(auditor, submitted, reason="My long finding.")
    assert response.status_code == 409
    assert response.context["form"]["reason"].value() == "My long finding."
    assert "Accepted" in response.context["form"].non_field_errors()[0]


def test_own_answer_has_no_form_and_says_why(assessment, auditor, cast):
    answer(assessment, "C.1", "3", by=cast.auditor.user)
    submit(assessment)
    page = auditor.get(url(assessment, "review_control", "C.1"))
    assert "form" not in page.context
    assert "You have a part in what is reviewed" in page.content.decode()
    assert post(auditor, assessment).status_code == 403


def test_unanswered_control_has_no_form(assessment, auditor):
    answer(assessment, "C.1", "3")
    submit(assessment)
    page = auditor.get(url(assessment, "review_control", "C.2"))
    assert "form" not in page.context
    assert "The team has not answered this." in page.content.decode()
    assert post(auditor, assessment, "C.2").status_code == 403


def test_accepted_review_is_for_reading_only(submitted, auditor, cast):
    conclude(submitted, "C.1", by=cast.auditor.user, reason="Seen in March.")
    review.accept(assessment=submitted, by=cast.auditor.user)
    page = auditor.get(url(submitted, "review_control", "C.1"))
    assert "form" not in page.context
    assert "Seen in March." in page.content.decode()


def test_only_levels_that_the_control_allows_are_offered(submitted, auditor):
    form = auditor.get(url(submitted, "review_control", "C.1")).context["form"]
    assert form.fields["option"].choices[:3] == [
        ("", "3 or 2, by verdict"),
        ("3", "3 Defined, as answered"),
        ("0", "0 Not in place"),
    ]
    sheet = auditor.get(url(submitted, "review_control", "C.1")).context["sheet"]
    narrow = replace(sheet, control=replace(sheet.control, options=("0", "3")))
    assert [
        code for code, _label in type(form)(sheet=narrow).fields["option"].choices
    ] == ["", "3", "0"]


def test_markup_in_texts_prints_literally(assessment, auditor):
    answer(assessment, "C.1", "3", note="<script>alert(1)</script>")
    submit(assessment)
    page = auditor.get(url(assessment, "review_control", "C.1")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# The queue's page


def test_both_scores_stand_side_by_side(submitted, auditor, cast):
    conclude(submitted, "C.1", by=cast.auditor.user, option="1")
    pair = auditor.get(url(submitted, "review")).context["pair"]
    assert (pair.own.value, pair.audited.value) == (3, 1)
    assert (pair.audited.coverage.answered, pair.audited.coverage.applicable) == (1, 3)


def test_what_is_audited_in_part_is_no_score_yet(submitted, auditor, cast):
    marked = "so far</span>"
    assert marked not in auditor.get(url(submitted, "review")).content.decode()
    conclude(submitted, "C.1", by=cast.auditor.user, option="1")
    page = auditor.get(url(submitted, "review")).content.decode()
    assert page.count(marked) == 2  # the whole and its section
    for ref in ("C.2", "C.3"):
        conclude(submitted, ref, by=cast.auditor.user)
    assert marked not in auditor.get(url(submitted, "review")).content.decode()


@pytest.mark.parametrize(
    ("show", "refs"),
    [
        ("all", ["C.1", "C.2", "C.3"]),
        ("unjudged", ["C.3"]),
        ("findings", ["C.1"]),
        ("requests", ["C.2"]),
    ],
)
def test_lists_of_answers(submitted, auditor, cast, show, refs):
    conclude(submitted, "C.1", by=cast.auditor.user, reason="Seen.")
    conclude(submitted, "C.2", by=cast.auditor.user, request="Do.")
    page = auditor.get(url(submitted, "review"), {"show": show}).context["page"]
    assert [item.ref for item in page] == refs


# Decisions


def test_send_back_shows_the_requests_and_sends(submitted, auditor, cast):
    conclude(submitted, "C.2", by=cast.auditor.user, request="Name the owner.")
    page = auditor.get(url(submitted, "send_back")).content.decode()
    assert "Name the owner." in page
    assert auditor.post(url(submitted, "send_back")).status_code == 302
    submitted.refresh_from_db()
    assert submitted.state == State.CHANGES


def test_accept_lists_what_has_no_verdict(submitted, auditor, cast):
    conclude(submitted, "C.2", by=cast.auditor.user)
    page = auditor.get(url(submitted, "accept"))
    assert [item.ref for item in page.context["queue"].unjudged] == ["C.1", "C.3"]
    assert "2 of 3 answers have no verdict" in page.content.decode()
    auditor.post(url(submitted, "accept"))
    submitted.refresh_from_db()
    assert submitted.state == State.ACCEPTED


def test_accept_with_a_request_is_refused_with_a_sentence(submitted, auditor, cast):
    conclude(submitted, "C.2", by=cast.auditor.user, request="Name the owner.")
    response = auditor.post(url(submitted, "accept"), follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Changes are requested. Send them to the team, or withdraw them first."
    ]
    submitted.refresh_from_db()
    assert submitted.state == State.REVIEW


def test_seal_says_what_it_means(submitted, auditor, cast):
    review.accept(assessment=submitted, by=cast.auditor.user)
    assert "Sealing closes the assessment" in (
        auditor.get(url(submitted, "seal")).content.decode()
    )
    auditor.post(url(submitted, "seal"))
    submitted.refresh_from_db()
    assert submitted.state == State.SEALED


def test_reopen_needs_a_reason_and_logs_it(submitted, auditor, cast):
    review.accept(assessment=submitted, by=cast.auditor.user)
    response = auditor.post(url(submitted, "reopen"), {"reason": "  "})
    assert list(response.context["form"].errors) == ["reason"]
    assert auditor.post(url(submitted, "reopen"), {"reason": "Wrong team"}).url == (
        url(submitted, "review")
    )
    event = Event.objects.get(action="assessment.reopened")
    assert event.after["note"] == "Wrong team"
    submitted.refresh_from_db()
    assert submitted.state == State.CHANGES


def test_decisions_that_come_too_late_are_refused(assessment, auditor):
    for name in ("send_back", "accept", "seal"):
        assert auditor.get(url(assessment, name)).status_code == 200
        assert auditor.post(url(assessment, name)).status_code == 302
    auditor.post(url(assessment, "reopen"), {"reason": "x"})
    assessment.refresh_from_db()
    assert assessment.state == State.OPEN
    assert not Event.objects.filter(subject=assessment.subject).exists()


# Statements


@pytest.mark.parametrize("controls", [3, 60])
def test_pages_cost_the_same_for_any_size(
    northwind, team, cast, auditor, controls, django_assert_num_queries
):
    assessment = AssessmentFactory(
        edition=EditionFactory(controls=controls), organization=northwind, team=team
    )
    answer_all(assessment, "3")
    submit(assessment)
    for ref in ("C.1", "C.2"):
        conclude(assessment, ref, by=cast.auditor.user, request="Do.")
    assert Answer.objects.count() == controls
    tree_of(assessment)
    for name, statements in {"review": 11, "send_back": 11, "accept": 11}.items():
        with django_assert_num_queries(statements):
            auditor.get(url(assessment, name))
    with django_assert_num_queries(11):
        auditor.get(url(assessment, "review"), {"show": "all"})
    with django_assert_num_queries(16):
        auditor.get(url(assessment, "review_control", "C.1"))


# One click


def test_a_request_needs_no_verdict_first(submitted, auditor):
    response = post(
        auditor, submitted, grade="", do="changes", request="Name the owner."
    )

    assert response.status_code == 302
    verdict = Verdict.objects.get()
    assert (verdict.grade, verdict.request) == ("observation", "Name the owner.")
    assert verdict.option == "3"


def test_saving_without_a_verdict_asks_for_one(submitted, auditor):
    response = post(auditor, submitted, grade="")

    assert response.context["form"].errors == {"grade": ["Choose a verdict."]}
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("grade", "chosen", "level"),
    [
        ("conforms", "", "3"),
        ("observation", "", "3"),
        ("minor", "", "2"),
        ("major", "", "2"),
        ("minor", "3", "3"),
        ("major", "0", "0"),
    ],
)
def test_the_audited_level_follows_a_nonconformity(
    submitted, auditor, grade, chosen, level
):
    post(auditor, submitted, grade=grade, option=chosen, reason="No record of March.")

    assert Verdict.objects.get().option == level


def test_a_settled_finding_stays_in_sight(submitted, cast, auditor):
    conclude(
        submitted,
        "C.1",
        by=cast.auditor.user,
        grade="minor",
        option="2",
        reason="No record of March.",
        request="Find it.",
    )
    review.send_back(assessment=submitted, by=cast.auditor.user)
    submitted.refresh_from_db()
    answer(submitted, "C.1", "2")
    submit(submitted)
    page = auditor.get(url(submitted, "review")).content.decode()
    assert "Earlier findings" in page
    assert "No record of March." in page
    assert "The answer changed since." in page

    conclude(submitted, "C.1", by=cast.auditor.user, option="2")
    page = auditor.get(url(submitted, "review")).content.decode()
    assert "Now: Conforms" in page
    assert "None yet." not in page


@pytest.mark.parametrize("page", ["results", "tasks"])
def test_pages_say_by_whom_and_when_it_was_sealed(submitted, cast, sign_in, page):
    review.accept(assessment=submitted, by=cast.auditor.user)
    sealed = review.seal(
        assessment=submitted, edition=tree_of(submitted), by=cast.auditor.user
    )
    assert sealed.sealed_at

    html = sign_in(cast.viewer).get(url(submitted, page)).content.decode()

    assert "Sealed by Ruth Adler: today, " in html
