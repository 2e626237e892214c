"""Two people at once: what one of them holds, the other waits for."""

from concurrent.futures import TimeoutError as TookTooLong
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.enums import UNKNOWN, State
from assessments.models import Answer, Evidence, ScoreSnapshot
from assessments.services.answers import NotOpen
from assessments.services.evidence import attach_file, attach_link
from assessments.services.files import RefusedFile
from tests.factories.assessments import answer, answer_all, submit, tree_of

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 20  # seconds; never reached
SHORT = 0.3  # long enough to see that somebody waits


@pytest.fixture
def ways(assessment) -> SimpleNamespace:
    """Each way to write an answer: to an unanswered control, and to an answered one."""
    fresh, old = tree_of(assessment).assessable()[:2]
    answer(assessment, old, "1")

    def attach(control):
        attach_link(
            assessment=assessment,
            control=control,
            by=assessment.manager,
            url="https://intranet.example/",
        )

    return SimpleNamespace(
        first_save=lambda: answer(assessment, fresh, "3"),
        later_save=lambda: answer(assessment, old, "3"),
        first_evidence=lambda: attach(fresh),
        later_evidence=lambda: attach(old),
    )


WAYS = ["first_save", "later_save", "first_evidence", "later_evidence"]


@pytest.mark.parametrize("way", WAYS)
def test_a_submission_waits_for_an_answer_that_is_being_written(
    assessment, ways, beside, uncommitted, way
):
    with uncommitted(getattr(ways, way)):
        submission = beside(lambda: submit(assessment))
        with pytest.raises(TookTooLong):
            submission.result(SHORT)
    submission.result(LONG)

    assert Answer.objects.filter(updated_at__gt=assessment.submitted_at).count() == 0


@pytest.mark.parametrize("way", WAYS)
def test_no_answer_slips_in_behind_a_submission(
    assessment, ways, beside, uncommitted, way
):
    before = list(Answer.objects.values_list("control", "version"))
    with uncommitted(lambda: submit(assessment)):
        # A request that read the assessment before it was submitted.
        assessment.state = State.OPEN
        writing = beside(getattr(ways, way))
        with pytest.raises(TookTooLong):
            writing.result(SHORT)
    with pytest.raises(NotOpen):
        writing.result(LONG)

    assert list(Answer.objects.values_list("control", "version")) == before


def test_a_submission_looks_again_at_what_is_missing(
    assessment, cast, sign_in, beside, uncommitted
):
    first, *_others = answer_all(assessment, "3")
    assessment.tasks.update(completed_at=timezone.now())
    client = sign_in(cast.manager)
    url = reverse("assessments:submit", args=[assessment.code])
    with uncommitted(lambda: answer(assessment, first.control.ref, UNKNOWN)):
        submission = beside(lambda: client.post(url, {"declared": "on"}, follow=True))
        with pytest.raises(TookTooLong):
            submission.result(SHORT)

    assert (
        "Something was changed in this moment."
        in submission.result(LONG).content.decode()
    )
    assessment.refresh_from_db()
    assert assessment.state == State.OPEN
    assert not ScoreSnapshot.objects.exists()


def test_two_files_side_by_side_do_not_take_the_same_room(
    assessment, beside, uncommitted, settings
):
    settings.QUOTA = 1
    first, second = tree_of(assessment).assessable()[:2]

    def attach(control):
        attach_file(
            assessment=assessment,
            control=control,
            by=assessment.manager,
            upload=SimpleUploadedFile("a.txt", b"a" * 600_000),
        )

    with uncommitted(lambda: attach(first)):
        writing = beside(lambda: attach(second))
        with pytest.raises(TookTooLong):
            writing.result(SHORT)
    with pytest.raises(RefusedFile):
        writing.result(LONG)

    assert Evidence.objects.count() == 1
