"""Check all answers, declare, submit; and what stands in the way."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.enums import State
from assessments.models import Answer, Review
from assessments.queries.scores import score_of, self_answers
from assessments.queries.submission import (
    blockers,
    requested_changes,
    section_checks,
)
from assessments.services import review
from assessments.services.assessments import complete_section
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
DECLARED = {"declared": "on"}


def url(assessment, name="submit"):
    return reverse(f"assessments:{name}", args=[assessment.code])


def complete(assessment):
    for page in tree_of(assessment).pages():
        complete_section(
            assessment=assessment,
            section=page,
            at=timezone.now(),
            by=assessment.manager,
        )


def found(assessment):
    return [
        (blocker.kind, blocker.control.ref if blocker.control else blocker.section.ref)
        for blocker in blockers(assessment, tree_of(assessment))
    ]


@pytest.fixture
def ready(assessment):
    answer_all(assessment, "3")
    complete(assessment)
    return assessment


@pytest.fixture
def manager(cast, sign_in):
    return sign_in(cast.manager)


# What blocks


def test_everything_missing_is_named_in_order(assessment):
    answer(assessment, "C.1", "3")
    answer(assessment, "C.2", "unknown")
    assert found(assessment) == [
        ("unanswered", "C.3"),
        ("unknown", "C.2"),
        ("incomplete", "P1"),
    ]


def test_a_note_without_a_level_is_no_answer(ready):
    answer(ready, "C.1", "", note="Ask Mei.")
    assert found(ready) == [("unanswered", "C.1")]


def test_nothing_blocks_when_all_is_answered_and_completed(ready):
    assert found(ready) == []


def test_section_without_questions_blocks_nothing(northwind, team, cast):
    assessment = AssessmentFactory(organization=northwind, team=team)
    tree = tree_of(assessment)
    page = tree.pages()[0]
    silent = replace(
        page, controls=tuple(replace(c, assessable=False) for c in page.controls)
    )
    assert blockers(assessment, replace(tree, sections=(silent,))) == []


def test_kept_justification_is_shown_and_counts_for_nothing(ready):
    answer(ready, "C.1", "na")
    answer(ready, "C.1", "2", justification="We had no such machines.")
    [check] = section_checks(ready, tree_of(ready))
    assert [(control.ref, why) for control, why in check.hidden] == [
        ("C.1", "We had no such machines.")
    ]
    assert check.ready


# Check all answers


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *((role, 200) for role in ("admin", "manager", "contributor", "auditor")),
        *(("viewer", 403), ("stranger", 404)),
    ],
)
def test_who_checks(ready, cast, sign_in, who, status):
    assert (
        sign_in(getattr(cast, who)).get(url(ready, "check_all")).status_code == status
    )


def test_check_links_to_what_is_missing(assessment, manager):
    answer(assessment, "C.1", "3")
    answer(assessment, "C.2", "unknown")
    html = manager.get(url(assessment, "check_all")).content.decode()
    section = reverse("assessments:section", args=[assessment.code, "P1"])
    assert "1 of 3 answered." in html
    assert f'href="{section}#c-C.3"' in html
    assert f'href="{section}#c-C.2"' in html
    assert "1 section stops you from submitting." in html
    assert url(assessment) not in html


def test_check_leads_managers_on_when_nothing_is_missing(ready, cast, sign_in, manager):
    assert url(ready) in manager.get(url(ready, "check_all")).content.decode()
    page = sign_in(cast.contributor).get(url(ready, "check_all"))
    assert url(ready) not in page.content.decode()


# Submit


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *(("admin", 200), ("manager", 200), ("contributor", 403), ("auditor", 403)),
        *(("viewer", 403), ("stranger", 404)),
    ],
)
def test_who_submits(ready, cast, sign_in, who, status):
    client = sign_in(getattr(cast, who))
    assert client.get(url(ready)).status_code == status
    if status != 200:
        assert client.post(url(ready), DECLARED).status_code == status
        ready.refresh_from_db()
        assert ready.state == State.OPEN


def test_submit_with_declaration(ready, manager):
    assert manager.post(url(ready), DECLARED).url == url(ready)
    ready.refresh_from_db()
    assert ready.state == State.REVIEW
    assert ready.declaration == (
        "I, Ines Duarte, declare for the team IT operations: the answers describe the "
        "period from 1 Jan 2026 to 31 Dec 2026 and are true and complete to the best "
        "of our knowledge."
    )
    html = manager.get(url(ready)).content.decode()
    assert "Ines Duarte submitted the answers: today," in html


def test_submit_without_declaration_is_refused(ready, manager):
    response = manager.post(url(ready), {})
    assert response.context["form"].errors == {
        "declared": ["Tick the declaration before you submit."]
    }
    ready.refresh_from_db()
    assert ready.state == State.OPEN


def test_submit_with_something_missing_is_refused_with_links(assessment, manager):
    answer(assessment, "C.1", "3")
    html = manager.post(url(assessment), DECLARED).content.decode()
    section = reverse("assessments:section", args=[assessment.code, "P1"])
    assert "<title>Error:" in html
    assert "Not submitted: this has to be done first" in html
    assert f'href="{section}#c-C.2"' in html
    assessment.refresh_from_db()
    assert assessment.state == State.OPEN
    assert not Review.objects.exists()


def test_score_and_coverage_stand_before_the_button(ready, manager):
    answer(ready, "C.1", "unknown")
    score = manager.get(url(ready)).context["score"]
    edition = tree_of(ready)
    answers = self_answers(ready, edition)
    assert score == score_of(edition, answers, ready, with_trace=False)
    assert (score.status, score.coverage.answered) == ("provisional", 2)
    html = manager.get(url(ready)).content.decode()
    assert "2 of 3 answered." in html


def test_second_submission_is_refused(ready, manager):
    manager.post(url(ready), DECLARED)
    response = manager.post(url(ready), DECLARED, follow=True)
    assert [str(message) for message in response.context["messages"]][-1] == (
        "This is not possible while the assessment is “In review”."
    )
    assert Review.objects.count() == 1


# After changes were requested


@pytest.fixture
def sent_back(ready, cast):
    submit(ready)
    conclude(ready, "C.1", by=cast.auditor.user, request="Name the owner.")
    conclude(ready, "C.2", by=cast.auditor.user, request="Show a record.")
    review.send_back(assessment=ready, by=cast.auditor.user)
    ready.refresh_from_db()
    answer(ready, "C.1", "3", note="Ines owns it.")
    return ready


def asked(assessment):
    rows = requested_changes(assessment, tree_of(assessment))
    return [(row.control.ref, row.request, row.made) for row in rows]


def test_requests_are_listed_with_whether_they_were_answered(sent_back, manager):
    assert asked(sent_back) == [
        ("C.1", "Name the owner.", True),
        ("C.2", "Show a record.", False),
    ]
    html = manager.get(url(sent_back)).content.decode()
    assert "Changed, version 1 to 2" in html
    assert "Not changed" in html


def test_requests_stay_listed_after_submitting_again(sent_back, manager, cast):
    manager.post(url(sent_back), DECLARED)
    sent_back.refresh_from_db()
    assert sent_back.state == State.REVIEW
    # What the auditor writes now was not sent yet.
    conclude(sent_back, "C.3", by=cast.auditor.user, request="And this.")
    assert [ref for ref, _text, _made in asked(sent_back)] == ["C.1", "C.2"]
    assert "Changes that the auditor asked for" in (
        manager.get(url(sent_back)).content.decode()
    )


LEFT = "1 change that the auditor asked for is not made yet."
QUIET, FIRST = "btn btn-outline-primary", "btn btn-primary"


def buttons(client, assessment, name):
    """The links to a change and to submitting again, with how loud they are."""
    html = client.get(url(assessment, name)).content.decode()
    change = reverse("assessments:control", args=[assessment.code, "C.2"])
    wanted = {change: "change", url(assessment): "submit"}
    found = re.findall(r'<a class="(btn [^"]+)" href="([^"]+)"', html)
    return [(wanted[to], how) for how, to in found if to in wanted], LEFT in html


@pytest.mark.parametrize("name", ["tasks", "check_all"])
def test_a_change_that_is_not_made_comes_before_submitting_again(
    sent_back, manager, name
):
    both = [("change", FIRST), ("submit", QUIET)]
    assert buttons(manager, sent_back, name) == (both, True)
    answer(sent_back, "C.2", "3", note="The record of May.")
    assert buttons(manager, sent_back, name) == ([("submit", FIRST)], False)


@pytest.mark.parametrize("name", ["tasks", "check_all"])
def test_auditors_are_not_told_to_change_an_answer(sent_back, cast, sign_in, name):
    assert buttons(sign_in(cast.auditor), sent_back, name) == ([], True)
    contributor = sign_in(cast.contributor)
    assert buttons(contributor, sent_back, name) == ([("change", FIRST)], True)


def test_a_change_that_is_not_made_does_not_stop_the_manager(sent_back, manager):
    assert LEFT in manager.get(url(sent_back)).content.decode()
    manager.post(url(sent_back), DECLARED)
    sent_back.refresh_from_db()
    assert sent_back.state == State.REVIEW
    assert LEFT not in manager.get(url(sent_back, "check_all")).content.decode()


def test_the_review_page_offers_submitting_quietly_while_a_change_is_left(
    sent_back, manager
):
    assert buttons(manager, sent_back, "review")[0] == [("submit", QUIET)]
    answer(sent_back, "C.2", "3", note="The record of May.")
    assert buttons(manager, sent_back, "review")[0] == [("submit", FIRST)]


@pytest.mark.parametrize("controls", [3, 60])
def test_pages_cost_the_same_for_any_size(
    northwind, team, cast, manager, controls, django_assert_num_queries
):
    assessment = AssessmentFactory(
        edition=EditionFactory(controls=controls),
        organization=northwind,
        team=team,
        manager=cast.manager.user,
    )
    answer_all(assessment, "3")
    assert Answer.objects.count() == controls
    submit(assessment)
    conclude(assessment, "C.2", by=cast.auditor.user, request="Do.")
    review.send_back(assessment=assessment, by=cast.auditor.user)
    tree_of(assessment)
    with django_assert_num_queries(7):
        manager.get(url(assessment, "check_all"))
    with django_assert_num_queries(8):
        manager.get(url(assessment))


def test_submitting_says_who_has_the_answers_or_that_nobody_has(ready, manager, cast):
    ready.auditor = None
    ready.save(update_fields=["auditor"])
    assert "No auditor is chosen yet" in manager.get(url(ready)).content.decode()

    page = manager.post(url(ready), DECLARED, follow=True).content.decode()
    assert "Submitted. Next: choose an auditor." in page
    assert f"/assessments/{ready.code}/people/#aud-h" in page
    review = manager.get(f"/assessments/{ready.code}/review/").content.decode()
    assert "No auditor is chosen yet" in review
    assert "with None" not in review

    ready.refresh_from_db()
    ready.auditor = cast.auditor.user
    ready.save(update_fields=["auditor"])
    review = manager.get(f"/assessments/{ready.code}/review/").content.decode()
    assert f"They are with {cast.auditor.user} now." in review
    assert "No auditor is chosen yet" not in review
