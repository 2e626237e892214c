"""Verdicts, requests, and the steps from submitted to sealed."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Event
from assessments.enums import State
from assessments.models import Answer, Review, ScoreSnapshot, Verdict
from assessments.services import assessments, evidence, review
from assessments.services.answers import record_answer
from assessments.services.content import AnswerContent
from tests.factories.assessments import answer, answer_all, conclude, submit, tree_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(cast):
    return cast.auditor.user


@pytest.fixture
def submitted(assessment):
    answer_all(assessment, "3")
    submit(assessment)
    return assessment


def judge(assessment, ref="C.1", *, by, version=None, **conclusion):
    found = Answer.objects.get(assessment=assessment, control__ref=ref)
    values = {"grade": "conforms", "option": "3"} | conclusion
    return review.give_verdict(
        assessment=assessment,
        answer=found,
        revision=found.revisions.get(version=version or found.version),
        by=by,
        conclusion=review.Conclusion(**values),
    )


def events(assessment):
    found = Event.objects.filter(subject=assessment.subject).order_by("pk")
    return list(found.values_list("action", flat=True))


def test_submit_opens_a_round_and_keeps_the_scores(submitted):
    assert submitted.state == State.REVIEW
    assert [(r.round, r.closed_at) for r in submitted.reviews.all()] == [(1, None)]
    snapshot = ScoreSnapshot.objects.get(assessment=submitted)
    assert (snapshot.occasion, snapshot.scores["self"]["coverage"]["answered"]) == (
        "submitted",
        3,
    )


def test_verdict_is_pinned_to_the_version_that_was_read(submitted, auditor):
    answer_version = Answer.objects.get(assessment=submitted, control__ref="C.1")
    verdict = judge(submitted, by=auditor, option="2", reason="Seen in March.")
    assert verdict.revision.version == answer_version.version
    assert (verdict.grade, verdict.option) == ("conforms", "2")
    assert Answer.objects.get(pk=answer_version.pk).option == "3"


def test_verdict_on_an_older_version_is_refused(assessment, cast):
    answer_all(assessment, "3")
    answer(assessment, "C.1", "4")
    submit(assessment)
    with pytest.raises(review.Stale) as refusal:
        judge(assessment, by=cast.auditor.user, version=1)
    assert refusal.value.version == 2
    assert not Verdict.objects.exists()


def test_verdict_compares_with_the_database_and_not_with_what_was_read(
    submitted, auditor
):
    read = Answer.objects.get(assessment=submitted, control__ref="C.1")
    first = read.revisions.get(version=1)
    review.reopen(assessment=submitted, by=auditor, reason="A typing error")
    submitted.refresh_from_db()
    answer(submitted, "C.1", "4")
    submit(submitted)
    with pytest.raises(review.Stale):
        review.give_verdict(
            assessment=submitted,
            answer=read,
            revision=first,
            by=auditor,
            conclusion=review.Conclusion("conforms", "3"),
        )


def test_nobody_judges_an_own_answer(assessment, cast):
    answer(assessment, "C.1", "3", by=cast.auditor.user)
    answer(assessment, "C.1", "4", by=cast.manager.user)
    submit(assessment)
    with pytest.raises(PermissionDenied):
        judge(assessment, by=cast.auditor.user)


@pytest.mark.parametrize("grade", ["minor", "major"])
def test_nonconformity_needs_a_finding(submitted, auditor, grade):
    with pytest.raises(review.Refused):
        judge(submitted, by=auditor, grade=grade, reason="  ")
    assert not Verdict.objects.exists()


def test_unknown_grade_is_refused(submitted, auditor):
    with pytest.raises(review.Refused):
        judge(submitted, by=auditor, grade="fine")


def test_verdict_needs_a_review(assessment, auditor):
    answer(assessment, "C.1", "3")
    with pytest.raises(review.Refused):
        judge(assessment, by=auditor)


def test_request_is_open_until_the_answer_changes(submitted, auditor):
    judge(submitted, by=auditor, request="Name the owner.")
    assert [v.request for v in review.open_requests(submitted)] == ["Name the owner."]
    review.send_back(assessment=submitted, by=auditor)
    submitted.refresh_from_db()
    answer(submitted, "C.1", "3", note="The owner is Ines.")
    assert review.open_requests(submitted) == []


def test_request_is_withdrawn_by_a_later_verdict(submitted, auditor):
    judge(submitted, by=auditor, request="Name the owner.")
    judge(submitted, by=auditor)
    assert review.open_requests(submitted) == []


def test_send_back_and_submit_again(submitted, auditor):
    judge(submitted, by=auditor, request="Name the owner.")
    review.send_back(assessment=submitted, by=auditor)
    submitted.refresh_from_db()
    assert submitted.state == State.CHANGES
    answer(submitted, "C.1", "4")
    submit(submitted)
    assert submitted.state == State.REVIEW
    rounds = submitted.reviews.order_by("round").values_list("round", "outcome")
    assert list(rounds) == [(1, Review.Outcome.CHANGES), (2, "")]
    assert events(submitted) == [
        "assessment.submitted",
        "assessment.sent_back",
        "assessment.resubmitted",
    ]
    sent = Event.objects.get(action="assessment.sent_back")
    assert sent.after == {"state": "changes", "note": "C.1"}


def test_send_back_needs_a_request(submitted, auditor):
    with pytest.raises(review.Refused):
        review.send_back(assessment=submitted, by=auditor)
    submitted.refresh_from_db()
    assert submitted.state == State.REVIEW


def test_accept_is_refused_while_a_change_is_requested(submitted, auditor):
    judge(submitted, by=auditor, request="Name the owner.")
    with pytest.raises(review.Refused):
        review.accept(assessment=submitted, by=auditor)
    submitted.refresh_from_db()
    assert submitted.state == State.REVIEW


def test_accept_then_seal(submitted, auditor):
    conclude(submitted, "C.1", by=auditor, option="2")
    review.accept(assessment=submitted, by=auditor)
    review.seal(assessment=submitted, edition=tree_of(submitted), by=auditor)
    submitted.refresh_from_db()
    assert submitted.state == State.SEALED
    assert (submitted.accepted_by, submitted.sealed_by) == (auditor, auditor)
    sealed = ScoreSnapshot.objects.get(assessment=submitted, occasion="sealed")
    assert sealed.scores["self"]["value"] == "3"
    assert sealed.scores["audited"]["value"] == "2"


def test_seal_needs_acceptance(submitted, auditor):
    with pytest.raises(review.Refused):
        review.seal(assessment=submitted, edition=tree_of(submitted), by=auditor)


@pytest.fixture
def sealed(submitted, auditor):
    review.accept(assessment=submitted, by=auditor)
    review.seal(assessment=submitted, edition=tree_of(submitted), by=auditor)
    submitted.refresh_from_db()
    return submitted


def writes(sealed, auditor):
    """Every service that writes into an assessment."""
    tree = tree_of(sealed)
    control = tree.assessable()[0]
    page = tree.pages()[0]
    common = {"assessment": sealed, "by": sealed.manager}
    return {
        "answer": lambda: record_answer(
            **common,
            edition=tree,
            control=control,
            content=AnswerContent(option="5"),
            seen_version=1,
            key="",
        ),
        "link": lambda: evidence.attach_link(
            **common, control=control, url="https://example.com/"
        ),
        "detach": lambda: evidence.detach(**common, control=control, code="x"),
        "attach again": lambda: evidence.attach_again(
            **common, control=control, code="x"
        ),
        "verdict": lambda: judge(sealed, by=auditor),
        "plan": lambda: assessments.change_plan(**common, changes={"scope": "Other"}),
        "assign": lambda: assessments.assign_sections(
            **common,
            edition=tree,
            assignments={page.ref: assessments.Assignment(auditor, None)},
        ),
        "complete": lambda: assessments.complete_section(
            **common, section=page, at=None
        ),
        "submit": lambda: review.submit(**common, edition=tree, declaration="x"),
        "send back": lambda: review.send_back(assessment=sealed, by=auditor),
        "accept": lambda: review.accept(assessment=sealed, by=auditor),
        "seal": lambda: review.seal(assessment=sealed, edition=tree, by=auditor),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("answer", "link", "detach", "attach again", "verdict", "plan", "assign"),
        *("complete", "submit", "send back", "accept", "seal"),
    ],
)
def test_nothing_writes_into_a_sealed_assessment(sealed, auditor, name):
    before = Event.objects.count()
    with pytest.raises((review.Refused, PermissionDenied)):
        writes(sealed, auditor)[name]()
    sealed.refresh_from_db()
    assert (sealed.state, sealed.scope) == (
        State.SEALED,
        "Porto site and its cloud services",
    )
    assert (Event.objects.count(), Verdict.objects.count()) == (before, 0)


def test_reopen_needs_a_reason(sealed, auditor):
    with pytest.raises(review.Refused):
        review.reopen(assessment=sealed, by=auditor, reason=" ")
    sealed.refresh_from_db()
    assert sealed.state == State.SEALED


def test_reopen_is_logged_with_its_reason(sealed, auditor):
    review.reopen(assessment=sealed, by=auditor, reason="Wrong period")
    sealed.refresh_from_db()
    assert sealed.state == State.CHANGES
    assert (sealed.sealed_at, sealed.accepted_at) == (None, None)
    event = Event.objects.get(action="assessment.reopened")
    assert (event.actor, event.before, event.after) == (
        auditor,
        {"state": "sealed"},
        {"state": "changes", "note": "Wrong period"},
    )


def test_reopen_of_an_open_assessment_is_refused(assessment, auditor):
    with pytest.raises(review.Refused):
        review.reopen(assessment=assessment, by=auditor, reason="x")
