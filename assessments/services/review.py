"""Submission, verdicts, approval and sealing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.events import log
from assessments.enums import NONCONFORMITIES, State
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Review,
    ScoreSnapshot,
    Verdict,
)
from assessments.queries.answers import verdicts_of
from assessments.queries.grades import grades_of
from assessments.queries.scores import snapshot_of
from assessments.services.content import clean_text
from assessments.services.independence import by_independent_auditor
from assessments.services.records import keep_record
from standards.loader import EditionData
from standards.models import Control


class Refused(Exception):
    """The step can't be taken now; the message says why and what to do."""


class Stale(Refused):
    """The answer changed since the auditor read it. Carries its version now."""

    def __init__(self, version: int) -> None:
        super().__init__(
            _("The answer changed while you were reading. Look at it again.")
        )
        self.version = version


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
    if locked.is_archived:
        raise Refused(_("This assessment is archived. Take it back first."))
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


@by_independent_auditor
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

    The self-score stays as it is. Nobody gives a verdict on an answer that they wrote,
    and nobody reviews what an account that counts as theirs has a part in.
    """
    locked = _lock(assessment, State.REVIEW)
    present = Answer.objects.select_for_update().get(pk=answer.pk, assessment=locked)
    if present.revisions.filter(by=by).exists():
        raise PermissionDenied(_("You wrote a version of this answer yourself."))
    if revision.version != present.version:
        raise Stale(present.version)
    conclusion = _checked(conclusion, grades_of(assessment.edition.standard))
    return Verdict.objects.create(
        review=locked.reviews.filter(closed_at=None).latest("round"),
        answer=present,
        revision=present.revisions.get(version=present.version),
        auditor=by,
        grade=conclusion.grade,
        option=conclusion.option,
        reason=conclusion.reason,
        request=conclusion.request,
        at=timezone.now(),
    )


def _checked(conclusion: Conclusion, grades: Mapping[str, str]) -> Conclusion:
    """The conclusion as it is kept. Raises Refused when it can't be."""
    if conclusion.grade not in grades:
        raise Refused(_("Choose a verdict."))
    conclusion = replace(
        conclusion,
        reason=clean_text(conclusion.reason),
        request=clean_text(conclusion.request),
    )
    if conclusion.grade in NONCONFORMITIES and not conclusion.reason:
        text = _(
            "“%(grade)s” needs a finding: what is required, what the evidence shows, "
            "and where they differ."
        )
        raise Refused(text % {"grade": grades[conclusion.grade]})
    return conclusion


def open_requests(assessment: Assessment) -> list[Verdict]:
    """The latest verdicts that ask for a change of the present version of an answer.

    A request is settled when the answer changes, or by a later verdict without one.
    """
    latest = verdicts_of(assessment).values()
    return [
        found.verdict for found in latest if found.current and found.verdict.request
    ]


def _refs(verdicts: Iterable[Verdict]) -> list[str]:
    """The refs of the controls that verdicts are about, as the standard orders them."""
    ids = [verdict.answer.control_id for verdict in verdicts]
    found = Control.objects.filter(pk__in=ids).order_by("position")
    return list(found.values_list("ref", flat=True))


def _close_round(assessment: Assessment, by: User, outcome: str) -> None:
    assessment.reviews.filter(closed_at=None).update(
        closed_at=timezone.now(), closed_by=by, outcome=outcome
    )


@by_independent_auditor
@transaction.atomic
def send_back(*, assessment: Assessment, by: User) -> Assessment:
    """Ask the team for the requested changes. Raises Refused when there are none."""
    assessment = _lock(assessment, State.REVIEW)
    requests = open_requests(assessment)
    if not requests:
        raise Refused(
            _("No change is requested yet. Write one on the answer it is about.")
        )
    _close_round(assessment, by, Review.Outcome.CHANGES)
    _move(
        assessment,
        State.CHANGES,
        by=by,
        action="assessment.sent_back",
        note=", ".join(_refs(requests)),
    )
    return assessment


@by_independent_auditor
@transaction.atomic
def accept(*, assessment: Assessment, by: User) -> Assessment:
    """Accept the assessment as reviewed. Raises Refused while a change is requested."""
    assessment = _lock(assessment, State.REVIEW)
    if open_requests(assessment):
        raise Refused(
            _("Changes are requested. Send them to the team, or withdraw them first.")
        )
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


@by_independent_auditor
@transaction.atomic
def seal(*, assessment: Assessment, edition: EditionData, by: User) -> Assessment:
    """Close the assessment: nothing in it changes after this. Raises Refused.

    Keeps a snapshot of the scores, and a record of the names that it prints.
    """
    assessment = _lock(assessment, State.ACCEPTED)
    now = timezone.now()
    _take_snapshot(assessment, edition, "sealed")
    _move(
        assessment,
        State.SEALED,
        by=by,
        action="assessment.sealed",
        sealed_by=by,
        sealed_at=now,
    )
    keep_record(assessment, sealed_at=now)
    return assessment


@transaction.atomic
def reopen(*, assessment: Assessment, by: User, reason: str) -> Assessment:
    """Open a closed assessment again; the reason is logged. Raises Refused."""
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
