"""Submission, verdicts, approval and sealing."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.events import log
from assessments.enums import Grade, State
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Review,
    ScoreSnapshot,
    Verdict,
)
from assessments.queries.scores import snapshot_of
from standards.loader import EditionData


class Refused(Exception):
    """The step can't be taken now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What an auditor concludes on one revision of an answer."""

    grade: str
    option: str
    reason: str = ""
    request: str = ""


def _lock(assessment: Assessment, *states: str) -> Assessment:
    """The assessment, locked, in one of `states`. Raises Refused."""
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=assessment.pk)
    )
    if locked.state not in states:
        message = _("This is not possible while the assessment is “%(state)s”.")
        raise Refused(message % {"state": locked.get_state_display()})
    return locked


def _move(
    assessment: Assessment,
    state: str,
    *,
    by: User,
    action: str,
    note: str = "",
    **fields: object,
) -> None:
    before = assessment.state
    assessment.state = state
    for name, value in fields.items():
        setattr(assessment, name, value)
    assessment.save(update_fields=["state", *fields])
    log(
        organization=assessment.organization,
        actor=by,
        action=action,
        subject=assessment.subject,
        before={"state": before},
        after={"state": state, **({"note": note} if note else {})},
    )


def _take_snapshot(assessment: Assessment, edition: EditionData, occasion: str) -> None:
    engine, scores = snapshot_of(assessment, edition)
    ScoreSnapshot.objects.create(
        assessment=assessment, occasion=occasion, engine=engine, scores=scores
    )


@transaction.atomic
def submit(
    *, assessment: Assessment, edition: EditionData, by: User, declaration: str
) -> Assessment:
    """Hand an answered assessment to the auditor. Raises Refused.

    The caller has made sure that nothing blocks it. Keeps a snapshot of the scores and
    opens a review round.
    """
    assessment = _lock(assessment, State.OPEN, State.CHANGES)
    now = timezone.now()
    again = assessment.state == State.CHANGES
    rounds = assessment.reviews.count()
    Review.objects.create(assessment=assessment, round=rounds + 1, opened_at=now)
    _take_snapshot(assessment, edition, "submitted")
    _move(
        assessment,
        State.REVIEW,
        by=by,
        action="assessment.resubmitted" if again else "assessment.submitted",
        note=declaration,
        submitted_by=by,
        submitted_at=now,
        declaration=declaration,
    )
    return assessment


@transaction.atomic
def give_verdict(
    *,
    assessment: Assessment,
    answer: Answer,
    revision: AnswerRevision,
    by: User,
    conclusion: Conclusion,
) -> Verdict:
    """Keep the auditor's conclusion on one revision. Raises Refused.

    The self-score stays as it is. Nobody gives a verdict on an answer that they wrote.
    """
    _lock(assessment, State.REVIEW)
    if answer.revisions.filter(by=by).exists():
        raise PermissionDenied(_("You wrote a version of this answer yourself."))
    if revision.version != answer.version:
        raise Refused(_("The answer changed while you were reading. Look at it again."))
    if conclusion.grade in {Grade.MINOR, Grade.MAJOR} and not conclusion.reason.strip():
        raise Refused(_("A nonconformity needs a finding: requirement, evidence, deviation."))
    review = assessment.reviews.filter(closed_at=None).latest("round")
    return Verdict.objects.create(
        review=review,
        answer=answer,
        revision=revision,
        auditor=by,
        grade=conclusion.grade,
        option=conclusion.option,
        reason=conclusion.reason.strip(),
        request=conclusion.request.strip(),
        at=timezone.now(),
    )


def open_requests(assessment: Assessment) -> list[Verdict]:
    """The latest verdict of each answer where it asks for a change of the present version."""
    latest: dict[int, Verdict] = {}
    verdicts = Verdict.objects.filter(answer__assessment=assessment)
    for verdict in verdicts.select_related("revision", "answer__control").order_by("at", "pk"):
        latest[verdict.answer_id] = verdict
    return [
        verdict
        for verdict in latest.values()
        if verdict.request and verdict.revision.version == verdict.answer.version
    ]


def _close_round(assessment: Assessment, by: User, outcome: str) -> None:
    assessment.reviews.filter(closed_at=None).update(
        closed_at=timezone.now(), closed_by=by, outcome=outcome
    )


@transaction.atomic
def send_back(*, assessment: Assessment, by: User) -> Assessment:
    """Ask the team for the requested changes. Raises Refused when none was requested."""
    assessment = _lock(assessment, State.REVIEW)
    requests = open_requests(assessment)
    if not requests:
        raise Refused(_("No change is requested yet. Write one on the answer it is about."))
    _close_round(assessment, by, Review.Outcome.CHANGES)
    _move(
        assessment,
        State.CHANGES,
        by=by,
        action="assessment.sent_back",
        note=", ".join(verdict.answer.control.ref for verdict in requests),
    )
    return assessment


@transaction.atomic
def accept(*, assessment: Assessment, by: User) -> Assessment:
    """Accept the assessment as reviewed. Raises Refused while a change is requested."""
    assessment = _lock(assessment, State.REVIEW)
    if open_requests(assessment):
        raise Refused(_("Changes are requested. Send them to the team, or withdraw them first."))
    _close_round(assessment, by, Review.Outcome.ACCEPTED)
    _move(
        assessment,
        State.ACCEPTED,
        by=by,
        action="assessment.accepted",
        accepted_by=by,
        accepted_at=timezone.now(),
    )
    return assessment


@transaction.atomic
def seal(*, assessment: Assessment, edition: EditionData, by: User) -> Assessment:
    """Close the assessment for good: nothing in it changes after this. Raises Refused."""
    assessment = _lock(assessment, State.ACCEPTED)
    _take_snapshot(assessment, edition, "sealed")
    _move(
        assessment,
        State.SEALED,
        by=by,
        action="assessment.sealed",
        sealed_by=by,
        sealed_at=timezone.now(),
    )
    return assessment


@transaction.atomic
def reopen(*, assessment: Assessment, by: User, reason: str) -> Assessment:
    """Open an accepted or sealed assessment again; the reason is logged. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Say why it has to be opened again."))
    assessment = _lock(assessment, State.ACCEPTED, State.SEALED, State.REVIEW)
    _close_round(assessment, by, Review.Outcome.CHANGES)
    _move(
        assessment,
        State.CHANGES,
        by=by,
        action="assessment.reopened",
        note=reason.strip(),
        accepted_by=None,
        accepted_at=None,
        sealed_by=None,
        sealed_at=None,
    )
    return assessment
